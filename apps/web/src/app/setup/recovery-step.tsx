'use client'

import { useState } from 'react'
import { MakeRecoveryCode } from '../../passwords/make-recovery-code.tsx'
import { RecoveryCode } from '../../passwords/recovery-code.tsx'
import { Button } from '../../ui/button.tsx'
import { StepActions, StepFrame } from './step-frame.tsx'

interface RecoveryStepProps {
  /** Null: it was shown before this page was loaded. */
  code: string | null
  /** Nothing is asked after this. */
  last: boolean
  onCode: (code: string) => void
  onNext: () => Promise<void>
}

export function RecoveryStep({ code, last, onCode, onNext }: RecoveryStepProps) {
  const [busy, setBusy] = useState(false)
  const next = async () => {
    setBusy(true)
    await onNext().finally(() => setBusy(false))
  }
  return (
    <StepFrame
      step={1}
      wide={false}
      title={code ? 'Keep this recovery code' : 'A recovery code, once more'}
      lead={
        code
          ? 'Who forgets the password can set a new one with it, once, from the home network. It is shown only now: write it down, or keep it in a password manager.'
          : 'The first one was shown when the box was claimed, and the box keeps only its hash. If you did not write it down, make another one.'
      }
    >
      {code ? <RecoveryCode code={code} /> : <MakeRecoveryCode label="Make another code" onCode={onCode} />}
      <StepActions>
        <Button kind="primary" busy={busy} onClick={() => void next()} autoFocus={code !== null}>
          {code ? (last ? 'I have it, go to Home' : 'I have it, go on') : 'Go on'}
        </Button>
      </StepActions>
    </StepFrame>
  )
}

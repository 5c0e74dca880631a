'use client'

import { type FormEvent, useState } from 'react'
import { api } from '../../live/api.ts'
import { fieldErrors } from '../../passwords/field-errors.ts'
import { RecoveryCode } from '../../passwords/recovery-code.tsx'
import { Button } from '../../ui/button.tsx'
import { FormFault } from '../../ui/field.tsx'
import { PasswordInput } from '../../ui/password-input.tsx'
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
      {code ? <RecoveryCode code={code} /> : <MakeAnother onCode={onCode} />}
      <StepActions>
        <Button kind="primary" busy={busy} onClick={() => void next()} autoFocus={code !== null}>
          {code ? (last ? 'I have it, go to Home' : 'I have it, go on') : 'Go on'}
        </Button>
      </StepActions>
    </StepFrame>
  )
}

/** Whoever finds an open page must not walk away with a code: the password is asked. */
function MakeAnother({ onCode }: { onCode: (code: string) => void }) {
  const [errors, setErrors] = useState<Record<string, string>>({})
  const [busy, setBusy] = useState(false)
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (busy) return
    const password = String(new FormData(event.currentTarget).get('password'))
    setErrors({})
    setBusy(true)
    try {
      onCode((await api.post<{ recovery: string }>('/api/account/recovery', { password })).recovery)
    } catch (error) {
      setErrors(fieldErrors(error, ['password']))
    } finally {
      setBusy(false)
    }
  }
  return (
    <form onSubmit={(event) => void submit(event)} noValidate className="grid gap-1">
      <PasswordInput
        label="Your password"
        name="password"
        autoComplete="current-password"
        error={errors.password}
      />
      <FormFault>{errors.form}</FormFault>
      <Button type="submit" busy={busy} className="justify-self-start">
        Make another code
      </Button>
    </form>
  )
}

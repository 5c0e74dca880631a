'use client'

import { useEffect, useRef, useState } from 'react'
import { CheckResult, verdictIn } from '../../check/check-result.tsx'
import { useCheck } from '../../check/use-check.ts'
import { Button } from '../../ui/button.tsx'
import { LaterButton } from './later-button.tsx'
import { StepActions, StepFrame } from './step-frame.tsx'
import type { StepProps } from './wizard.tsx'

/** Is the house online, station by station. Where it is not, the box can be used all the same. */
export function CheckStep({ onNext, onBack, onLater }: StepProps) {
  const check = useCheck()
  const { asking, ask } = check
  const [leaving, setLeaving] = useState(false)
  const asked = useRef(false)
  useEffect(() => {
    if (asked.current) return
    asked.current = true
    ask()
  })
  const next = async () => {
    setLeaving(true)
    await onNext().finally(() => setLeaving(false))
  }
  return (
    <StepFrame
      step={4}
      title="Is the house online?"
      lead="From the cable outwards, each station answers for itself."
    >
      <CheckResult check={check} begins titles={{ well: 'Online', not: 'Not yet' }} />
      <StepActions later={<LaterButton onLater={onLater} />}>
        <Button onClick={() => void onBack()}>Back</Button>
        <Button busy={asking} onClick={ask}>
          Check again
        </Button>
        <Button kind="primary" busy={leaving} onClick={() => void next()}>
          {verdictIn(check)?.well ? 'Next' : 'Go on anyway'}
        </Button>
      </StepActions>
    </StepFrame>
  )
}

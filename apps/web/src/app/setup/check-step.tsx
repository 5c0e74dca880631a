'use client'

import { useEffect, useRef, useState } from 'react'
import { CheckList, verdictOf } from '../../check/check-list.tsx'
import { useCheck } from '../../check/use-check.ts'
import { messageOf } from '../../live/api.ts'
import { Button } from '../../ui/button.tsx'
import { Notice } from '../../ui/notice.tsx'
import { LaterButton } from './later-button.tsx'
import { StepActions, StepFrame } from './step-frame.tsx'
import type { StepProps } from './wizard.tsx'

/** Is the house online, station by station. Where it is not, the box can be used all the same. */
export function CheckStep({ onNext, onBack, onLater }: StepProps) {
  const { steps, error, asking, ask } = useCheck()
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
  const verdict = !asking && steps ? verdictOf(steps) : null
  return (
    <StepFrame
      step={4}
      title="Is the house online?"
      lead="From the cable outwards, each station answers for itself."
    >
      <CheckList steps={steps} asking={asking || (!steps && !error)} />
      <div className="mt-4" aria-live="polite">
        {verdict && (
          <Notice tone={verdict.well ? 'good' : 'bad'} title={verdict.well ? 'Online' : 'Not yet'}>
            {verdict.text}
          </Notice>
        )}
        {error && !asking && (
          <Notice tone="bad" title="The box could not check">
            {messageOf(error)}
          </Notice>
        )}
      </div>
      <StepActions later={<LaterButton onLater={onLater} />}>
        <Button onClick={() => void onBack()}>Back</Button>
        <Button busy={asking} onClick={ask}>
          Check again
        </Button>
        <Button kind="primary" busy={leaving} onClick={() => void next()}>
          {verdict?.well ? 'Next' : 'Go on anyway'}
        </Button>
      </StepActions>
    </StepFrame>
  )
}

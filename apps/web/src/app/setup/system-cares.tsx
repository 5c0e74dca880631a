'use client'

import { useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { Notice } from '../../ui/notice.tsx'
import { StepActions, StepFrame } from './step-frame.tsx'

interface SystemCaresProps {
  step: number
  title: string
  what: string
  onNext: () => Promise<void>
}

/** Bauta as a guest on a Linux box: this question is answered outside of it. */
export function SystemCares({ step, title, what, onNext }: SystemCaresProps) {
  const [busy, setBusy] = useState(false)
  const next = async () => {
    setBusy(true)
    await onNext().finally(() => setBusy(false))
  }
  return (
    <StepFrame step={step} title={title} lead="Nothing to answer here.">
      <Notice title="The operating system cares for this">{what}</Notice>
      <StepActions>
        <Button kind="primary" busy={busy} onClick={() => void next()}>
          Next
        </Button>
      </StepActions>
    </StepFrame>
  )
}

'use client'

import { CheckList, verdictOf } from '../../../check/check-list.tsx'
import { useCheck } from '../../../check/use-check.ts'
import { messageOf } from '../../../live/api.ts'
import { Button, Card, Notice } from '../../../ui/index.ts'

/** Whose fault is it, and what helps: station by station. */
export function CheckCard() {
  const { steps, error, asking, ask } = useCheck()
  const verdict = !asking && steps ? verdictOf(steps) : null
  return (
    <Card
      title="Is it me?"
      aside={
        <Button size="small" busy={asking} onClick={ask}>
          {steps ? 'Check again' : 'Check now'}
        </Button>
      }
    >
      <p className="mb-2 text-mute">From the cable outwards, each station answers for itself.</p>
      <CheckList steps={steps} asking={asking} />
      <div aria-live="polite" className="mt-3 empty:hidden">
        {verdict && (
          <Notice tone={verdict.well ? 'good' : 'bad'} title={verdict.well ? 'All is well' : 'Here it stops'}>
            {verdict.text}
          </Notice>
        )}
        {error && !asking && (
          <Notice tone="bad" title="The box could not check">
            {messageOf(error)}
          </Notice>
        )}
      </div>
    </Card>
  )
}

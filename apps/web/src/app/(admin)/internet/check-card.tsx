'use client'

import { CheckResult } from '../../../check/check-result.tsx'
import { useCheck } from '../../../check/use-check.ts'
import { Button, Card } from '../../../ui/index.ts'

/** Whose fault is it, and what helps: station by station. */
export function CheckCard() {
  const check = useCheck()
  return (
    <Card
      title="Is it me?"
      aside={
        <Button size="small" busy={check.asking} onClick={check.ask}>
          {check.steps ? 'Check again' : 'Check now'}
        </Button>
      }
    >
      <p className="mb-2 text-mute">From the cable outwards, each station answers for itself.</p>
      <CheckResult check={check} titles={{ well: 'All is well', not: 'Here it stops' }} />
    </Card>
  )
}

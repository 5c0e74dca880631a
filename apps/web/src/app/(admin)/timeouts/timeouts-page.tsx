'use client'

import { DraftBar, DraftBars } from '../../../forms/draft-bar.tsx'
import { LoadFault } from '../../../forms/load-fault.tsx'
import { useDraft } from '../../../forms/use-draft.ts'
import { GoodToKnow } from '../../../help/good-to-know.tsx'
import { useStatus } from '../../../live/use-live.ts'
import { PageHeader } from '../../../ui/index.ts'
import { MasqueradingCard } from './masquerading-card.tsx'
import { OffloadCard } from './offload-card.tsx'
import { PortsCard } from './ports-card.tsx'
import { TimeoutsCard } from './timeouts-card.tsx'

export function TimeoutsPage() {
  const timeouts = useDraft('timeouts')
  const ports = useDraft('ports')
  const offload = useDraft('offload')
  const { data: status } = useStatus()
  const others = ports.changed || offload.changed
  if (timeouts.error && !timeouts.value) return <LoadFault title="Timeouts" error={timeouts.error} />
  return (
    <>
      <PageHeader
        title="Timeouts"
        lead="How long a connection is remembered while nothing moves on it, which ports masquerading may use, and what it does with them."
      />
      <DraftBars>
        {(timeouts.changed || !others) && (
          <DraftBar draft={timeouts} name={others ? 'Timeouts' : undefined} />
        )}
        {ports.changed && <DraftBar draft={ports} name="Ports" />}
        {offload.changed && <DraftBar draft={offload} name="Carrying" />}
      </DraftBars>
      <div className="grid items-start gap-4">
        <TimeoutsCard draft={timeouts} />
        <PortsCard draft={ports} status={status} />
        <MasqueradingCard draft={ports} />
        <OffloadCard draft={offload} />
        <GoodToKnow page="timeouts" />
      </div>
    </>
  )
}

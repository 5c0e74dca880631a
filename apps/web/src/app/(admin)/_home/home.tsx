'use client'

import { useStatus } from '../../../live/use-live.ts'
import { AttentionCard } from './attention-card.tsx'
import { BoxCard } from './box-card.tsx'
import { DnsCard } from './dns-card.tsx'
import { InterfacesCard } from './interfaces-card.tsx'
import { PacketWay } from './packet-way.tsx'
import { ThroughputCard } from './throughput-card.tsx'
import { UnfinishedSetup } from './unfinished-setup.tsx'

/** Is the house online, what goes through, what needs somebody. */
export function Home() {
  const { data: status, state } = useStatus()
  return (
    <>
      <h1 className="sr-only">Home</h1>
      <UnfinishedSetup />
      <div className="grid grid-cols-1 gap-4">
        <PacketWay status={status} silent={state === 'silent'} />
        {/* Two columns that fill independently; on narrow screens one, in the order of what matters. */}
        <div className="grid grid-cols-1 items-start gap-4 xl:grid-cols-[minmax(0,1.75fr)_minmax(0,1fr)]">
          <div className="grid grid-cols-1 gap-4 max-xl:contents">
            <div className="max-xl:order-2">
              <ThroughputCard status={status} />
            </div>
            <div className="max-xl:order-3">
              <InterfacesCard status={status} />
            </div>
          </div>
          <div className="grid grid-cols-1 gap-4 max-xl:contents">
            <div className="max-xl:order-1">
              <AttentionCard status={status} />
            </div>
            <div className="max-xl:order-4">
              <DnsCard status={status} />
            </div>
            <div className="max-xl:order-5">
              <BoxCard status={status} />
            </div>
          </div>
        </div>
      </div>
    </>
  )
}

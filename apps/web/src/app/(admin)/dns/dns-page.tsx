'use client'

import { DraftBar, DraftBars } from '../../../forms/draft-bar.tsx'
import { LoadFault } from '../../../forms/load-fault.tsx'
import { type DraftKind, useDraft } from '../../../forms/use-draft.ts'
import { Card, Notice, PageHeader, SkeletonRows } from '../../../ui/index.ts'
import { BlocklistsCard } from './blocklists-card.tsx'
import { ConstantCard } from './constant-card.tsx'
import { mergeDns } from './dns-draft.ts'
import { DnsFigures } from './dns-figures.tsx'
import { ForwardingCard } from './forwarding-card.tsx'
import { NamesCard } from './names-card.tsx'
import { RebindCard } from './rebind-card.tsx'
import { TransportCard } from './transport-card.tsx'
import { UpstreamsCard } from './upstreams-card.tsx'
import { useDnsStatus } from './use-dns-status.ts'

const KIND: DraftKind<'dns'> = { merge: mergeDns }

export function DnsPage() {
  const draft = useDraft('dns', KIND)
  const { data: live } = useDnsStatus()
  const { value } = draft
  if (draft.error && !value) return <LoadFault title="DNS" error={draft.error} />
  return (
    <>
      <PageHeader
        title="DNS"
        lead="The box answers the names of the household itself, asks for the rest, and remembers the answers."
      />
      <DraftBars>
        <DraftBar draft={draft} />
      </DraftBars>
      {live && !live.running && draft.stored?.enabled && (
        <Notice tone="bad" title="DNS does not run" className="mb-4">
          {live.problem ?? 'The box starts it again by itself.'}
        </Notice>
      )}
      <DnsFigures live={live} />
      {value ? (
        <div className="mt-4 grid items-start gap-4 xl:grid-cols-2">
          <div className="grid gap-4">
            <ForwardingCard draft={draft} value={value} />
            <NamesCard draft={draft} value={value} />
            <BlocklistsCard draft={draft} value={value} live={live} />
          </div>
          <div className="grid gap-4">
            <TransportCard draft={draft} value={value} live={live} />
            <UpstreamsCard draft={draft} value={value} live={live} />
            <ConstantCard draft={draft} value={value} live={live} />
            <RebindCard draft={draft} value={value} live={live} />
          </div>
        </div>
      ) : (
        <div className="mt-4 grid gap-4 xl:grid-cols-2">
          {['Forwarding', 'How it asks', 'Names of the household', 'Servers it asks'].map((title) => (
            <Card key={title} title={title}>
              <SkeletonRows rows={5} />
            </Card>
          ))}
        </div>
      )}
    </>
  )
}

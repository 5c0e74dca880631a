'use client'

import type { Dns } from '@bauta/config'
import type { DnsStatus } from '@bauta/control/schemas'
import { faultsBelow, messageAt, messageExactlyAt } from '../../../forms/faults.ts'
import { PhoneWords } from '../../../forms/phone-words.tsx'
import { TextList } from '../../../forms/text-list.tsx'
import { count, percent } from '../../../live/format.ts'
import { Button, Card, FormFault, Table, TBody, Td, THead, Th, Tr } from '../../../ui/index.ts'
import { serversOf } from './dns-draft.ts'
import type { DnsCardProps } from './forwarding-card.tsx'
import { PairHead, PairRow } from './pair-row.tsx'

export function UpstreamsCard({ draft, value, live }: DnsCardProps & { live: DnsStatus | undefined }) {
  const set = (change: Partial<Dns>) => draft.set({ ...value, ...change })
  const domains = value.domains
  return (
    <Card title="Servers it asks">
      {value.transport === 'tls' && (
        <p className="mb-2 text-sm text-mute">
          Not asked while questions go over TLS, except for the names of time servers: without the time no
          certificate can be checked.
        </p>
      )}
      <TextList
        what="server"
        values={value.upstreams}
        onChange={(upstreams) => set({ upstreams })}
        faults={faultsBelow(draft.faults, ['upstreams'])}
        placeholder="9.9.9.9 or 192.168.1.5:5353"
        empty="None of your own: those that the provider gave."
      />
      <FormFault>{messageExactlyAt(draft.faults, ['upstreams'])}</FormFault>
      {live && live.upstreams.length > 0 && <Asked upstreams={live.upstreams} />}
      <h3 className="mt-5 mb-1 font-semibold">For single domains</h3>
      <p className="mb-2 text-sm text-mute">
        A domain and everything below it is asked of servers of its own.
      </p>
      <div className="grid justify-items-start gap-2">
        {domains.length > 0 && <PairHead left="Domain" right="Servers" />}
        {domains.map((entry, i) => (
          <PairRow
            // biome-ignore lint/suspicious/noArrayIndexKey: entries have no other identity while they are typed
            key={i}
            what={`domain ${i + 1}`}
            left={{ label: 'Domain', value: entry.domain, placeholder: 'work.example' }}
            right={{ label: 'Servers', value: entry.servers.join(', '), placeholder: '10.0.0.53, 10.0.0.54' }}
            faults={{
              left: messageAt(draft.faults, ['domains', i, 'domain']),
              right: messageAt(draft.faults, ['domains', i, 'servers']),
            }}
            onLeft={(domain) => set({ domains: domains.with(i, { ...entry, domain: domain.trim() }) })}
            onRight={(text) => set({ domains: domains.with(i, { ...entry, servers: serversOf(text) }) })}
            onRemove={() => set({ domains: domains.toSpliced(i, 1) })}
          />
        ))}
        <Button size="small" onClick={() => set({ domains: [...domains, { domain: '', servers: [] }] })}>
          Add domain
        </Button>
      </div>
    </Card>
  )
}

function Asked({ upstreams }: Pick<DnsStatus, 'upstreams'>) {
  return (
    <div className="mt-4">
      <Table caption="Servers that are asked now" fixed>
        <THead>
          <Th>Asked now</Th>
          <Th numeric className="w-24">
            Sent
          </Th>
          <Th numeric className="w-24">
            Failed
          </Th>
          <Th numeric className="w-20">
            Share
          </Th>
        </THead>
        <TBody>
          {upstreams.map(({ server, sent, failed }) => (
            <Tr key={server}>
              <Td mono phone="lead">
                {server}
              </Td>
              <Td numeric phone="trail">
                {count(sent)}
                <PhoneWords> sent</PhoneWords>
              </Td>
              <Td numeric phone="subtrail" className={failed > 0 ? 'text-bad' : 'text-mute'}>
                {count(failed)}
                <PhoneWords> failed</PhoneWords>
              </Td>
              <Td numeric className="text-mute">
                {percent(sent === 0 ? Number.NaN : failed / sent)}
              </Td>
            </Tr>
          ))}
        </TBody>
      </Table>
    </div>
  )
}

'use client'

import type { Dns } from '@bauta/config'
import type { DnsStatus } from '@bauta/control/schemas'
import { messageAt, messageExactlyAt } from '../../../forms/faults.ts'
import { Button, Card, FormFault, Notice, Segmented } from '../../../ui/index.ts'
import type { DnsCardProps } from './forwarding-card.tsx'
import { PairHead, PairRow } from './pair-row.tsx'
import { TLS_PRESETS } from './tls-presets.ts'

const WAYS = [
  { value: 'plain', label: 'Plainly' },
  { value: 'tls', label: 'Over TLS' },
] as const

/** How the servers of the Internet are asked: in the clear, or encrypted and authenticated. */
export function TransportCard({ draft, value, live }: DnsCardProps & { live: DnsStatus | undefined }) {
  const set = (change: Partial<Dns>) => draft.set({ ...value, ...change })
  const tls = value.transport === 'tls'
  const choose = (transport: Dns['transport']) =>
    set({
      transport,
      ...(transport === 'tls' && value.tlsServers.length === 0
        ? { tlsServers: [{ address: '', name: '' }] }
        : {}),
    })
  return (
    <Card title="How it asks">
      <div className="grid justify-items-start gap-3">
        <Segmented label="How servers are asked" value={value.transport} options={WAYS} onChange={choose} />
        <p className="text-sm text-mute">
          {tls
            ? 'Nobody on the way can read or change questions and answers. When none of these servers can be reached, names are not found: there is no falling back to asking plainly. Domains with servers of their own are asked plainly all the same.'
            : 'As nearly everybody does: the provider, and whoever listens on the way, can read along.'}
        </p>
        {tls && <TlsServers draft={draft} value={value} set={set} />}
        {tls && draft.stored?.transport === 'tls' && live?.tlsProblem && (
          <Notice tone="bad" title="These servers cannot be asked">
            {live.tlsProblem}
          </Notice>
        )}
      </div>
    </Card>
  )
}

function TlsServers({ draft, value, set }: DnsCardProps & { set: (change: Partial<Dns>) => void }) {
  const { tlsServers } = value
  const change = (next: Dns['tlsServers']) => set({ tlsServers: next })
  return (
    <>
      {tlsServers.length > 0 && <PairHead left="Address" right="Name in its certificate" />}
      {tlsServers.map((server, i) => (
        <PairRow
          // biome-ignore lint/suspicious/noArrayIndexKey: entries have no other identity while they are typed
          key={i}
          what={`TLS server ${i + 1}`}
          left={{ label: 'Address', value: server.address, placeholder: '9.9.9.9' }}
          right={{ label: 'Name', value: server.name, placeholder: 'dns.quad9.net' }}
          faults={{
            left: messageAt(draft.faults, ['tlsServers', i, 'address']),
            right: messageAt(draft.faults, ['tlsServers', i, 'name']),
          }}
          onLeft={(address) => change(tlsServers.with(i, { ...server, address: address.trim() }))}
          onRight={(name) => change(tlsServers.with(i, { ...server, name: name.trim() }))}
          onRemove={() => change(tlsServers.toSpliced(i, 1))}
        />
      ))}
      <FormFault>{messageExactlyAt(draft.faults, ['tlsServers'])}</FormFault>
      <Button size="small" onClick={() => change([...tlsServers, { address: '', name: '' }])}>
        Add TLS server
      </Button>
      <fieldset className="flex flex-wrap items-center gap-2">
        <legend className="mb-1 text-sm text-mute">Fill in the servers of</legend>
        {TLS_PRESETS.map(({ name, servers }) => (
          <Button key={name} size="small" onClick={() => change(servers.map((server) => ({ ...server })))}>
            {name}
          </Button>
        ))}
      </fieldset>
    </>
  )
}

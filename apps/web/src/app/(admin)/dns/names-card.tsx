'use client'

import type { Dns } from '@bauta/config'
import { messageAt, messageExactlyAt } from '../../../forms/faults.ts'
import { Button, Card, FormFault } from '../../../ui/index.ts'
import type { DnsCardProps } from './forwarding-card.tsx'
import { PairHead, PairRow } from './pair-row.tsx'

export function NamesCard({ draft, value }: DnsCardProps) {
  const { hosts } = value
  const set = (next: Dns['hosts']) => draft.set({ ...value, hosts: next })
  return (
    <Card title="Names of the household">
      <p className="mb-2 text-sm text-mute">
        Answered by the box itself, also as <span className="num">name.{value.localDomain}</span>.
      </p>
      <div className="grid justify-items-start gap-2">
        {hosts.length > 0 && <PairHead left="Name" right="Address" />}
        {hosts.map((host, i) => (
          <PairRow
            // biome-ignore lint/suspicious/noArrayIndexKey: entries have no other identity while they are typed
            key={i}
            what={`host ${i + 1}`}
            left={{ label: 'Name', value: host.name, placeholder: 'nas' }}
            right={{ label: 'Address', value: host.address, placeholder: '192.168.77.20' }}
            faults={{
              left: messageAt(draft.faults, ['hosts', i, 'name']),
              right: messageAt(draft.faults, ['hosts', i, 'address']),
            }}
            onLeft={(name) => set(hosts.with(i, { ...host, name: name.trim() }))}
            onRight={(address) => set(hosts.with(i, { ...host, address: address.trim() }))}
            onRemove={() => set(hosts.toSpliced(i, 1))}
          />
        ))}
        {hosts.length === 0 && <p className="text-mute">No names yet.</p>}
        <Button size="small" onClick={() => set([...hosts, { name: '', address: '' }])}>
          Add name
        </Button>
      </div>
      <FormFault>{messageExactlyAt(draft.faults, ['hosts'])}</FormFault>
    </Card>
  )
}

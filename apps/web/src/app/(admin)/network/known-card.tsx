'use client'

import type { Reservation } from '@bauta/config'
import { useState } from 'react'
import { messageAt } from '../../../forms/faults.ts'
import type { DraftOf } from '../../../forms/use-draft.ts'
import { Button, Card, SkeletonRows, Table, TBody, Td, TextInput, THead, Th, Tr } from '../../../ui/index.ts'
import { AddReservation } from './add-reservation.tsx'

/** Machines that have a name or an address of their own. */
export function KnownCard({ draft }: { draft: DraftOf<'dhcp'> }) {
  const { value } = draft
  const [adding, setAdding] = useState(false)
  if (!value)
    return (
      <Card title="Known machines">
        <SkeletonRows rows={3} />
      </Card>
    )
  const set = (reservations: Reservation[]) => draft.set({ ...value, reservations })
  return (
    <Card
      title="Known machines"
      aside={value.reservations.length > 0 ? `${value.reservations.length} known` : undefined}
    >
      <p className="mb-2 text-sm text-mute">
        A machine that is known here has its name in the house, and always the same address where one is
        written.
      </p>
      {value.reservations.length > 0 && (
        <Table caption="Known machines" fixed>
          <THead>
            <Th>Name</Th>
            <Th className="w-38">Address</Th>
            <Th className="w-24">
              <span className="sr-only">Actions</span>
            </Th>
          </THead>
          <TBody>
            {value.reservations.map((entry, i) => (
              <ReservationRow
                key={entry.mac}
                entry={entry}
                faults={{
                  name: messageAt(draft.faults, ['reservations', i, 'name']),
                  address: messageAt(draft.faults, ['reservations', i, 'address']),
                }}
                onChange={(next) => set(value.reservations.with(i, next))}
                onRemove={() => set(value.reservations.toSpliced(i, 1))}
              />
            ))}
          </TBody>
        </Table>
      )}
      <div className="mt-3">
        {adding ? (
          <AddReservation
            taken={value.reservations.map(({ mac }) => mac)}
            onAdd={(mac) => {
              set([...value.reservations, { mac, address: null, name: '' }])
              setAdding(false)
            }}
            onCancel={() => setAdding(false)}
          />
        ) : (
          <Button size="small" onClick={() => setAdding(true)}>
            Add machine
          </Button>
        )}
      </div>
    </Card>
  )
}

interface ReservationRowProps {
  entry: Reservation
  faults: { name: string | undefined; address: string | undefined }
  onChange: (entry: Reservation) => void
  onRemove: () => void
}

function ReservationRow({ entry, faults, onChange, onRemove }: ReservationRowProps) {
  const { mac, name, address } = entry
  return (
    <Tr>
      <Td phone="lead" className="sm:py-1!">
        <TextInput
          mono
          aria-label={`Name of ${mac}`}
          aria-invalid={faults.name ? true : undefined}
          placeholder="what it calls itself"
          value={name}
          onChange={(event) => onChange({ ...entry, name: event.target.value.trim() })}
        />
        <span className="num block text-xs text-mute">{mac}</span>
        {faults.name && <span className="block text-sm font-medium text-bad">{faults.name}</span>}
      </Td>
      <Td phone="full" className="align-top! sm:py-1! max-sm:pt-1.5!">
        <TextInput
          mono
          aria-label={`Address of ${mac}`}
          aria-invalid={faults.address ? true : undefined}
          placeholder="any free one"
          value={address ?? ''}
          onChange={(event) => onChange({ ...entry, address: event.target.value.trim() || null })}
        />
        {faults.address && <span className="block text-sm font-medium text-bad">{faults.address}</span>}
      </Td>
      <Td phone="trail" className="align-top! text-right sm:py-1!">
        <Button kind="quiet" onClick={onRemove}>
          Remove<span className="sr-only"> {mac}</span>
        </Button>
      </Td>
    </Tr>
  )
}

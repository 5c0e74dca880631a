'use client'

import type { Dhcp, Reservation } from '@bauta/config'
import type { LanStatus, Lease } from '@bauta/control/schemas'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { messageAt } from '../../../forms/faults.ts'
import type { DraftOf } from '../../../forms/use-draft.ts'
import { api, messageOf } from '../../../live/api.ts'
import { lasting } from '../../../live/format.ts'
import {
  Button,
  Card,
  ConfirmButton,
  EmptyState,
  SkeletonRows,
  Table,
  Tag,
  TBody,
  Td,
  TextInput,
  THead,
  Th,
  Tr,
  toast,
} from '../../../ui/index.ts'
import { AddReservation } from './add-reservation.tsx'
import { byAddress } from './lan-words.ts'
import { reserve } from './reservations.ts'

interface LeasesCardProps {
  draft: DraftOf<'dhcp'>
  live: LanStatus | undefined
}

/** Who has an address now, and who always gets the same. */
export function LeasesCard({ draft, live }: LeasesCardProps) {
  const { value } = draft
  if (!value || !live)
    return (
      <Card title="Leases">
        <SkeletonRows rows={5} />
      </Card>
    )
  const leases = [...live.dhcp.leases].sort(byAddress)
  return (
    <div className="grid items-start gap-4 xl:grid-cols-2">
      <Card title="Leases" aside={`${leases.length} now`}>
        {leases.length === 0 ? (
          <EmptyState title="Nobody has a lease">
            {value.enabled
              ? 'A machine gets one when it joins the home network and asks for an address.'
              : 'The box gives out addresses only when that is switched on.'}
          </EmptyState>
        ) : (
          <Leases leases={leases} dhcp={value} onReserve={(lease) => draft.set(reserve(value, lease))} />
        )}
      </Card>
      <Reservations draft={draft} value={value} />
    </div>
  )
}

interface LeasesProps {
  leases: readonly Lease[]
  dhcp: Dhcp
  onReserve: (lease: Lease) => void
}

function Leases({ leases, dhcp, onReserve }: LeasesProps) {
  const now = Date.now()
  const known = new Map(dhcp.reservations.map((entry) => [entry.mac, entry]))
  return (
    <Table caption="Leases" fixed>
      <THead>
        <Th className="w-34">Address</Th>
        <Th>Machine</Th>
        <Th numeric className="w-24">
          Ends in
        </Th>
        <Th className="w-40">
          <span className="sr-only">Actions</span>
        </Th>
      </THead>
      <TBody>
        {leases.map((lease) => {
          const entry = known.get(lease.mac)
          return (
            <Tr key={lease.address}>
              <Td mono phone="lead" className="font-semibold">
                {lease.address}
              </Td>
              <Td phone="sub" className="break-words">
                {entry?.name || lease.hostname || <span className="text-mute">says no name</span>}
                <span className="num block text-xs text-mute">{lease.mac}</span>
              </Td>
              <Td numeric phone="trail" className="text-mute">
                {lasting((lease.expiresAt - now) / 1000)}
              </Td>
              <Td phone="subtrail" className="text-right sm:py-1!">
                <span className="inline-flex items-center gap-1">
                  {entry?.address ? (
                    <Tag>reserved</Tag>
                  ) : (
                    <Button size="small" onClick={() => onReserve(lease)}>
                      Reserve<span className="sr-only"> {lease.address}</span>
                    </Button>
                  )}
                  <EndLease lease={lease} />
                </span>
              </Td>
            </Tr>
          )
        })}
      </TBody>
    </Table>
  )
}

function EndLease({ lease: { address, hostname, mac } }: { lease: Lease }) {
  const client = useQueryClient()
  const end = async () => {
    try {
      await api.delete(`/api/leases/${encodeURIComponent(address)}`)
    } catch (error) {
      toast.error('The lease was not ended', messageOf(error))
    }
    await client.invalidateQueries({ queryKey: ['lan'] })
  }
  return (
    <ConfirmButton
      kind="quiet"
      size="small"
      title={`End the lease of ${address}?`}
      explain={`The address is free for another machine at once. ${hostname ?? mac} is not told: if it is still there it goes on using the address until it asks again, and the two would disturb each other.`}
      action="End lease"
      onConfirm={end}
    >
      End<span className="sr-only"> the lease of {address}</span>
    </ConfirmButton>
  )
}

function Reservations({ draft, value }: { draft: DraftOf<'dhcp'>; value: Dhcp }) {
  const [adding, setAdding] = useState(false)
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

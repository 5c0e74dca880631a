'use client'

import type { Dhcp } from '@bauta/config'
import type { LanStatus, Lease } from '@bauta/control/schemas'
import { useQueryClient } from '@tanstack/react-query'
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
  THead,
  Th,
  Tr,
  toast,
} from '../../../ui/index.ts'
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

'use client'

import type { DeviceList } from '@bauta/control/schemas'
import { useState } from 'react'
import { plural } from '../../../live/format.ts'
import { useLive } from '../../../live/use-live.ts'
import {
  Card,
  EmptyState,
  Num,
  PageHeader,
  SkeletonRows,
  Table,
  TBody,
  TextInput,
  THead,
  Th,
} from '../../../ui/index.ts'
import { DeviceDrawer } from './device-drawer.tsx'
import { inOrder, matching } from './device-list.ts'
import { DeviceRow } from './device-row.tsx'

export function DevicesPage() {
  const { data } = useLive<DeviceList>('/api/live/devices', 'devices')
  const [q, setQ] = useState('')
  const [opened, setOpened] = useState<string | null>(null)
  const devices = data && inOrder(matching(data.devices, q))
  const present = data?.devices.filter((device) => device.present).length
  const open = data?.devices.find(({ id }) => id === opened)
  return (
    <>
      <PageHeader
        title="Devices"
        lead="Every machine that the box has seen in the house: what it is called, what it is doing now, and since when it is silent."
      />
      <Card
        title="In the house"
        aside={
          data && (
            <span>
              <Num>{present}</Num> there now, <Num>{data.devices.length}</Num> known
            </span>
          )
        }
      >
        <TextInput
          data-filter
          aria-label="Find a device"
          placeholder="Find by name, address or maker"
          value={q}
          onChange={(event) => setQ(event.target.value)}
          className="mb-2 max-w-sm"
        />
        {!devices ? (
          <SkeletonRows rows={8} />
        ) : devices.length === 0 ? (
          <EmptyState title={q ? 'No device is like this' : 'No device was seen yet'}>
            {q
              ? `None of ${plural(data.devices.length, 'device')} has all these words.`
              : 'One appears here as soon as it asks for an address or sends anything.'}
          </EmptyState>
        ) : (
          <Table caption="Devices in the house" fixed>
            <THead>
              <Th>Device</Th>
              <Th className="w-40">Address</Th>
              <Th className="w-32 max-lg:hidden">Seen</Th>
              <Th numeric className="w-28">
                Receives<span className="lg:hidden">, sends</span>
              </Th>
              <Th numeric className="w-28 max-lg:hidden">
                Sends
              </Th>
              <Th numeric className="w-28">
                Connections
              </Th>
            </THead>
            <TBody>
              {devices.map((device) => (
                <DeviceRow
                  key={device.id}
                  device={device}
                  now={data.at}
                  onOpen={() => setOpened(device.id)}
                />
              ))}
            </TBody>
          </Table>
        )}
      </Card>
      {open && <DeviceDrawer device={open} now={data!.at} onClose={() => setOpened(null)} />}
    </>
  )
}

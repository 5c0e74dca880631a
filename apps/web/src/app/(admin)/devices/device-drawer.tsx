'use client'

import type { ConnectionPage, Device } from '@bauta/control/schemas'
import { type ReactNode, useState } from 'react'
import { bitRate, bytes, count, moment, packetRate } from '../../../live/format.ts'
import { useSave, useSettings } from '../../../live/settings.ts'
import { useLive } from '../../../live/use-live.ts'
import {
  BigNum,
  Button,
  Drawer,
  Field,
  FormFault,
  LinkButton,
  Num,
  Switch,
  TextInput,
} from '../../../ui/index.ts'
import { Facts } from '../_home/facts.tsx'
import { withMachine } from '../network/reservations.ts'
import { hrefOf } from '../why/question.ts'
import { addressingOf, connectionsOf, isInvented, titleOf } from './device-list.ts'

interface DeviceDrawerProps {
  device: Device
  now: number
  onClose: () => void
}

/** One device: what it is called, what it does, what it has. */
export function DeviceDrawer({ device, now, onClose }: DeviceDrawerProps) {
  const { address, mac, maker, rate, present, lastSeenAt, connections } = device
  return (
    <Drawer
      open
      onOpenChange={(open) => !open && onClose()}
      title={titleOf(device)}
      description={present ? 'is there now' : `was last seen ${moment(lastSeenAt, now)}`}
    >
      <div className="grid gap-6">
        <dl className="grid grid-cols-2 gap-4">
          <Rate name="Receives now" total={device.bytes.down} tone="text-down">
            {bitRate(rate.down)}
          </Rate>
          <Rate name="Sends now" total={device.bytes.up} tone="text-accent">
            {bitRate(rate.up)}
          </Rate>
        </dl>
        {mac && <NameForm key={mac} device={device} mac={mac} />}
        <Facts
          rows={[
            ['Address', <Num key="a">{address}</Num>],
            ['Its address', addressingOf(device)],
            ['Hardware address', mac ? <Num key="m">{mac}</Num> : 'not seen'],
            ...(device.refused > 0 ? [refusedNow(device.refused)] : []),
            ['Made by', maker ?? (isInvented(mac) ? 'unknown: it invents its hardware address' : 'unknown')],
          ]}
        />
        <section>
          <div className="mb-1 flex items-center justify-between gap-3">
            <h3 className="font-semibold">
              Connections <Num className="font-normal text-mute">{count(connections)}</Num>
            </h3>
            <LinkButton
              size="small"
              prefetch={false}
              href={hrefOf({ from: address, to: '93.184.216.34', protocol: 6, port: 443 })}
            >
              Why does it (not) get through?
            </LinkButton>
            <LinkButton size="small" prefetch={false} href={connectionsOf(address)}>
              All of them
            </LinkButton>
          </div>
          <Busiest address={address} />
        </section>
      </div>
    </Drawer>
  )
}

/** It sends more than a machine may: see packages/door/bpf/flood.h. */
const refusedNow = (rate: number): [string, ReactNode] => [
  'Refused now',
  <span key="r" className="text-warn">
    <Num>{packetRate(rate)}</Num>: it opens more connections a second than one may, or more than its share
    waits in a queue
  </span>,
]

function Rate({
  name,
  total,
  tone,
  children,
}: {
  name: string
  total: number
  tone: string
  children: string
}) {
  return (
    <div>
      <dt className="overline-label">{name}</dt>
      <dd>
        <span className={tone}>
          <BigNum>{children}</BigNum>
        </span>
        <span className="block text-sm text-mute">
          <Num>{bytes(total)}</Num> since the box started
        </span>
      </dd>
    </div>
  )
}

/** A name, and whether the address stays: saved at once, because there is nothing else to gather. */
function NameForm({ device, mac }: { device: Device; mac: string }) {
  const { value: dhcp, revision } = useSettings('dhcp')
  const { save, saving, failure, conflict } = useSave('dhcp')
  const known = dhcp?.reservations.find((entry) => entry.mac === mac)
  const [name, setName] = useState<string | null>(null)
  const [same, setSame] = useState<boolean | null>(null)
  if (!dhcp) return null
  const shownName = name ?? known?.name ?? ''
  const shownSame = same ?? Boolean(known?.address)
  const changed = shownName !== (known?.name ?? '') || shownSame !== Boolean(known?.address)
  const submit = async () => {
    const next = withMachine(dhcp, mac, (entry) => ({
      ...entry,
      name: shownName,
      address: shownSame ? (entry.address ?? device.address) : null,
    }))
    const reservations = next.reservations.filter((entry) => entry.mac !== mac || entry.name || entry.address)
    const reply = await save({ ...next, reservations }, revision ? { base: revision.number } : {})
    if (!reply) return
    setName(null)
    setSame(null)
  }
  return (
    <form
      className="grid gap-2 border-y border-line py-4"
      onSubmit={(event) => {
        event.preventDefault()
        if (changed) void submit()
      }}
    >
      <Field
        layout="stack"
        label="Name"
        hint={
          device.named === 'itself' && !known?.name
            ? `It calls itself ${device.name}.`
            : 'Also its name in the house’s DNS.'
        }
        error={failure?.faults.find(({ path }) => path.at(-1) === 'name')?.message}
      >
        <TextInput
          mono
          value={shownName}
          placeholder={device.name ?? 'kitchen-radio'}
          onChange={(event) => setName(event.target.value.trim())}
        />
      </Field>
      <Switch
        label={`Always give it ${known?.address ?? device.address}`}
        checked={shownSame}
        onChange={(event) => setSame(event.target.checked)}
      />
      {failure && !failure.faults.some(({ path }) => path.at(-1) === 'name') && (
        <FormFault>{failure.faults[0]?.message ?? failure.message}</FormFault>
      )}
      {conflict && <FormFault>{conflict.message}</FormFault>}
      <Button type="submit" kind="primary" busy={saving} disabled={!changed} className="justify-self-start">
        Save
      </Button>
    </form>
  )
}

const SHOWN = 6

/** Where its packets go now, the busiest first. */
function Busiest({ address }: { address: string }) {
  const query = new URLSearchParams({ q: `client:${address}`, sort: 'rate', limit: String(SHOWN) })
  const { data } = useLive<ConnectionPage>(`/api/live/connections?${query}`, 'page', 0)
  if (!data) return <div className="h-24" aria-hidden />
  const rows = data.rows.filter((row) => row.client === address)
  if (rows.length === 0) return <p className="text-mute">None now.</p>
  return (
    <ul>
      {rows.map((row) => (
        <li key={row.id} className="flex justify-between gap-4 border-b border-line py-1.5 last:border-b-0">
          <span className="min-w-0 truncate">
            {row.serverName ?? <Num>{row.server}</Num>}{' '}
            <Num className="text-mute">
              {row.protocol === 'ICMP' ? 'ICMP' : `${row.protocol} ${row.serverPort}`}
            </Num>
          </span>
          <Num className="whitespace-nowrap text-mute">{bitRate(row.rate)}</Num>
        </li>
      ))}
    </ul>
  )
}

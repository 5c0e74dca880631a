'use client'

import type { InternetConnectionStatus, Status } from '@bauta/control/schemas'
import clsx from 'clsx'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { KINDS, sinceWords, stateTag } from '../../../internet/words.ts'
import { bitRate, count, lasting, packetRate, percent } from '../../../live/format.ts'
import { useInternet } from '../../../live/use-live.ts'
import { BigNum, Meter, Num, Skeleton, Tag } from '../../../ui/index.ts'
import { Lanes } from './lanes.tsx'
import { troubleOf } from './trouble.ts'

interface PacketWayProps {
  status: Status | null
  silent: boolean
}

/** The way of a packet as a picture: home network, masquerade, Internet, and what flows between them. */
export function PacketWay({ status, silent }: PacketWayProps) {
  const rate = status?.rate
  const flowing = Boolean(status?.online) && !silent
  return (
    <section aria-label="The way of a packet" className="@container rounded-card border border-line bg-panel">
      {/* As wide as it is: all in a row; narrower: one pair of arrows less; on phones one below the other. */}
      <div className="grid gap-x-5 gap-y-2 px-5 py-4 @min-[44rem]:grid-cols-[minmax(0,1fr)_minmax(0,1.3fr)_7rem_minmax(0,1.2fr)] @min-[56rem]:grid-cols-[minmax(0,1fr)_7.5rem_minmax(0,1.45fr)_7.5rem_minmax(0,1fr)]">
        <Node name="Home network">{status ? <Household status={status} /> : <NodeSkeleton />}</Node>
        <Lanes
          className="@min-[44rem]:@max-[56rem]:hidden"
          flowing={flowing}
          out={{ bits: rate?.up ?? 0, text: packetRate(rate?.packetsUp ?? 0) }}
          in={{ bits: rate?.down ?? 0, text: packetRate(rate?.packetsDown ?? 0) }}
        />
        <Node
          name="Masquerade"
          middle
          aside={status && <Tag tone="warn">TypeScript {percent(status.load)} CPU</Tag>}
        >
          {status ? <Masquerade status={status} /> : <NodeSkeleton meter />}
        </Node>
        <Lanes
          flowing={flowing}
          out={{ bits: rate?.up ?? 0, text: bitRate(rate?.up ?? 0) }}
          in={{ bits: rate?.down ?? 0, text: bitRate(rate?.down ?? 0) }}
        />
        <Node name="Internet" aside={<InternetKind />}>
          {status ? <Internet status={status} /> : <NodeSkeleton />}
        </Node>
      </div>
    </section>
  )
}

interface NodeProps {
  name: string
  middle?: boolean
  aside?: ReactNode
  children: ReactNode
}

function Node({ name, middle, aside, children }: NodeProps) {
  return (
    <div
      className={clsx(
        'min-w-0',
        middle &&
          '@min-[44rem]:border-x @min-[44rem]:border-dashed @min-[44rem]:border-line @min-[44rem]:px-5',
      )}
    >
      <div className="flex min-h-5 flex-wrap items-center justify-between gap-x-2">
        <h2 className="overline-label">{name}</h2>
        {aside}
      </div>
      {children}
    </div>
  )
}

function Line({ children }: { children: ReactNode }) {
  return <p className="min-h-5.25 truncate text-mute">{children}</p>
}

function Household({ status }: { status: Status }) {
  const lans = status.interfaces.filter((entry) => entry.role === 'lan')
  return (
    <>
      <BigNum unit={status.devices === 1 ? 'device' : 'devices'}>{count(status.devices)}</BigNum>
      <Line>
        {lans.length === 0
          ? 'no LAN interface'
          : lans.map((lan, i) => (
              <span key={lan.name}>
                {i > 0 && ' · '}
                {lan.name} <Num>{lan.addresses[0] ?? 'no address'}</Num>
              </span>
            ))}
      </Line>
    </>
  )
}

/** The protocol that will run out of ports first; ties go to TCP, which households use most. */
function scarcest({ tcp, udp, icmp }: Status['freePorts']): { name: string; free: number } {
  const all = [
    { name: 'TCP', free: tcp },
    { name: 'UDP', free: udp },
    { name: 'ICMP', free: icmp },
  ]
  return all.reduce((least, entry) => (entry.free < least.free ? entry : least))
}

function Masquerade({ status }: { status: Status }) {
  const { connections, freePorts } = status
  const least = scarcest(freePorts)
  const free = `${count(least.free)} of ${count(freePorts.capacity)} ${least.name} ports free`
  return (
    <>
      <Link prefetch={false} href="/connections" className="rounded-control hover:underline">
        <BigNum unit={connections.total === 1 ? 'connection' : 'connections'}>
          {count(connections.total)}
        </BigNum>
      </Link>
      <Line>
        TCP <Num>{count(connections.tcp)}</Num> · UDP <Num>{count(connections.udp)}</Num> · ICMP{' '}
        <Num>{count(connections.icmp)}</Num>
      </Line>
      <Meter
        label="Masquerade ports in use"
        value={freePorts.capacity - least.free}
        max={freePorts.capacity}
        text={free}
        className="mt-1.5 mb-1"
      />
      <p className="text-sm text-mute">
        <Num>{count(least.free)}</Num> {least.name} ports free
      </p>
    </>
  )
}

/** The connection in use, where the box brings it up itself. */
function useLine() {
  const { data } = useInternet()
  const line = data?.connections.find(({ inUse }) => inUse)
  return line && line.kind !== 'system' ? line : null
}

function InternetKind() {
  const line = useLine()
  if (!line) return null
  return (
    <Link prefetch={false} href="/internet" className="text-sm text-mute hover:text-ink hover:underline">
      {KINDS[line.kind]}
    </Link>
  )
}

function Internet({ status }: { status: Status }) {
  const { wan } = status
  const line = useLine()
  if (line && line.state !== 'up') return <Calling line={line} now={status.now} />
  const trouble = troubleOf(status)
  if (trouble)
    return (
      <>
        <p className="text-2xl font-semibold text-bad">{trouble.title}</p>
        <p className="text-ink">{trouble.advice}</p>
        <p className="text-sm text-mute">
          for {lasting((status.now - status.onlineSince) / 1000)}
          {wan.interface ? ` · ${wan.interface}` : ''}
        </p>
      </>
    )
  return (
    <>
      <p className="num truncate text-2xl font-semibold tracking-tight">{wan.address}</p>
      <Line>
        {wan.interface}
        {wan.gateway && (
          <>
            {' '}
            via <Num>{wan.gateway}</Num>
          </>
        )}
      </Line>
      <Line>
        MTU <Num>{wan.mtu}</Num> · MSS <Num>{wan.mss}</Num>
      </Line>
    </>
  )
}

/** Why the line is not up, in the words of the connection itself. */
function Calling({ line, now }: { line: InternetConnectionStatus; now: number }) {
  const { word } = stateTag(line)
  const calm = line.state === 'waiting' || line.state === 'connecting'
  return (
    <>
      <p className={clsx('text-2xl font-semibold first-letter:uppercase', !calm && 'text-bad')}>{word}</p>
      <p className="text-ink">{line.problem ?? sinceWords(line, now)}</p>
      <p className="text-sm text-mute">
        {line.problem && `${sinceWords(line, now)} · `}
        <Link
          prefetch={false}
          href="/internet"
          className="underline decoration-edge hover:decoration-current"
        >
          {line.name}
        </Link>
      </p>
    </>
  )
}

/** Two lines of text in their real heights, and the meter where there will be one. */
function NodeSkeleton({ meter }: { meter?: boolean }) {
  return (
    <div aria-hidden>
      <div className="flex h-7.5 items-center">
        <Skeleton className="h-5 w-40" />
      </div>
      <div className="flex h-5.25 items-center">
        <Skeleton className="h-3 w-32" />
      </div>
      {meter && (
        <>
          <div className="skeleton mt-1.5 mb-1 h-1.5 rounded-full" />
          <div className="h-5" />
        </>
      )}
    </div>
  )
}

'use client'

import type { Status } from '@bauta/control/schemas'
import clsx from 'clsx'
import { usePathname } from 'next/navigation'
import type { ReactNode } from 'react'
import { bitRate, lasting } from '../../live/format.ts'
import type { StreamState } from '../../live/stream.ts'
import { useStatus } from '../../live/use-live.ts'
import { Skeleton } from '../skeleton.tsx'
import { SessionMenu } from './session-menu.tsx'

type Line = 'online' | 'offline' | 'unknown' | 'waiting'

const DOT: Record<Line, string> = {
  online: 'bg-good',
  offline: 'bg-bad',
  unknown: 'border-2 border-mute',
  waiting: 'bg-line',
}
const WORD: Record<Line, string> = {
  online: 'Online',
  offline: 'Offline',
  unknown: 'No answer',
  waiting: 'Connecting',
}

function lineOf(state: StreamState, status: Status | null): Line {
  if (state === 'silent') return 'unknown'
  if (!status) return 'waiting'
  return status.online ? 'online' : 'offline'
}

/** At the top of every page: is the house online, under which address, through whom. */
export function StatusStrip() {
  const { state, data: status } = useStatus()
  const line = lineOf(state, status)
  return (
    <header className="flex h-14 items-center gap-x-5 md:h-15">
      <div role="status" className="flex items-center gap-2 font-semibold whitespace-nowrap">
        <span aria-hidden className={clsx('size-2.25 rounded-full', DOT[line])} />
        {WORD[line]}
      </div>
      {status ? <Facts status={status} /> : <Skeleton className="h-3 w-72" />}
      <div className="ml-auto flex items-center gap-3 max-md:hidden">
        <SessionMenu />
      </div>
    </header>
  )
}

function Facts({ status }: { status: Status }) {
  const { wan, online, onlineSince, now, rate } = status
  // Home shows the rates itself, larger.
  const showRates = usePathname() !== '/' && online
  return (
    <>
      <Fact name="for" className="max-lg:hidden">
        {lasting((now - onlineSince) / 1000)}
      </Fact>
      {wan.interface && (
        <Fact name={wan.interface} mono>
          {wan.address ?? 'no address'}
        </Fact>
      )}
      {wan.gateway && (
        <Fact name="gateway" mono className="max-xl:hidden">
          {wan.gateway}
        </Fact>
      )}
      {showRates && (
        <p className="num flex gap-3 whitespace-nowrap max-sm:hidden">
          <span className="inline-block min-w-[13ch] text-down">
            <span aria-hidden>▼ </span>
            <span className="sr-only">in </span>
            {bitRate(rate.down)}
          </span>
          <span className="inline-block min-w-[13ch] text-up max-lg:hidden">
            <span aria-hidden>▲ </span>
            <span className="sr-only">out </span>
            {bitRate(rate.up)}
          </span>
        </p>
      )}
    </>
  )
}

interface FactProps {
  name: string
  children: ReactNode
  mono?: boolean
  className?: string
}

function Fact({ name, children, mono, className }: FactProps) {
  return (
    <p className={clsx('whitespace-nowrap text-mute', className)}>
      {name} <span className={clsx('text-ink', mono && 'num')}>{children}</span>
    </p>
  )
}

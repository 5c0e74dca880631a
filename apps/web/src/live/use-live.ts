'use client'

import type { Counters, InternetStatus, Status } from '@bauta/control/schemas'
import { useEffect, useMemo, useSyncExternalStore } from 'react'
import { useSession } from './session.ts'
import { checkSession } from './session-check.ts'
import { type Snapshot, streamOf } from './stream.ts'

const NOTHING: Snapshot<never> = { state: 'connecting', data: null, receivedAt: 0 }
const noWatch = () => () => {}

/**
 * What a live stream of the box says now; nothing is asked before the session is known to be there.
 * @param url e.g. `/api/live/counters`; null: watch nothing (yet)
 * @param event the name of the server-sent event
 * @param lingerMs how long the stream stays open when nobody watches any more; 0 for addresses that change often
 */
export function useLive<T>(url: string | null, event: string, lingerMs?: number): Snapshot<T> {
  const inside = useSession().data?.state === 'in'
  const wanted = inside ? url : null
  const stream = useMemo(
    () => (wanted === null ? null : streamOf<T>(wanted, event, lingerMs)),
    [wanted, event, lingerMs],
  )
  const snapshot = useSyncExternalStore<Snapshot<T>>(
    stream?.watch ?? noWatch,
    stream?.read ?? (() => NOTHING),
    () => NOTHING,
  )
  // A stream cannot say why it was refused; the session can.
  useEffect(() => {
    if (snapshot.state === 'silent') void checkSession()
  }, [snapshot.state])
  return snapshot
}

export const useStatus = (): Snapshot<Status> => useLive<Status>('/api/live/status', 'status')
export const useCounters = (): Snapshot<Counters> => useLive<Counters>('/api/live/counters', 'counters')
export const useInternet = (): Snapshot<InternetStatus> =>
  useLive<InternetStatus>('/api/live/internet', 'internet')

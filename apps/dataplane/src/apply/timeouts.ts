import type { Timeouts } from '@bauta/config'
import type { Action } from './action.ts'

const LABELS = { tcp: 'TCP', tcpfin: 'closing TCP', udp: 'UDP', icmp: 'ICMP' } as const

/** A connection takes the new value up at its next packet, as in 2.2. */
export function timeoutActions(old: Timeouts, next: Timeouts): Action[] {
  const keys = Object.keys(LABELS) as (keyof Timeouts)[]
  return keys
    .filter((key) => old[key] !== next[key])
    .map((key) => ({
      noun: 'timeouts',
      text: `idle ${LABELS[key]} connections end after ${next[key]} s instead of ${old[key]} s`,
    }))
}

import type { Timeouts } from '@bauta/config'
import type { Action } from './action.ts'

const LABELS = { tcp: 'TCP', tcpfin: 'closing TCP', udp: 'UDP', icmp: 'ICMP' } as const

/** A connection takes the new value up at its next packet, as in 2.2. */
export function timeoutActions(old: Timeouts, next: Timeouts): Action[] {
  const keys = Object.keys(LABELS) as (keyof typeof LABELS)[]
  const actions: Action[] = keys
    .filter((key) => old[key] !== next[key])
    .map((key) => ({
      noun: 'timeouts',
      text: `idle ${LABELS[key]} connections end after ${next[key]} s instead of ${old[key]} s`,
    }))
  if (old.refreshInbound !== next.refreshInbound)
    actions.push({
      noun: 'timeouts',
      text: next.refreshInbound
        ? 'what comes in keeps UDP and ICMP connections alive, too'
        : 'only what goes out keeps UDP and ICMP connections alive',
    })
  return actions
}

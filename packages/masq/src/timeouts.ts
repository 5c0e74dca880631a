/**
 * How long a connection may be idle, by state.
 *
 * Four values are settings: `tcp` is ESTABLISHED, `tcpfin` is FIN_WAIT, `udp` and `icmp` are those states; `ipchains -M -S`
 * changes the first three. Every other state has the fixed value of 2.2 (ip_masq.c), with one exception: RFC 5382 REQ-5
 * and RFC 7857 §2 want a connection that is opening or closing, one closed by RST included, to live at least 4 minutes.
 * So when `tcpfin` is set to those 4 minutes or more, as the standard preset does, every opening and closing state lives
 * at least as long as `tcpfin`. Below that the administrator has chosen 2.2's world, and 2.2's values hold to the second.
 */
import type { Timeouts } from '@bauta/config'
import { TICKS_PER_SECOND } from './layout.ts'
import { STATE_NAMES, type StateName } from './states.ts'

/** RFC 5382 REQ-5: the transitory connection idle-timeout must not be less than 4 minutes. */
const RFC_TRANSITORY = 240

/** Protocols without ports, in seconds: what netfilter gives all that it knows nothing about (nf_conntrack_generic_timeout). */
const GENERIC = 600

/** Seconds; the masq timeout table of 2.2. */
const FIXED: Record<Exclude<StateName, 'ESTABLISHED' | 'FIN_WAIT' | 'UDP' | 'ICMP'>, number> = {
  NONE: 1800,
  SYN_SENT: 120,
  SYN_RECV: 60,
  TIME_WAIT: 120,
  CLOSE: 10,
  CLOSE_WAIT: 60,
  LAST_ACK: 30,
  LISTEN: 120,
  OTHER: GENERIC,
}

/** @returns seconds by state name */
export function stateTimeouts({ tcp, tcpfin, udp, icmp }: Timeouts): Record<StateName, number> {
  const floor = tcpfin >= RFC_TRANSITORY ? tcpfin : 0
  const seconds = { ...FIXED, ESTABLISHED: tcp, FIN_WAIT: tcpfin, UDP: udp, ICMP: icmp }
  for (const name of Object.keys(FIXED) as (keyof typeof FIXED)[])
    if (name !== 'OTHER') seconds[name] = Math.max(seconds[name], floor)
  return seconds
}

/** @returns ticks by state number, as the packet path wants them */
export function timeoutTable(timeouts: Timeouts): Int32Array {
  const seconds = stateTimeouts(timeouts)
  return Int32Array.from(STATE_NAMES, (name) => seconds[name] * TICKS_PER_SECOND)
}

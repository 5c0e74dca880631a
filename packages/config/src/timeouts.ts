/**
 * Idle timeouts of connections, in seconds.
 * `tcp`, `tcpfin` and `udp` are the three of `ipchains -M -S`; `icmp` was fixed in 2.2.
 */
import { z } from 'zod'

export const TIMEOUT_PRESETS = {
  /** RFC 5382 REQ-5 (2 h 4 min; 4 min for closing), RFC 4787 REQ-5 (5 min recommended), RFC 5508 REQ-2 (60 s). */
  standard: { tcp: 7440, tcpfin: 240, udp: 300, icmp: 60, refreshInbound: true },
  /** Linux 2.2: the masq timeout table of ip_masq.c. */
  classic: { tcp: 900, tcpfin: 120, udp: 300, icmp: 60, refreshInbound: true },
} as const

const seconds = (what: string) =>
  z
    .int(`${what}: whole seconds, please`)
    .min(1, `${what}: at least 1 second`)
    .max(864_000, `${what}: at most 864000 seconds (10 days)`)

export const timeoutsSchema = z.strictObject({
  tcp: seconds('TCP, idle'),
  tcpfin: seconds('TCP, closing'),
  udp: seconds('UDP'),
  icmp: seconds('ICMP'),
  /** Whether what comes in keeps a connection without a state of its own (UDP, ICMP, others) alive, too (RFC 7857 §7). */
  refreshInbound: z.boolean().default(true),
})

export type Timeouts = z.infer<typeof timeoutsSchema>

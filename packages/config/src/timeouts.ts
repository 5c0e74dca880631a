/**
 * Idle timeouts of connections, in seconds.
 * `tcp`, `tcpfin` and `udp` are the three of `ipchains -M -S`; `icmp` was fixed in 2.2.
 */
import { z } from 'zod'

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

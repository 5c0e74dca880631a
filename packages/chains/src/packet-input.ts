/** What a rule can look at, and what the chains can answer. */
import type { BuiltInChain, Policy } from '@bauta/config'

/** The fields of one packet; a PacketView of @bauta/packet is one. Addresses are unsigned, in reading order. */
export interface MatchInput {
  readonly source: number
  readonly destination: number
  readonly protocol: number
  /** TCP and UDP; 0 otherwise. */
  readonly sourcePort: number
  readonly destinationPort: number
  readonly icmpType: number
  readonly icmpCode: number
  /** FIN 1, SYN 2, RST 4, PSH 8, ACK 16, URG 32 */
  readonly tcpFlags: number
  /** Bytes; above 0 the packet is a second or further fragment and has no ports, flags or ICMP type. */
  readonly fragmentOffset: number
  readonly totalLength: number
  readonly tos: number
}

/** Where a packet meets a built-in chain; the number is the chain's place in the rules. */
export const HOOK = { input: 0, forward: 1, output: 2 } as const satisfies Record<BuiltInChain, number>
export type Hook = 0 | 1 | 2

/** The answers of the chains. 0 is none of them, so that a forgotten assignment can not be taken for one. */
export const VERDICT = { ACCEPT: 1, DENY: 2, REJECT: 3, MASQ: 4 } as const satisfies Record<Policy, number>
export type Verdict = (typeof VERDICT)[keyof typeof VERDICT]

const VERDICT_NAMES = ['', 'ACCEPT', 'DENY', 'REJECT', 'MASQ'] as const
export const verdictName = (verdict: Verdict): Policy => VERDICT_NAMES[verdict]

/** MASQ means something in `forward` only; reached elsewhere through a user chain it accepts, as in 2.2. */
export const verdictAt = (hook: Hook, verdict: Verdict): Verdict =>
  verdict === VERDICT.MASQ && hook !== HOOK.forward ? VERDICT.ACCEPT : verdict

export const PROTOCOL = { ICMP: 1, TCP: 6, UDP: 17 } as const

/** The bits of -y: SYN on, RST and ACK off. FIN is not looked at (the kernel of 2.2; its manual differs). */
export const SYN_ONLY = { mask: 0x16, set: 0x02 } as const

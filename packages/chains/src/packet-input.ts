/** What a rule can look at, and what the chains can answer. */
import type { BuiltInChain, ConnectionStateName, VerdictName } from '@bauta/config'

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

/** Where a packet of the classic dialect meets a built-in chain; the number is the chain's place in the rules. */
export const HOOK = { input: 0, forward: 1, output: 2 } as const satisfies Record<BuiltInChain, number>
/** The same for netfilter. */
export const NETFILTER_HOOK = {
  input: 0,
  forward: 1,
  output: 2,
  natPrerouting: 3,
  natPostrouting: 4,
  natOutput: 5,
  manglePrerouting: 6,
  mangleInput: 7,
  mangleForward: 8,
  mangleOutput: 9,
  manglePostrouting: 10,
} as const
/** Place of a built-in chain in the rules of its dialect (BUILT_INS). */
export type Hook = number

/**
 * The answers of the chains. 0 is none of them, so that a forgotten assignment can not be taken for one. From REJECT on the
 * evaluator's `target` leads to particulars.
 */
export const VERDICT = {
  ACCEPT: 1,
  DENY: 2,
  REJECT: 3,
  MASQ: 4,
  QUEUE: 5,
  SNAT: 6,
  DNAT: 7,
  REDIRECT: 8,
  NETMAP: 9,
} as const satisfies Record<Exclude<VerdictName, 'RETURN'>, number>
export type Verdict = (typeof VERDICT)[keyof typeof VERDICT]

const VERDICT_NAMES = ['', ...(Object.keys(VERDICT) as (keyof typeof VERDICT)[])] as const
/** As stored: netfilter calls DENY DROP and MASQ MASQUERADE (shownName). */
export const verdictName = (verdict: Verdict): keyof typeof VERDICT =>
  VERDICT_NAMES[verdict] as keyof typeof VERDICT

/**
 * What a target reached out of place, through a user chain, means in the classic dialect: MASQ outside `forward` accepts, and so
 * does REDIRECT in `output`; REDIRECT in `forward` drops (2.2.1). In netfilter the schema leaves nothing out of place.
 */
export function classicVerdictAt(hook: Hook, verdict: Verdict): Verdict {
  if (verdict === VERDICT.MASQ && hook !== HOOK.forward) return VERDICT.ACCEPT
  if (verdict !== VERDICT.REDIRECT || hook === HOOK.input) return verdict
  return hook === HOOK.output ? VERDICT.ACCEPT : VERDICT.DENY
}

/** What the connection table says about a packet; one bit each, so that a rule can name several. */
export const STATE = { NEW: 1, ESTABLISHED: 2, RELATED: 4, INVALID: 8 } as const satisfies Record<
  ConnectionStateName,
  number
>
export type ConnectionState = (typeof STATE)[ConnectionStateName]
/** What the classic dialect calls known: of a connection in the table, or an ICMP error about one. */
export const KNOWN = STATE.ESTABLISHED | STATE.RELATED

export const PROTOCOL = { ICMP: 1, TCP: 6, UDP: 17 } as const

/** The bits of -y: SYN on, RST and ACK off. FIN is not looked at (the kernel of 2.2; its manual differs). */
export const SYN_ONLY = { mask: 0x16, set: 0x02 } as const

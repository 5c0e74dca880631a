/**
 * What would happen to a packet, and why.
 *
 *   POST /v1/trace    TraceRequest → TraceReply | 404 Refusal: the connection has ended | 422 Refusal
 *
 * Nothing happens: the packet goes through the code of the packet path with a copy of the connection table, counters of its own and
 * devices that keep what is written to them.
 */
import { z } from 'zod'

const addressSchema = z.ipv4({ error: 'an IPv4 address, please: 192.168.77.12' })
const portSchema = z.int().min(1, 'a port from 1 to 65535').max(65_535, 'a port from 1 to 65535')

export const traceRequestSchema = z.strictObject({
  /** Whose packet: a machine's address, outside or at home, or the box's own. */
  from: addressSchema,
  to: addressSchema,
  /** IP protocol number: 1 ICMP, 6 TCP, 17 UDP. */
  protocol: z.int().min(1).max(255),
  /** Of the destination; TCP and UDP only. */
  port: portSchema.default(80),
  sourcePort: portSchema.default(40_000),
  icmpType: z.int().min(0).max(255).default(8),
  icmpCode: z.int().min(0).max(255).default(0),
  /** The identifier of an ICMP query, 0 to 65535. */
  icmpId: z.int().min(0).max(65_535).default(4000),
  /** FIN 1, SYN 2, RST 4, PSH 8, ACK 16, URG 32; a SYN where nothing is said. */
  tcpFlags: z.int().min(0).max(63).default(2),
  ttl: z.int().min(0).max(255).default(64),
  /** Bytes of the packet, headers included. */
  length: z.int().min(28).max(65_535).default(60),
  dontFragment: z.boolean().default(false),
  /** The interface it comes in by; where its source belongs, when nothing is said. */
  interface: z.string().max(15).optional(),
})
export type TraceRequest = z.infer<typeof traceRequestSchema>
export type TraceQuestion = z.input<typeof traceRequestSchema>

/** `tcp 192.168.77.11:40000 > 93.184.216.34:80 …`, and its four fields; an ICMP query has its identifier in place of the near port. */
export const tracePacketSchema = z.object({
  text: z.string(),
  source: z.string(),
  sourcePort: z.int().nullable(),
  destination: z.string(),
  destinationPort: z.int().nullable(),
})
export type TracePacket = z.infer<typeof tracePacketSchema>

export const traceRuleSchema = z.object({
  chain: z.string(),
  /** From 1; 0 for the end of a user chain and for a policy. */
  position: z.int(),
  ruleId: z.int(),
  depth: z.int(),
  outcome: z.enum(['no-match', 'disabled', 'counted', 'jump', 'return', 'verdict', 'end', 'policy']),
  text: z.string(),
  why: z.string(),
})
export type TraceRule = z.infer<typeof traceRuleSchema>

/** One station of the way, in the order in which the packet passed them. */
export const traceStationSchema = z.object({
  kind: z.enum([
    'arrive',
    'look-up',
    'chain',
    'open',
    'translate',
    'answer',
    'leave',
    'deliver',
    'drop',
    'hold',
  ]),
  /** A few words: `input`, `connection table`, `out by wan0`. */
  title: z.string(),
  /** What happened here, as a sentence. */
  text: z.string(),
  /** Of a chain: each rule tried, and the field that did not fit. */
  rules: z.array(traceRuleSchema).default([]),
  /** Of a chain: ACCEPT, DENY, … */
  verdict: z.string().nullable().default(null),
  /** Of a chain: the rule that decided; 0: the policy. */
  ruleId: z.int().nullable().default(null),
})
export type TraceStation = z.infer<typeof traceStationSchema>

/** One packet through the box. */
export const traceWaySchema = z.object({
  /** `carried`: through the box or from it; `delivered`: to the box itself; `held`: a fragment that waits for the others. */
  outcome: z.enum(['carried', 'delivered', 'dropped', 'held']),
  /** Name in docs/drop-reasons.md; null where it is not dropped. */
  reason: z.string().nullable(),
  /** What became of it and why, in a sentence. */
  summary: z.string(),
  /** The rule that decided, and the chain it is in; 0: a policy; null where no chain was asked. Of what goes through that is `forward`. */
  ruleId: z.int().nullable(),
  chain: z.string().nullable(),
  /** A port forward let it in; no rule had to. */
  forwarded: z.boolean().default(false),
  /** Names of interfaces; null: the box itself, or nothing. */
  in: z.string().nullable(),
  out: z.string().nullable(),
  /** As it reached the box, and as it left it. */
  before: tracePacketSchema,
  after: tracePacketSchema.nullable(),
  /** ICMP messages that the box would send about it. */
  told: z.array(z.string()),
  stations: z.array(traceStationSchema),
})
export type TraceWay = z.infer<typeof traceWaySchema>

export const traceReplySchema = z.object({
  revision: z.int(),
  way: traceWaySchema,
  /** The first answer, on its way back through the connection that the packet opened or belongs to. */
  answer: traceWaySchema.nullable(),
  /** That connection. */
  connection: z
    .object({
      /** Whether the packet would open it. */
      opened: z.boolean(),
      state: z.string(),
      /** seconds that it may stay silent after this packet */
      timeout: z.number(),
      client: z.string(),
      clientPort: z.int(),
      wan: z.string(),
      masqPort: z.int(),
      server: z.string(),
      serverPort: z.int(),
    })
    .nullable(),
})
export type TraceReply = z.infer<typeof traceReplySchema>

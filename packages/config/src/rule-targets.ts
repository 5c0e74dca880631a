/**
 * What a rule does with a packet that it matches.
 *
 * `verdict`: evaluation ends (RETURN: of this chain). `action`: the packet is changed or told about, and evaluation goes on.
 * `chain`: it goes on in a user chain of the same table. Null: the rule only counts.
 */
import { z } from 'zod'
import { parseAddress, parseNetwork } from './address.ts'
import { placeOfDnsWord } from './line-servers.ts'
import { markWord, portRange } from './rule-matches.ts'
import { REJECT_WITH } from './target-names.ts'

const address = z.string().refine((text) => parseAddress(text) !== null, 'write an IPv4 address: 203.0.113.7')
/** Inclusive; one address is a range of one. */
const addressRange = z
  .strictObject({ from: address, to: address })
  .refine(({ from, to }) => (parseAddress(from) ?? 0) <= (parseAddress(to) ?? 0), {
    path: ['to'],
    message: 'the range ends before it begins',
  })
export type AddressRange = z.infer<typeof addressRange>
const ranges = z.array(addressRange).max(32, 'at most 32 ranges')
/** Also one of the line's name servers: `@dns1` at both ends, and nothing beside it. */
const aim = z
  .string()
  .refine(
    (text) => parseAddress(text) !== null || placeOfDnsWord(text) >= 0,
    'write an IPv4 address such as 203.0.113.7, or @dns1, @dns2 or @dns3 for the provider’s name servers',
  )
const aims = z
  .array(z.strictObject({ from: aim, to: aim }))
  .max(32, 'at most 32 ranges')
  .superRefine((list, context) => {
    list.forEach(({ from, to }, i) => {
      const issue = (end: 'from' | 'to', message: string) =>
        context.addIssue({ code: 'custom', path: [i, end], message })
      const word = [from, to].find((text) => placeOfDnsWord(text) >= 0)
      if (word && (from !== to || list.length > 1))
        issue('from', `${word} stands alone: it is one server of the line, and no range`)
      else if (!word && (parseAddress(from) ?? 0) > (parseAddress(to) ?? 0))
        issue('to', 'the range ends before it begins')
    })
  })
/** Null: as netfilter chooses. */
const ports = portRange.nullable()
/** `persistent`: a client always gets the same address of the ranges; `random`: ports are not kept, but drawn. */
const choosing = { persistent: z.boolean(), random: z.boolean() }
const word = (high: number, message: string) => z.int(message).min(0, message).max(high, message)
const BYTE = 'this is a number from 0 to 255'

export const targetSchema = z.union([
  z.strictObject({ verdict: z.enum(['ACCEPT', 'DENY', 'RETURN', 'QUEUE']) }),
  /** Without `with`: as the dialect and the chain have it. */
  z.strictObject({ verdict: z.literal('REJECT'), with: z.enum(REJECT_WITH).optional() }),
  z.strictObject({
    verdict: z.literal('MASQ'),
    ports: portRange.optional(),
    random: z.boolean().optional(),
  }),
  z.strictObject({
    verdict: z.literal('SNAT'),
    ranges: ranges.min(1, 'SNAT needs an address'),
    ports,
    ...choosing,
  }),
  z
    .strictObject({ verdict: z.literal('DNAT'), ranges: aims, ports, ...choosing })
    .refine((target) => target.ranges.length > 0 || target.ports, 'DNAT needs an address or a port'),
  /** To the box itself; without ports the packet keeps its own. */
  z.strictObject({ verdict: z.literal('REDIRECT'), ports, random: z.boolean().optional() }),
  z.strictObject({
    verdict: z.literal('NETMAP'),
    network: z.string().superRefine((text, context) => {
      const parsed = parseNetwork(text)
      if (typeof parsed === 'string') context.addIssue({ code: 'custom', message: parsed })
    }),
  }),
  z.strictObject({
    action: z.literal('LOG'),
    level: word(7, 'a log level is a number from 0 (emerg) to 7 (debug)'),
    prefix: z
      .string()
      .max(29, 'a log prefix has at most 29 characters')
      .regex(/^[\x20-\x7e]*$/, 'a log prefix has printable ASCII characters only'),
    tcpSequence: z.boolean(),
    tcpOptions: z.boolean(),
    ipOptions: z.boolean(),
  }),
  /** The new mark is `(mark & ~mask) ^ value`: set is mask 0xffffffff; or is mask = value; and is value 0; xor is mask 0. */
  z.strictObject({ action: z.literal('MARK'), value: markWord, mask: markWord }),
  /** The new TOS is `(tos & ~mask) ^ value`. */
  z.strictObject({ action: z.literal('TOS'), value: word(255, BYTE), mask: word(255, BYTE) }),
  z.strictObject({ action: z.literal('DSCP'), value: word(63, 'a DSCP is a number from 0 to 63') }),
  z.strictObject({
    action: z.literal('TTL'),
    operation: z.enum(['set', 'inc', 'dec']),
    value: word(255, BYTE),
  }),
  /** Null: as much as the path's MTU carries. */
  z.strictObject({
    action: z.literal('TCPMSS'),
    mss: z.int().min(1, 'an MSS is at least 1').max(65495, 'an MSS is at most 65495').nullable(),
  }),
  z.strictObject({ chain: z.string() }),
  z.null(),
])
export type RuleTarget = z.infer<typeof targetSchema>
type Of<K extends string> = Extract<NonNullable<RuleTarget>, Record<K, unknown>>
export type VerdictTarget = Of<'verdict'>
export type ActionTarget = Of<'action'>
export type VerdictName = VerdictTarget['verdict']
export type ActionName = ActionTarget['action']

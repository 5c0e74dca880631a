/**
 * Rules: chains of rules in the classic dialect of 2.2 (`input`, `forward`, `output` and user chains).
 *
 * A rule matches when every one of its fields matches; an absent field (null) matches everything. Targets:
 * ACCEPT, DENY (silent), REJECT (with an ICMP error), MASQ (forward and user chains only), RETURN, a user chain,
 * or none (count only, go on). The end of a user chain returns to the caller; the end of a built-in chain is its policy.
 */
import { z } from 'zod'
import { parseNetwork } from './address.ts'

export const BUILT_IN_CHAINS = ['input', 'forward', 'output'] as const
export type BuiltInChain = (typeof BUILT_IN_CHAINS)[number]
export const POLICIES = ['ACCEPT', 'DENY', 'REJECT', 'MASQ'] as const
export type Policy = (typeof POLICIES)[number]
export const TARGETS = ['ACCEPT', 'DENY', 'REJECT', 'MASQ', 'RETURN'] as const
export type Target = (typeof TARGETS)[number]

/** IP_FW_MAX_LABEL_LENGTH of 2.2 */
const CHAIN_NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,7}$/
const RESERVED = ['ACCEPT', 'DENY', 'REJECT', 'MASQ', 'REDIRECT', 'RETURN', 'DROP', 'QUEUE']

export const chainName = z
  .string()
  .regex(CHAIN_NAME, 'a chain name has 1 to 8 letters, digits or . _ -')
  .refine((name) => !RESERVED.includes(name.toUpperCase()), 'this is the name of a target; choose another')

const network = z.string().superRefine((text, context) => {
  const parsed = parseNetwork(text)
  if (typeof parsed === 'string') context.addIssue({ code: 'custom', message: parsed })
})
/** `invert` turns the match round, as `!` does. */
const addressMatch = z.strictObject({ network, invert: z.boolean() })
const port = z.int('a port is a whole number').min(0).max(65535, 'the highest port is 65535')
const PROTOCOL_RANGE = 'a protocol is a number from 1 to 255'
const protocolNumber = z.int(PROTOCOL_RANGE).min(1, PROTOCOL_RANGE).max(255, PROTOCOL_RANGE)
const ICMP_RANGE = 'an ICMP type or code is a number from 0 to 255'
const icmpNumber = z.int(ICMP_RANGE).min(0, ICMP_RANGE).max(255, ICMP_RANGE)
/** Inclusive. */
const portMatch = z
  .strictObject({ from: port, to: port, invert: z.boolean() })
  .refine((match) => match.from <= match.to, { path: ['to'], message: 'the range ends before it begins' })
/** `lan0`; `ppp+` for every name that begins with ppp; `@lan` and `@wan` for every interface of that role. */
const interfaceMatch = z.strictObject({
  name: z
    .string()
    .regex(
      /^(@lan|@wan|[A-Za-z0-9][A-Za-z0-9_.:-]{0,14}\+?)$/,
      'write a device name (lan0), a prefix (ppp+), @lan or @wan',
    ),
  invert: z.boolean(),
})

export const ruleSchema = z
  .strictObject({
    /** Given once by the settings store, never used again for another rule; counters and connections refer to it. */
    id: z.int().min(1).max(0xffffff),
    enabled: z.boolean(),
    comment: z.string().max(200, 'at most 200 characters'),
    source: addressMatch.nullable(),
    destination: addressMatch.nullable(),
    /** IP protocol number; 1 ICMP, 6 TCP, 17 UDP */
    protocol: z.strictObject({ number: protocolNumber, invert: z.boolean() }).nullable(),
    sourcePorts: portMatch.nullable(),
    destinationPorts: portMatch.nullable(),
    icmp: z.strictObject({ type: icmpNumber, code: icmpNumber.nullable() }).nullable(),
    inInterface: interfaceMatch.nullable(),
    outInterface: interfaceMatch.nullable(),
    /** Second and further fragments (`-f`); they carry no ports. */
    fragment: z.strictObject({ invert: z.boolean() }).nullable(),
    /** Of the flags in `mask` exactly those in `set` are on; bits as in the TCP header (FIN 1, SYN 2, RST 4, PSH 8, ACK 16, URG 32). */
    tcpFlags: z
      .strictObject({ mask: z.int().min(1).max(63), set: z.int().min(0).max(63), invert: z.boolean() })
      .nullable(),
    /** `known`: the packet belongs to a connection in the table, or is an ICMP error about one; `new`: it does not. */
    connection: z.enum(['known', 'new']).nullable(),
    target: z.union([
      z.strictObject({ verdict: z.enum(TARGETS) }),
      z.strictObject({ chain: chainName }),
      z.null(),
    ]),
  })
  .superRefine((rule, context) => {
    const number = rule.protocol && !rule.protocol.invert ? rule.protocol.number : null
    const issue = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message })
    if ((rule.sourcePorts || rule.destinationPorts) && number !== 6 && number !== 17)
      issue(
        [rule.destinationPorts ? 'destinationPorts' : 'sourcePorts'],
        'ports need the protocol TCP or UDP (not inverted)',
      )
    if (rule.icmp && number !== 1) issue(['icmp'], 'an ICMP type needs the protocol ICMP')
    if (rule.tcpFlags && number !== 6) issue(['tcpFlags'], 'TCP flags need the protocol TCP')
    if (rule.tcpFlags && (rule.tcpFlags.set & ~rule.tcpFlags.mask) !== 0)
      issue(['tcpFlags', 'set'], 'a flag that must be on must also be looked at')
    if (
      rule.fragment &&
      !rule.fragment.invert &&
      (rule.sourcePorts || rule.destinationPorts || rule.tcpFlags || rule.icmp)
    )
      issue(['fragment'], 'later fragments carry no ports, flags or ICMP type: this rule could never match')
  })
export type Rule = z.infer<typeof ruleSchema>

export const chainSchema = z.strictObject({
  name: chainName,
  /** Null for user chains. */
  policy: z.enum(POLICIES).nullable(),
  rules: z.array(ruleSchema).max(2000, 'at most 2000 rules in a chain'),
})
export type Chain = z.infer<typeof chainSchema>

/** The chains in their order: input, forward, output, then user chains as they were made. */
export const rulesSchema = z
  .strictObject({ chains: z.array(chainSchema).min(3).max(103) })
  .superRefine(({ chains }, context) => {
    const issue = (path: (string | number)[], message: string) =>
      context.addIssue({ code: 'custom', path: ['chains', ...path], message })
    BUILT_IN_CHAINS.forEach((name, i) => {
      if (chains[i]?.name !== name) issue([i, 'name'], `chain number ${i + 1} must be ${name}`)
    })
    const ids = new Set<number>()
    chains.forEach((chain, c) => {
      const builtIn = c < BUILT_IN_CHAINS.length
      if (chains.findIndex((other) => other.name === chain.name) !== c)
        issue([c, 'name'], `chain ${chain.name} exists already`)
      if (builtIn && chain.policy === null) issue([c, 'policy'], `chain ${chain.name} needs a policy`)
      if (!builtIn && chain.policy !== null)
        issue([c, 'policy'], 'user chains have no policy: their end returns to the caller')
      if (chain.policy === 'MASQ' && chain.name !== 'forward')
        issue([c, 'policy'], 'MASQ is a policy of the forward chain only')
      chain.rules.forEach((rule, r) => {
        if (ids.has(rule.id)) issue([c, 'rules', r, 'id'], `rule id ${rule.id} is used twice`)
        ids.add(rule.id)
        if (rule.target && 'chain' in rule.target) {
          const wanted = rule.target.chain
          const at = chains.findIndex((other) => other.name === wanted)
          if (at < 0) issue([c, 'rules', r, 'target'], `there is no chain ${wanted}`)
          else if (at < BUILT_IN_CHAINS.length)
            issue([c, 'rules', r, 'target'], `${wanted} is a built-in chain; only user chains can be targets`)
        }
        if (
          rule.target &&
          'verdict' in rule.target &&
          rule.target.verdict === 'MASQ' &&
          builtIn &&
          chain.name !== 'forward'
        )
          issue([c, 'rules', r, 'target'], 'MASQ belongs in the forward chain (or a user chain it jumps to)')
        if (chain.name === 'input' && rule.outInterface)
          issue([c, 'rules', r, 'outInterface'], 'in the input chain the way out is not known yet')
        if (chain.name === 'output' && rule.inInterface)
          issue([c, 'rules', r, 'inInterface'], 'the output chain sees only the way out')
      })
    })
    const loop = findLoop(chains)
    if (loop) issue([], `chains call each other in a circle: ${loop.join(' → ')}`)
  })
export type Rules = z.infer<typeof rulesSchema>

/** @returns the names along a circle of jumps, or null */
function findLoop(chains: readonly Chain[]): string[] | null {
  const done = new Set<string>()
  const visit = (name: string, path: string[]): string[] | null => {
    if (path.includes(name)) return [...path.slice(path.indexOf(name)), name]
    if (done.has(name)) return null
    done.add(name)
    for (const rule of chains.find((chain) => chain.name === name)?.rules ?? []) {
      if (!rule.target || !('chain' in rule.target)) continue
      const loop = visit(rule.target.chain, [...path, name])
      if (loop) return loop
    }
    return null
  }
  for (const chain of chains) {
    const loop = visit(chain.name, [])
    if (loop) return loop
  }
  return null
}

/** A rule with every field open, to be narrowed. */
export const anyRule = (id: number): Rule => ({
  id,
  enabled: true,
  comment: '',
  source: null,
  destination: null,
  protocol: null,
  sourcePorts: null,
  destinationPorts: null,
  icmp: null,
  inInterface: null,
  outInterface: null,
  fragment: null,
  tcpFlags: null,
  connection: null,
  target: null,
})

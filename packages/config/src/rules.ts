/**
 * Rules: chains of rules, in one of two dialects (dialects.ts).
 *
 * A rule matches when every one of its fields matches; an absent field (null) matches everything. The end of a user chain
 * returns to the caller; the end of a built-in chain is its policy. What may stand where is in rule-legality.ts.
 *
 * Rules stored before there were two dialects are classic, and their chains are in the filter table.
 */
import { z } from 'zod'
import {
  BUILT_INS,
  CHAIN_NAME_LENGTH,
  chainLabel,
  DIALECTS,
  type Dialect,
  shownName,
  TABLES,
} from './dialects.ts'
import { checkLegality, type Issue } from './rule-legality.ts'
import * as M from './rule-matches.ts'
import { targetSchema } from './rule-targets.ts'
import { jumpIn, POLICIES, RESERVED_NAMES } from './target-names.ts'

const anyChainName = z
  .string()
  .regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,27}$/, 'a chain name has letters, digits or . _ -')

/** @returns the schema of a user chain's name in a dialect */
export const chainNameIn = (dialect: Dialect) =>
  anyChainName.superRefine((name, context) => {
    const fault = chainNameFault(name, dialect)
    if (fault) context.addIssue({ code: 'custom', message: fault })
  })

function chainNameFault(name: string, dialect: Dialect): string | null {
  const length = CHAIN_NAME_LENGTH[dialect]
  if (name.length > length) return `a chain name has 1 to ${length} letters, digits or . _ -`
  const reserved: readonly string[] = RESERVED_NAMES[dialect]
  return reserved.includes(name.toUpperCase()) ? 'this is the name of a target; choose another' : null
}

export const ruleSchema = z
  .strictObject({
    /** Given once by the settings store, never used again for another rule; counters and connections refer to it. */
    id: z.int().min(1).max(0xffffff),
    enabled: z.boolean(),
    comment: z.string().max(200, 'at most 200 characters'),
    source: M.addressMatch.nullable(),
    destination: M.addressMatch.nullable(),
    protocol: M.protocolMatch.nullable(),
    sourcePorts: M.portMatch.nullable(),
    destinationPorts: M.portMatch.nullable(),
    icmp: M.icmpMatch.nullable(),
    inInterface: M.interfaceMatch.nullable(),
    outInterface: M.interfaceMatch.nullable(),
    fragment: M.fragmentMatch.nullable(),
    tcpFlags: M.tcpFlagsMatch.nullable(),
    /** Classic. `known`: the packet belongs to a connection in the table, or is an ICMP error about one; `new`: it does not. */
    connection: z.enum(['known', 'new']).nullable(),
    /** netfilter, and all down to `length`. All of them hold. */
    multiport: z.array(M.multiportMatch).max(3, 'at most three lists of ports').default([]),
    states: M.statesMatch.nullable().default(null),
    tos: M.tosMatch.nullable().default(null),
    mark: M.markMatch.nullable().default(null),
    mac: M.macMatch.nullable().default(null),
    limit: M.limitMatch.nullable().default(null),
    length: M.lengthMatch.nullable().default(null),
    /** Classic `-l`. */
    log: z.boolean().default(false),
    /** Classic `-m`: the packet's mark becomes `value`, or with `add` grows by it (a negative one as its two's complement). */
    setMark: z.strictObject({ value: M.markWord, add: z.boolean() }).nullable().default(null),
    /** Classic `-t`: the new TOS is `(tos & and) ^ xor`; the lowest bit stays as it is. */
    setTos: z
      .strictObject({ and: z.int().min(0).max(255), xor: z.int().min(0).max(255) })
      .refine(
        ({ and, xor }) => (and & 1) === 1 && (xor & 1) === 0,
        'the lowest bit of the TOS may not change',
      )
      .nullable()
      .default(null),
    target: targetSchema,
  })
  .superRefine((rule, context) => {
    const number = rule.protocol && !rule.protocol.invert ? rule.protocol.number : null
    const issue = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message })
    const ports = (['destinationPorts', 'sourcePorts'] as const).find((side) => rule[side])
    const portsField = ports ?? (rule.multiport.length > 0 ? 'multiport' : null)
    if (portsField && number !== 6 && number !== 17)
      issue([portsField], 'ports need the protocol TCP or UDP (not inverted)')
    if (rule.icmp && number !== 1) issue(['icmp'], 'an ICMP type needs the protocol ICMP')
    if (rule.tcpFlags && number !== 6) issue(['tcpFlags'], 'TCP flags need the protocol TCP')
    if (rule.tcpFlags && (rule.tcpFlags.set & ~rule.tcpFlags.mask) !== 0)
      issue(['tcpFlags', 'set'], 'a flag that must be on must also be looked at')
    if (rule.fragment && !rule.fragment.invert && (portsField || rule.tcpFlags || rule.icmp))
      issue(['fragment'], 'later fragments carry no ports, flags or ICMP type: this rule could never match')
  })
export type Rule = z.infer<typeof ruleSchema>

export const chainSchema = z.strictObject({
  table: z.enum(TABLES).default('filter'),
  name: anyChainName,
  /** Null for user chains. */
  policy: z.enum(POLICIES).nullable(),
  rules: z.array(ruleSchema).max(2000, 'at most 2000 rules in a chain'),
})
export type Chain = z.infer<typeof chainSchema>

const MOST_USER_CHAINS = 100

/** The built-in chains of the dialect in their order (BUILT_INS), then user chains as they were made. */
export const rulesSchema = z
  .strictObject({
    dialect: z.enum(DIALECTS).default('classic'),
    chains: z.array(chainSchema).max(BUILT_INS.netfilter.length + MOST_USER_CHAINS),
  })
  .superRefine(({ dialect, chains }, context) => {
    const issue = (path: (string | number)[], message: string) =>
      context.addIssue({ code: 'custom', path: ['chains', ...path], message })
    if (!checkBuiltIns(dialect, chains, issue)) return
    chains.forEach((_, c) => {
      checkChain(dialect, chains, c, (path, message) => issue([c, ...path], message))
    })
    checkIds(chains, issue)
    const loop = findLoop(chains)
    if (loop) issue([], `chains call each other in a circle: ${loop.join(' → ')}`)
    else checkRules(dialect, chains, issue)
  })
export type Rules = z.infer<typeof rulesSchema>

function checkBuiltIns(dialect: Dialect, chains: readonly Chain[], issue: Issue): boolean {
  const builtIns = BUILT_INS[dialect]
  builtIns.forEach((wanted, i) => {
    const chain = chains[i]
    if (!chain || chainLabel(chain) !== chainLabel(wanted))
      issue([i, 'name'], `chain number ${i + 1} of the ${dialect} dialect must be ${chainLabel(wanted)}`)
  })
  return chains.length >= builtIns.length
}

function checkChain(dialect: Dialect, chains: readonly Chain[], at: number, issue: Issue): void {
  const chain = chains[at]!
  const label = chainLabel(chain)
  if (chains.findIndex((other) => chainLabel(other) === label) !== at)
    issue(['name'], `chain ${label} exists already`)
  if (at >= BUILT_INS[dialect].length) {
    const fault = chainNameFault(chain.name, dialect)
    if (fault) issue(['name'], fault)
    if (chain.policy !== null)
      issue(['policy'], 'user chains have no policy: their end returns to the caller')
    if (dialect === 'classic' && chain.table !== 'filter')
      issue(['table'], 'the classic dialect has no tables: its chains are all in filter')
    return
  }
  if (chain.policy === null) issue(['policy'], `chain ${label} needs a policy`)
  else if (dialect === 'netfilter' && chain.policy !== 'ACCEPT' && chain.policy !== 'DENY')
    issue(['policy'], `the policy of ${label} is ACCEPT or DROP; ${chain.policy} is none of netfilter`)
  else if (chain.policy === 'MASQ' && chain.name !== 'forward')
    issue(['policy'], 'MASQ is a policy of the forward chain only')
}

function checkIds(chains: readonly Chain[], issue: Issue): void {
  const ids = new Set<number>()
  chains.forEach(({ rules }, c) => {
    rules.forEach((rule, r) => {
      if (ids.has(rule.id)) issue([c, 'rules', r, 'id'], `rule id ${rule.id} is used twice`)
      ids.add(rule.id)
    })
  })
}

function checkRules(dialect: Dialect, chains: readonly Chain[], issue: Issue): void {
  const builtIns = BUILT_INS[dialect].length
  const reached = reachedFrom(chains, builtIns)
  chains.forEach((chain, c) => {
    const from = reached.get(chainLabel(chain)) ?? []
    chain.rules.forEach((rule, r) => {
      const here: Issue = (path, message) => issue([c, 'rules', r, ...path], message)
      checkLegality(rule, chain, dialect, from, here)
      if (!rule.target || !('chain' in rule.target)) return
      const at = chains.findIndex((other) => chainLabel(other) === chainLabel(jumpIn(chain, rule)!))
      if (at < 0) {
        const wanted = rule.target.chain
        const elsewhere = chains.find((other) => other.name === wanted)
        here(
          ['target'],
          elsewhere
            ? `chain ${wanted} is in the ${elsewhere.table} table, this one in ${chain.table}`
            : `there is no chain ${wanted}`,
        )
      } else if (at < builtIns)
        here(['target'], `${rule.target.chain} is a built-in chain; only user chains can be targets`)
    })
  })
}

/** @returns by chain: the names of the built-in chains from which packets may reach it */
function reachedFrom(chains: readonly Chain[], builtIns: number): Map<string, string[]> {
  const byLabel = new Map(chains.map((chain) => [chainLabel(chain), chain]))
  const found = new Map<string, string[]>()
  for (const start of chains.slice(0, builtIns)) {
    const seen = new Set([chainLabel(start)])
    for (const label of seen) {
      found.set(label, [...(found.get(label) ?? []), start.name])
      const chain = byLabel.get(label)
      for (const rule of chain?.rules ?? []) {
        const jump = jumpIn(chain!, rule)
        if (jump) seen.add(chainLabel(jump))
      }
    }
  }
  return found
}

/** @returns the names along a circle of jumps, or null */
function findLoop(chains: readonly Chain[]): string[] | null {
  const byLabel = new Map(chains.map((chain) => [chainLabel(chain), chain]))
  const done = new Set<string>()
  const visit = (label: string, path: string[]): string[] | null => {
    if (path.includes(label)) return [...path.slice(path.indexOf(label)), label]
    if (done.has(label)) return null
    done.add(label)
    const chain = byLabel.get(label)
    for (const rule of chain?.rules ?? []) {
      const jump = jumpIn(chain!, rule)
      const loop = jump && visit(chainLabel(jump), [...path, label])
      if (loop) return loop
    }
    return null
  }
  for (const label of byLabel.keys()) {
    const loop = visit(label, [])
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
  multiport: [],
  states: null,
  tos: null,
  mark: null,
  mac: null,
  limit: null,
  length: null,
  log: false,
  setMark: null,
  setTos: null,
  target: null,
})

/** The chains of a dialect without any rule, everything accepted: where a new set of rules begins. */
export const emptyRules = (dialect: Dialect): Rules => ({
  dialect,
  chains: BUILT_INS[dialect].map(({ table, name }) => ({ table, name, policy: 'ACCEPT', rules: [] })),
})

/** @returns a policy in the words of the dialect */
export const shownPolicy = (chain: Chain, dialect: Dialect): string =>
  chain.policy === null ? '-' : shownName(chain.policy, dialect)

/** Rules of netfilter as the classic dialect would have them: see switch-dialect.ts. */
import {
  anyRule,
  type Chain,
  type ConnectionStateName,
  chainLabel,
  emptyRules,
  type Rule,
  type Rules,
} from '@bauta/config'
import { chainOf, Notes, nameMap, type Switched } from './switch-notes.ts'

const LOWER: Readonly<Record<string, string>> = { INPUT: 'input', FORWARD: 'forward', OUTPUT: 'output' }
const MANGLE_BACK: Readonly<Record<string, string>> = {
  PREROUTING: 'input',
  INPUT: 'input',
  FORWARD: 'forward',
  OUTPUT: 'output',
  POSTROUTING: 'output',
}

export function toClassic(old: Rules, newId: () => number): Switched {
  const notes = new Notes('netfilter')
  const rules = emptyRules('classic')
  const names = nameMap(old, 'classic', notes)
  const filter = old.chains.filter(({ table }) => table === 'filter')
  for (const chain of filter.filter(({ policy }) => policy === null))
    rules.chains.push({ table: 'filter', name: names.get(chainLabel(chain))!, policy: null, rules: [] })
  for (const chain of old.chains.filter(({ table }) => table === 'mangle'))
    attributes(chain, rules, newId, notes)
  const masquerading = masqueradingOf(old, notes)
  for (const chain of filter) {
    const name = chain.policy === null ? names.get(chainLabel(chain))! : LOWER[chain.name]!
    const there = chainOf(rules, name)
    if (chain.policy !== null) there.policy = chain.policy
    const spread = name === 'forward' || chain.policy === null ? masquerading : []
    for (const rule of chain.rules)
      there.rules.push(...classicRules(rule, chain, names, spread, newId, notes))
    if (name === 'forward' && chain.policy === 'ACCEPT')
      there.rules.push(...masquerading.map((rule) => ({ ...rule, id: newId() })))
  }
  notes.all(
    'Forwarded packets meet input and output too from now on: what INPUT refuses is not forwarded either.',
  )
  if (chainOf(old, 'INPUT').policy === 'DENY') {
    chainOf(rules, 'input').rules.push({
      ...anyRule(newId()),
      comment: 'the household may go through the box (forward decides)',
      inInterface: { name: '@lan', invert: false },
      target: { verdict: 'ACCEPT' },
    })
    notes.all(
      'So that the household is not cut off, input ends with a rule that accepts what comes in from the LAN, also for the box itself.',
    )
  }
  return { rules, notes: notes.list }
}

/** The rules of nat POSTROUTING that masquerade; everything else of nat has no words in the classic dialect. */
function masqueradingOf(old: Rules, notes: Notes): Rule[] {
  const found: Rule[] = []
  for (const chain of old.chains.filter(({ table }) => table === 'nat'))
    for (const rule of chain.rules) {
      const { target } = rule
      const masq = target && 'verdict' in target && target.verdict === 'MASQ'
      if (masq && rule.enabled && chain.name === 'POSTROUTING' && !unsayable(rule)) {
        if (target.ports || target.random)
          notes.of(
            chain,
            rule,
            'the choice of ports is not carried over: the classic dialect has the range of ports of the settings',
          )
        found.push({ ...narrowed(rule), target: { verdict: 'MASQ' } })
      } else
        notes.of(
          chain,
          rule,
          'is not carried over: of nat, the classic dialect has only masquerading (forwards have a page of their own)',
        )
    }
  for (const chain of old.chains)
    if (chain.table === 'nat' && chain.policy === 'DENY')
      notes.of(chain, null, 'its policy DROP is not carried over')
  return found
}

/** A mark or TOS that mangle sets can be set along a rule without target. */
function attributes(chain: Chain, rules: Rules, newId: () => number, notes: Notes): void {
  if (chain.policy === 'DENY') notes.of(chain, null, 'its policy DROP is not carried over')
  const there = MANGLE_BACK[chain.name]
  for (const rule of chain.rules) {
    const { target } = rule
    const attribute = target && 'action' in target ? attributeOf(target) : null
    if (chain.policy === null || !there || !attribute || unsayable(rule)) {
      notes.of(chain, rule, 'is not carried over: the classic dialect has no words for it')
      continue
    }
    chainOf(rules, there).rules.push({
      ...narrowed(rule),
      id: newId(),
      inInterface: there === 'output' ? null : rule.inInterface,
      outInterface: there === 'input' ? null : rule.outInterface,
      ...attribute,
      target: null,
    })
  }
}

function attributeOf(target: Extract<Rule['target'], { action: string }>): Partial<Rule> | null {
  if (target.action === 'MARK' && target.mask === 0xffffffff)
    return { setMark: { value: target.value, add: false } }
  if (target.action === 'DSCP') return { setTos: { and: 3, xor: target.value << 2 } }
  if (target.action !== 'TOS' || (target.mask & 1) !== 0 || (target.value & 1) !== 0) return null
  return { setTos: { and: ~target.mask & 0xff, xor: target.value } }
}

/** What the classic dialect cannot look at. @returns its name, or null */
function unsayable(rule: Rule): string | null {
  if (rule.tos) return 'the TOS'
  if (rule.mark) return 'the mark'
  if (rule.mac) return 'a MAC address'
  if (rule.limit) return 'a rate limit'
  if (rule.length) return 'the length'
  if (rule.states && connectionOf(rule.states) === undefined) return 'these states'
  const [list] = rule.multiport
  if (
    rule.multiport.length > 1 ||
    (list && (list.invert || list.side === 'either' || sideOf(rule, list.side)))
  )
    return 'this list of ports'
  return null
}

const sideOf = (rule: Rule, side: 'source' | 'destination') =>
  side === 'source' ? rule.sourcePorts : rule.destinationPorts

/** @returns undefined where known and new are not enough */
function connectionOf({ list, invert }: NonNullable<Rule['states']>): Rule['connection'] | undefined {
  const has = (name: ConnectionStateName) => list.includes(name) !== invert
  const known = has('ESTABLISHED')
  const fresh = has('NEW')
  if (known !== has('RELATED') || fresh !== has('INVALID')) {
    // INVALID alone is all that a list of NEW leaves out: new packets of the classic dialect hold it too
    if (fresh && !known && !has('RELATED')) return 'new'
    return undefined
  }
  if (known && fresh) return null
  return known ? 'known' : fresh ? 'new' : undefined
}

const narrowed = (rule: Rule): Rule => ({
  ...rule,
  multiport: [],
  states: null,
  tos: null,
  mark: null,
  mac: null,
  limit: null,
  length: null,
  connection: rule.states ? (connectionOf(rule.states) ?? null) : null,
})

/** One rule of the filter table; a list of ports becomes a rule for each, an ACCEPT masquerades first where nat did. */
function classicRules(
  rule: Rule,
  chain: Chain,
  names: ReadonlyMap<string, string>,
  masquerading: readonly Rule[],
  newId: () => number,
  notes: Notes,
): Rule[] {
  const cannot = unsayable(rule)
  if (cannot) {
    notes.of(chain, rule, `is switched off: the classic dialect cannot look at ${cannot}`)
    return [{ ...narrowed(rule), enabled: false, target: classicTarget(rule, chain, names, notes) }]
  }
  const log = rule.target && 'action' in rule.target
  const base: Rule = {
    ...narrowed(rule),
    log: Boolean(log),
    target: classicTarget(rule, chain, names, notes),
  }
  return portsApart(rule, base, newId).flatMap((one) => {
    const accepts = one.target && 'verdict' in one.target && one.target.verdict === 'ACCEPT'
    if (!accepts || !one.enabled) return [one]
    const masked = masquerading.flatMap((masq) => {
      const both = bothOf(one, masq)
      return both ? [{ ...both, id: newId(), comment: one.comment, target: masq.target }] : []
    })
    return [...masked, one]
  })
}

function classicTarget(
  rule: Rule,
  chain: Chain,
  names: ReadonlyMap<string, string>,
  notes: Notes,
): Rule['target'] {
  const { target } = rule
  if (!target || 'action' in target) return null
  if ('chain' in target) return { chain: names.get(chainLabel({ table: 'filter', name: target.chain }))! }
  if (target.verdict === 'REJECT') {
    if (target.with) notes.of(chain, rule, 'its choice of message is not carried over')
    return { verdict: 'REJECT' }
  }
  if (target.verdict === 'QUEUE') {
    notes.of(chain, rule, 'QUEUE becomes DENY: nobody takes packets from a queue')
    return { verdict: 'DENY' }
  }
  return target
}

function portsApart(rule: Rule, base: Rule, newId: () => number): Rule[] {
  const [list] = rule.multiport
  if (!list) return [base]
  const field = list.side === 'source' ? 'sourcePorts' : 'destinationPorts'
  return list.ranges.map((range, i) => ({
    ...base,
    id: i === 0 ? base.id : newId(),
    [field]: { ...range, invert: false },
  }))
}

const FIELDS = [
  ...(['source', 'destination', 'protocol', 'sourcePorts', 'destinationPorts', 'icmp'] as const),
  ...(['inInterface', 'outInterface', 'fragment', 'tcpFlags', 'connection'] as const),
]

/** @returns what both rules match; null where one cannot say so, or nothing */
function bothOf(one: Rule, other: Rule): Rule | null {
  const both: Rule = { ...one }
  for (const field of FIELDS) {
    const [a, b] = [one[field], other[field]]
    if (a !== null && b !== null && JSON.stringify(a) !== JSON.stringify(b)) return null
    Object.assign(both, { [field]: a ?? b })
  }
  return both
}

/** Classic rules as netfilter would have them: see switch-dialect.ts. */
import { anyRule, type Chain, chainLabel, emptyRules, type Rule, type Rules } from '@bauta/config'
import { chainOf, Notes, nameMap, type Switched } from './switch-notes.ts'

/** Fields of the classic dialect only, open. */
const plain = (rule: Rule): Rule => ({ ...rule, connection: null, log: false, setMark: null, setTos: null })

const ANSWERS: Rule['states'] = { list: ['ESTABLISHED', 'RELATED'], invert: false }
const NEW_ONES: Rule['states'] = { list: ['NEW', 'INVALID'], invert: false }
const NOT_WAN: Rule['inInterface'] = { name: '@wan', invert: true }
const UPPER: Readonly<Record<string, string>> = { input: 'INPUT', forward: 'FORWARD', output: 'OUTPUT' }
/** Where mangle sees what the chain saw. */
const MANGLE: Readonly<Record<string, string>> = {
  input: 'mangle PREROUTING',
  forward: 'mangle FORWARD',
  output: 'mangle POSTROUTING',
}

export function toNetfilter(old: Rules, newId: () => number): Switched {
  const notes = new Notes('classic')
  const rules = emptyRules('netfilter')
  const names = nameMap(old, 'netfilter', notes)
  for (const chain of old.chains.filter(({ policy }) => policy === null))
    rules.chains.push({ table: 'filter', name: names.get(chainLabel(chain))!, policy: null, rules: [] })
  for (const chain of old.chains) {
    const label = UPPER[chain.name] ?? names.get(chainLabel(chain))!
    const there = chainOf(rules, chain.policy === null ? label : UPPER[chain.name]!)
    if (chain.policy !== null) there.policy = chain.policy === 'ACCEPT' ? 'ACCEPT' : 'DENY'
    if (chain.policy === 'REJECT')
      notes.of(
        chain,
        null,
        'the policy REJECT becomes DROP: netfilter has no such policy, and senders are not told any more',
      )
    for (const rule of chain.rules) there.rules.push(...filterRules(rule, chain, rules, names, newId, notes))
  }
  addMasquerading(old, rules, names, newId, notes)
  const forward = chainOf(rules, 'FORWARD')
  closeForward(old, forward, newId)
  forward.rules.unshift(...inputDenials(old, newId), {
    ...anyRule(newId()),
    comment: 'answers (the classic dialect let them skip forward)',
    states: ANSWERS,
    target: { verdict: 'ACCEPT' },
  })
  notes.all(
    'Forwarded packets meet FORWARD only from now on, not INPUT and OUTPUT too; what input denied or rejected is repeated at the top of FORWARD.',
  )
  if (chainOf(old, 'input').policy !== 'ACCEPT')
    notes.all(
      'What the policy of input kept from being forwarded is up to the rules and the policy of FORWARD now.',
    )
  if (chainOf(old, 'output').policy !== 'ACCEPT' || chainOf(old, 'output').rules.length > 0)
    notes.all(
      'The rules of output are asked about what the box itself sends, no longer about what it forwards.',
    )
  return { rules, notes: notes.list }
}

/** A rule of any chain, in the filter table; what it did beside its verdict goes before it or into other tables. */
function filterRules(
  rule: Rule,
  chain: Chain,
  rules: Rules,
  names: ReadonlyMap<string, string>,
  newId: () => number,
  notes: Notes,
): Rule[] {
  const base: Rule = { ...plain(rule), states: statesOf(rule) }
  const before: Rule[] = []
  if (rule.log)
    before.push({
      ...base,
      id: newId(),
      target: {
        action: 'LOG',
        level: 6,
        prefix: '',
        tcpSequence: false,
        tcpOptions: false,
        ipOptions: false,
      },
    })
  mangleToo(rule, chain, rules, newId, notes)
  const { target } = rule
  if (target && 'chain' in target)
    return [...before, { ...base, target: { chain: names.get(target.chain)! } }]
  if (target && 'verdict' in target) {
    // It masqueraded what went out; what comes in is none of it.
    if (target.verdict === 'MASQ')
      return [...before, { ...base, inInterface: base.inInterface ?? NOT_WAN, target: { verdict: 'ACCEPT' } }]
    if (target.verdict === 'REJECT' && chain.name !== 'input')
      return [...before, { ...base, target: { verdict: 'REJECT', with: 'icmp-host-unreachable' } }]
    if (target.verdict === 'REDIRECT') {
      chainOf(rules, 'nat PREROUTING').rules.push({ ...base, outInterface: null, target })
      return [...before, { ...base, id: newId(), target: { verdict: 'ACCEPT' } }]
    }
  }
  return [...before, base]
}

/**
 * A policy of forward that let everything through had that of input before it, which kept the Internet out. FORWARD stands alone, so it is
 * opened from inside only.
 */
function closeForward(old: Rules, forward: Chain, newId: () => number): void {
  const { policy } = chainOf(old, 'forward')
  const open = policy === 'MASQ' || (policy === 'ACCEPT' && chainOf(old, 'input').policy !== 'ACCEPT')
  if (!open) return
  forward.policy = 'DENY'
  forward.rules.push({
    ...anyRule(newId()),
    comment: `the policy ${policy} of forward, for what begins inside`,
    inInterface: NOT_WAN,
    target: { verdict: 'ACCEPT' },
  })
}

const statesOf = ({ connection }: Rule): Rule['states'] =>
  connection === null ? null : connection === 'known' ? ANSWERS : NEW_ONES

function mangleToo(rule: Rule, chain: Chain, rules: Rules, newId: () => number, notes: Notes): void {
  if (!rule.setMark && !rule.setTos) return
  const label = MANGLE[chain.name]
  if (!label || !rule.enabled) {
    notes.of(
      chain,
      rule,
      'what it changes in packets (mark, TOS) is not carried over: only rules of built-in chains can be',
    )
    return
  }
  const into = chainOf(rules, label).rules
  const base: Rule = {
    ...plain(rule),
    states: statesOf(rule),
    inInterface: label === 'mangle POSTROUTING' ? null : rule.inInterface,
    outInterface: label === 'mangle PREROUTING' ? null : rule.outInterface,
  }
  const { setMark, setTos } = rule
  if (setMark?.add)
    notes.of(chain, rule, 'adding to a mark is not carried over: netfilter only sets bits of it')
  else if (setMark)
    into.push({ ...base, id: newId(), target: { action: 'MARK', value: setMark.value, mask: 0xffffffff } })
  if (setTos)
    into.push({
      ...base,
      id: newId(),
      target: { action: 'TOS', value: setTos.xor, mask: ~setTos.and & 0xff },
    })
  if (setTos || !setMark?.add)
    notes.of(
      chain,
      rule,
      `what it changes in packets moves to ${label}, where the rules before it do not keep packets from it`,
    )
}

/** MASQ was a verdict of forward; now it is the nat table's affair, and the rules that ended before it exempt. */
function addMasquerading(
  old: Rules,
  rules: Rules,
  names: ReadonlyMap<string, string>,
  newId: () => number,
  notes: Notes,
): void {
  const masquerading = chainsWithMasq(old)
  const copy = (chain: Chain): Rule[] =>
    chain.rules.flatMap((rule): Rule[] => {
      const { target } = rule
      if (!rule.enabled || !target) return []
      const base: Rule = { ...plain(rule), id: newId(), inInterface: null }
      if ('chain' in target)
        return masquerading.has(target.chain)
          ? [{ ...base, target: { chain: names.get(target.chain)! } }]
          : []
      if (!('verdict' in target) || !['MASQ', 'ACCEPT', 'RETURN'].includes(target.verdict)) return []
      if (rule.inInterface && target.verdict !== 'MASQ') {
        notes.of(
          chain,
          rule,
          'does not exempt from masquerading any more: POSTROUTING does not know the way in',
        )
        return []
      }
      if (rule.inInterface)
        notes.of(
          chain,
          rule,
          'masquerades by the way out alone: POSTROUTING does not know the way in (FORWARD still asks for it)',
        )
      return [{ ...base, target }]
    })
  const post = chainOf(rules, 'nat POSTROUTING')
  const forward = chainOf(old, 'forward')
  if (masquerading.has('forward')) post.rules.push(...copy(forward))
  if (forward.policy === 'MASQ')
    post.rules.push({
      ...anyRule(newId()),
      outInterface: { name: '@wan', invert: false },
      target: { verdict: 'MASQ' },
    })
  for (const chain of old.chains.filter(({ policy, name }) => policy === null && masquerading.has(name)))
    rules.chains.push({ table: 'nat', name: names.get(chainLabel(chain))!, policy: null, rules: copy(chain) })
}

/** @returns names of the chains in which a MASQ may be met */
function chainsWithMasq(rules: Rules): Set<string> {
  const found = new Set<string>()
  for (let before = -1; before !== found.size; ) {
    before = found.size
    for (const { name, rules: list } of rules.chains)
      if (
        list.some(
          ({ target }) =>
            target &&
            (('verdict' in target && target.verdict === 'MASQ') ||
              ('chain' in target && found.has(target.chain))),
        )
      )
        found.add(name)
  }
  return found
}

/** What input refused was not forwarded either. */
function inputDenials(old: Rules, newId: () => number): Rule[] {
  return chainOf(old, 'input').rules.flatMap((rule): Rule[] => {
    const { target } = rule
    if (!target || !('verdict' in target)) return []
    if (target.verdict !== 'DENY' && target.verdict !== 'REJECT') return []
    return [{ ...plain(rule), id: newId(), states: statesOf(rule), target }]
  })
}

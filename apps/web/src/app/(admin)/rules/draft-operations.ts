/**
 * What can be done to a draft of the rules. Every operation is pure: rules in, rules out, the old ones untouched.
 *
 * A rule that is not stored yet has a negative number, its own within the draft, so that it can be moved and edited like
 * any other; it is sent as 0, and the box gives it its number. Chains go by their labels: `input`, `nat POSTROUTING`.
 */
import {
  type Chain,
  chainLabel,
  describeNoun,
  type Policy,
  type Rule,
  type Rules,
  type Table,
} from '@bauta/config'

export const isNew = (rule: Rule): boolean => rule.id < 0
export const isBuiltIn = (chain: Chain): boolean => chain.policy !== null
export const chainAt = (rules: Rules, label: string): Chain | undefined =>
  rules.chains.find((chain) => chainLabel(chain) === label)
/** @returns names of the user chains that rules of a chain may jump to: those of its table */
export const userChains = (rules: Rules, label: string): string[] => {
  const table = chainAt(rules, label)?.table
  return rules.chains
    .filter((chain) => !isBuiltIn(chain) && chain.table === table && chainLabel(chain) !== label)
    .map((chain) => chain.name)
}

export function nextNewId(rules: Rules): number {
  return Math.min(0, ...rules.chains.flatMap((chain) => chain.rules.map((rule) => rule.id))) - 1
}

/** @returns where a rule stands: its chain and its place from 0; null where there is no such rule */
export function placeOf(rules: Rules, id: number): { chain: string; at: number } | null {
  for (const chain of rules.chains) {
    const at = chain.rules.findIndex((rule) => rule.id === id)
    if (at >= 0) return { chain: chainLabel(chain), at }
  }
  return null
}

export function findRule(rules: Rules, id: number): Rule | undefined {
  return rules.chains.flatMap((chain) => chain.rules).find((rule) => rule.id === id)
}

const mapChain = (rules: Rules, label: string, change: (chain: Chain) => Chain): Rules => ({
  ...rules,
  chains: rules.chains.map((chain) => (chainLabel(chain) === label ? change(chain) : chain)),
})

const mapRules = (rules: Rules, change: (list: Rule[]) => Rule[]): Rules => ({
  ...rules,
  chains: rules.chains.map((chain) => ({ ...chain, rules: change(chain.rules) })),
})

export const removeRule = (rules: Rules, id: number): Rules =>
  mapRules(rules, (list) => list.filter((rule) => rule.id !== id))

export function insertRule(rules: Rules, chain: string, rule: Rule, at = Number.POSITIVE_INFINITY): Rules {
  return mapChain(rules, chain, (found) => {
    const place = Math.max(0, Math.min(at, found.rules.length))
    return { ...found, rules: found.rules.toSpliced(place, 0, rule) }
  })
}

/** Keeps an edited rule: in its place where it stays in its chain, at the end of the other chain otherwise. */
export function keepRule(rules: Rules, chain: string, rule: Rule): Rules {
  if (placeOf(rules, rule.id)?.chain !== chain) return insertRule(removeRule(rules, rule.id), chain, rule)
  return mapRules(rules, (list) => list.map((other) => (other.id === rule.id ? rule : other)))
}

/** Puts a rule at a place of a chain; places count without the rule itself. */
export function placeRule(rules: Rules, id: number, chain: string, at: number): Rules {
  const rule = findRule(rules, id)
  return rule ? insertRule(removeRule(rules, id), chain, rule, at) : rules
}

/** One or more places up (negative) or down within its chain; stops at the ends. */
export function moveRule(rules: Rules, id: number, by: number): Rules {
  const place = placeOf(rules, id)
  return place ? placeRule(rules, id, place.chain, Math.max(0, place.at + by)) : rules
}

export const switchRule = (rules: Rules, id: number, enabled: boolean): Rules =>
  mapRules(rules, (list) => list.map((rule) => (rule.id === id ? { ...rule, enabled } : rule)))

/** A second one like it, right behind it. */
export function duplicateRule(rules: Rules, id: number): Rules {
  const place = placeOf(rules, id)
  const rule = findRule(rules, id)
  if (!place || !rule) return rules
  return insertRule(rules, place.chain, { ...rule, id: nextNewId(rules) }, place.at + 1)
}

export const setPolicy = (rules: Rules, chain: string, policy: Policy): Rules =>
  mapChain(rules, chain, (found) => ({ ...found, policy }))

export const addChain = (rules: Rules, name: string, table: Table = 'filter'): Rules => ({
  ...rules,
  chains: [...rules.chains, { table, name, policy: null, rules: [] }],
})

/** Every jump to the chain follows its new name. */
export function renameChain(rules: Rules, from: string, to: string): Rules {
  const old = chainAt(rules, from)
  if (!old) return rules
  const follow = (rule: Rule): Rule =>
    rule.target && 'chain' in rule.target && rule.target.chain === old.name
      ? { ...rule, target: { chain: to } }
      : rule
  return {
    ...rules,
    chains: rules.chains.map((chain) => ({
      ...chain,
      name: chain === old ? to : chain.name,
      rules: chain.table === old.table ? chain.rules.map(follow) : chain.rules,
    })),
  }
}

/** The chain and its rules; a chain that rules still jump to has to be freed first (`jumpsTo`). */
export const removeChain = (rules: Rules, label: string): Rules => ({
  ...rules,
  chains: rules.chains.filter((chain) => chainLabel(chain) !== label),
})

/** @returns the rules that jump to a chain, switched off ones too */
export function jumpsTo(rules: Rules, label: string): Rule[] {
  const wanted = chainAt(rules, label)
  return rules.chains
    .filter((chain) => chain.table === wanted?.table)
    .flatMap((chain) => chain.rules)
    .filter((rule) => rule.target && 'chain' in rule.target && rule.target.chain === wanted?.name)
}

/** What is sent: new rules as 0, for the box to number. */
export const toSend = (rules: Rules): Rules =>
  mapRules(rules, (list) => list.map((rule) => (isNew(rule) ? { ...rule, id: 0 } : rule)))

/** What the schema may judge before new rules have their numbers: they borrow the highest ones. */
export const toJudge = (rules: Rules): Rules =>
  mapRules(rules, (list) =>
    list.map((rule) => (isNew(rule) ? { ...rule, id: 0xffffff + 1 + rule.id } : rule)),
  )

/** The changes of a draft as sentences; a new rule has no number to be called by yet. */
export function changesInWords(origin: Rules, mine: Rules): string[] {
  return describeNoun('rules', origin, mine).map((line) =>
    line.replace(/^Rule -\d+ added to (.+?): /, 'New rule in $1: '),
  )
}

import { ruleToText } from '@bauta/chains'
import type { Chain, Rule, Rules } from '@bauta/config'
import type { Action } from './action.ts'

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/** What a change of the rules means, rule by rule; a new order alone is one line per chain. */
export function ruleActions(old: Rules, next: Rules): Action[] {
  const before = rulesById(old)
  const after = rulesById(next)
  const texts: string[] = []
  for (const [id, { chain, rule }] of after) {
    const was = before.get(id)
    if (!was) texts.push(`new rule in ${chain}: ${ruleToText(rule)}`)
    else if (!same({ ...was.rule, comment: '' }, { ...rule, comment: '' }))
      texts.push(changeText(chain, was.rule, rule))
    else if (was.chain !== chain) texts.push(`rule moved from ${was.chain} to ${chain}: ${ruleToText(rule)}`)
  }
  for (const [id, { chain, rule }] of before)
    if (!after.has(id)) texts.push(`rule gone from ${chain}: ${ruleToText(rule)}`)
  for (const chain of next.chains)
    texts.push(
      ...chainTexts(
        old.chains.find((o) => o.name === chain.name),
        chain,
      ),
    )
  for (const chain of old.chains)
    if (!next.chains.some((n) => n.name === chain.name)) texts.push(`chain ${chain.name} is gone`)
  return texts.map((text) => ({ noun: 'rules', text }))
}

function rulesById(rules: Rules): Map<number, { chain: string; rule: Rule }> {
  return new Map(
    rules.chains.flatMap((chain) =>
      chain.rules.map((rule) => [rule.id, { chain: chain.name, rule }] as const),
    ),
  )
}

function changeText(chain: string, was: Rule, rule: Rule): string {
  if (same({ ...was, enabled: rule.enabled, comment: '' }, { ...rule, comment: '' }))
    return `rule in ${chain} switched ${rule.enabled ? 'on' : 'off'}: ${ruleToText(rule)}`
  return `rule in ${chain} changed: ${ruleToText(rule)}`
}

function chainTexts(old: Chain | undefined, chain: Chain): string[] {
  if (!old) return [`new chain ${chain.name}`]
  const texts: string[] = []
  if (old.policy !== chain.policy)
    texts.push(`policy of ${chain.name}: ${chain.policy} instead of ${old.policy}`)
  const ids = (list: Chain, other: Chain) =>
    list.rules.map((rule) => rule.id).filter((id) => other.rules.some((rule) => rule.id === id))
  if (!same(ids(old, chain), ids(chain, old))) texts.push(`the order of ${chain.name} changed`)
  return texts
}

import { ruleToText } from '@bauta/chains'
import { type Chain, chainLabel, type Dialect, type Rule, type Rules, shownPolicy } from '@bauta/config'
import type { Action } from './action.ts'

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/** What a change of the rules means, rule by rule; a new order alone is one line per chain. */
export function ruleActions(old: Rules, next: Rules): Action[] {
  const before = rulesById(old)
  const after = rulesById(next)
  const { dialect } = next
  const texts: string[] = []
  if (old.dialect !== dialect) texts.push(`the rules speak ${dialect} from now on instead of ${old.dialect}`)
  for (const [id, { chain, rule }] of after) {
    const was = before.get(id)
    if (!was) texts.push(`new rule in ${chain}: ${ruleToText(rule, undefined, dialect)}`)
    else if (!same({ ...was.rule, comment: '' }, { ...rule, comment: '' }))
      texts.push(changeText(chain, was.rule, rule, dialect))
    else if (was.chain !== chain)
      texts.push(`rule moved from ${was.chain} to ${chain}: ${ruleToText(rule, undefined, dialect)}`)
  }
  for (const [id, { chain, rule }] of before)
    if (!after.has(id)) texts.push(`rule gone from ${chain}: ${ruleToText(rule, undefined, old.dialect)}`)
  for (const chain of next.chains)
    texts.push(
      ...chainTexts(
        old.chains.find((o) => chainLabel(o) === chainLabel(chain)),
        chain,
        dialect,
      ),
    )
  for (const chain of old.chains)
    if (!next.chains.some((n) => chainLabel(n) === chainLabel(chain)))
      texts.push(`chain ${chainLabel(chain)} is gone`)
  return texts.map((text) => ({ noun: 'rules', text }))
}

function rulesById(rules: Rules): Map<number, { chain: string; rule: Rule }> {
  return new Map(
    rules.chains.flatMap((chain) =>
      chain.rules.map((rule) => [rule.id, { chain: chainLabel(chain), rule }] as const),
    ),
  )
}

function changeText(chain: string, was: Rule, rule: Rule, dialect: Dialect): string {
  if (same({ ...was, enabled: rule.enabled, comment: '' }, { ...rule, comment: '' }))
    return `rule in ${chain} switched ${rule.enabled ? 'on' : 'off'}: ${ruleToText(rule, undefined, dialect)}`
  return `rule in ${chain} changed: ${ruleToText(rule, undefined, dialect)}`
}

function chainTexts(old: Chain | undefined, chain: Chain, dialect: Dialect): string[] {
  const label = chainLabel(chain)
  if (!old) return [`new chain ${label}`]
  const texts: string[] = []
  if (old.policy !== chain.policy)
    texts.push(`policy of ${label}: ${shownPolicy(chain, dialect)} instead of ${shownPolicy(old, dialect)}`)
  const ids = (list: Chain, other: Chain) =>
    list.rules.map((rule) => rule.id).filter((id) => other.rules.some((rule) => rule.id === id))
  if (!same(ids(old, chain), ids(chain, old))) texts.push(`the order of ${label} changed`)
  return texts
}

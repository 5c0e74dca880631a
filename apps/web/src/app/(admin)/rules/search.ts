/** Finding rules: every word must stand somewhere in what the page shows of a rule. */
import { ruleToText } from '@bauta/chains'
import { type Dialect, describeRule, type Rule } from '@bauta/config'

export function matchesSearch(
  rule: Rule,
  chain: string,
  search: string,
  dialect: Dialect = 'classic',
): boolean {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return true
  const shown = `${rule.comment} ${describeRule(rule)} ${ruleToText(rule, chain, dialect)} #${rule.id}`
  const text = shown.toLowerCase()
  return words.every((word) => text.includes(word))
}

/** Which chain calls which: reference counts, reach, and what the worst packet costs. */
import { type Chain, chainLabel, jumpIn, type Rule, type Rules, type Table } from '@bauta/config'
import { MAX_STEPS } from './program.ts'

/** @returns the user chain that a rule jumps to, or null */
export function jumpOf(rule: Rule): string | null {
  return rule.target && 'chain' in rule.target ? rule.target.chain : null
}

/** @returns how many live rules jump to the chain */
export function referencesTo(name: string, rules: Rules, table: Table = 'filter'): number {
  let count = 0
  for (const chain of rules.chains)
    if (chain.table === table)
      for (const rule of chain.rules) if (rule.enabled && jumpOf(rule) === name) count++
  return count
}

/**
 * 2.2 had one interface per rule: the way in for `input`, the way out for the rest.
 * @returns names of the chains where it is the way in: `input`, and what only `input` reaches
 */
export function chainsOnWayIn(rules: Rules): Set<string> {
  const fromInput = reach('input', rules)
  for (const other of ['forward', 'output']) for (const name of reach(other, rules)) fromInput.delete(name)
  return fromInput
}

function reach(start: string, rules: Rules): Set<string> {
  const seen = new Set<string>([start])
  for (const name of seen)
    for (const rule of rules.chains.find((chain) => chain.name === name)?.rules ?? []) {
      const next = jumpOf(rule)
      if (next) seen.add(next)
    }
  return seen
}

/**
 * Refuses rule sets that are free of circles and still would keep one packet busy for ever.
 * @param rules free of circles (the schema saw to it)
 * @throws RangeError with a sentence for people
 */
export function assertBounded(rules: Rules): void {
  const byName = new Map(rules.chains.map((chain) => [chainLabel(chain), chain]))
  const costs = new Map<string, number>()
  const costOf = (chain: Chain): number => {
    const known = costs.get(chainLabel(chain))
    if (known !== undefined) return known
    let cost = 1
    for (const rule of chain.rules) {
      const called = rule.enabled ? jumpIn(chain, rule) : null
      cost += 1 + (called ? costOf(byName.get(chainLabel(called))!) : 0)
    }
    costs.set(chainLabel(chain), cost)
    return cost
  }
  for (const chain of rules.chains)
    if (costOf(chain) > MAX_STEPS)
      throw new RangeError(
        `one packet could pass more than ${MAX_STEPS} rules, because ${chainLabel(chain)} reaches the same chains again and again; jump to each chain less often`,
      )
}

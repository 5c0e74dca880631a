/**
 * Ids of rules. Counters and connections in the dataplane refer to a rule by its id, also after the rule is gone, so an id
 * is given once and never again: the counter only rises, and it rises in the same transaction that writes the rule.
 */
import type { Fault, Rule, Rules } from '@bauta/config'
import type { Queries, Transaction } from './database.ts'

/** @returns the next id never used */
export async function nextRuleId(db: Queries): Promise<number> {
  return (await db.ruleIdCounter.findUnique({ where: { id: 1 } }))?.next ?? 1
}

/**
 * Gives ids to rules that have none (absent or 0). The value comes from outside and is not checked yet: what does not look
 * like rules is returned as it came, for the schema to complain about.
 * @returns the value with ids, and a fault for every id that was never given out
 */
export function assignRuleIds(value: unknown, next: number): { value: unknown; faults: Fault[] } {
  const faults: Fault[] = []
  let free = next
  const chains = listIn(value, 'chains')
  if (!chains) return { value, faults }
  const assigned = chains.map((chain, c) => {
    const rules = listIn(chain, 'rules')
    if (!rules) return chain
    return {
      ...(chain as object),
      rules: rules.map((rule, r) => {
        if (typeof rule !== 'object' || rule === null) return rule
        const id: unknown = 'id' in rule ? rule.id : undefined
        if (id === undefined || id === 0) return { ...rule, id: free++ }
        if (typeof id === 'number' && id >= next)
          faults.push({
            path: ['chains', c, 'rules', r, 'id'],
            message: `there never was a rule ${id}; leave the id of a new rule out, or send 0`,
          })
        return rule
      }),
    }
  })
  return { value: { ...(value as object), chains: assigned }, faults }
}

/**
 * Gives the rules of another box's settings ids of this one: a rule that is here already keeps its own, every other one gets a new
 * one, whatever the file says. So no counter and no connection is ever laid at the door of a rule that it did not pass.
 */
export function renumbered(brought: Rules, here: Rules, next: number): Rules {
  const known = new Map(here.chains.flatMap(({ rules }) => rules.map((rule) => [rule.id, rule])))
  let free = next
  const idOf = (rule: Rule): number =>
    JSON.stringify(known.get(rule.id)) === JSON.stringify(rule) ? rule.id : free++
  return {
    ...brought,
    chains: brought.chains.map((chain) => ({
      ...chain,
      rules: chain.rules.map((rule) => ({ ...rule, id: idOf(rule) })),
    })),
  }
}

function listIn(value: unknown, key: string): unknown[] | null {
  const list = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : null
  return Array.isArray(list) ? list : null
}

/** Raises the counter above every id in use. */
export async function advanceRuleIds(db: Transaction, rules: Rules): Promise<void> {
  const ids = rules.chains.flatMap((chain) => chain.rules.map((rule) => rule.id))
  const next = ids.reduce((highest, id) => Math.max(highest, id + 1), await nextRuleId(db))
  await db.ruleIdCounter.upsert({ where: { id: 1 }, create: { next }, update: { next } })
}

/**
 * Ids of rules. Counters and connections in the dataplane refer to a rule by its id, also after the rule is gone, so an id
 * is given once and never again: the counter only rises, and it rises in the same transaction that writes the rule.
 */
import type { Fault, Rules } from '@bauta/config'
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

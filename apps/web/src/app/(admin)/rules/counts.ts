/** Counters by what they belong to, for a grid that looks them up row by row. */
import type { Count } from '@bauta/chains'
import type { Counters } from '@bauta/control/schemas'

export interface Counts {
  rule(id: number): Count | undefined
  policy(chain: string): Count | undefined
}

export function countsById(counters: Counters | null): Counts {
  const rules = new Map(counters?.rules.map((entry) => [entry.id, entry]))
  const policies = new Map(counters?.policies.map((entry) => [entry.chain, entry]))
  return { rule: (id) => rules.get(id), policy: (chain) => policies.get(chain) }
}

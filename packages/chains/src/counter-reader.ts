/** Where listings take their counters from. */

export interface Count {
  readonly packets: number
  readonly bytes: number
}
export interface CounterReader {
  rule(id: number): Count
  /** @param chain its label */
  policy(chain: string): Count
}

const NOTHING: Count = { packets: 0, bytes: 0 }
export const noCounters: CounterReader = { rule: () => NOTHING, policy: () => NOTHING }

/** Over the counters an Evaluator fills. */
export function countersOfSlots(
  counters: Float64Array,
  slotOfRule: (ruleId: number) => number,
  slotOfPolicy: (chain: string) => number,
): CounterReader {
  const read = (slot: number): Count =>
    slot < 0 ? NOTHING : { packets: counters[slot * 2]!, bytes: counters[slot * 2 + 1]! }
  return {
    rule: (id) => read(slotOfRule(id)),
    policy: (chain) => read(slotOfPolicy(chain)),
  }
}

/** Over what the dataplane's API reports. */
export function countersOfReport(report: {
  readonly rules: readonly (Count & { readonly id: number })[]
  readonly policies: readonly (Count & { readonly chain: string })[]
}): CounterReader {
  const rules = new Map(report.rules.map((entry) => [entry.id, entry]))
  const policies = new Map(report.policies.map((entry) => [entry.chain, entry]))
  return { rule: (id) => rules.get(id) ?? NOTHING, policy: (chain) => policies.get(chain) ?? NOTHING }
}

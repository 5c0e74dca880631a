/** The counters report: rules, policies, drop reasons, ways through the box. */
import { BUILT_INS, chainLabel } from '@bauta/config'
import type { Counters as CountersReport } from '@bauta/control/schemas'
import type { ConnectionTable } from '@bauta/masq'
import type { InForce } from '../apply/apply.ts'
import { type Counters, PATHS } from '../counters.ts'
import { DROP_REASONS } from '../drop-reasons.ts'
import { attachedHelpers } from '../proc/attached-helpers.ts'
import type { RuleSlotTable } from '../rule-slots.ts'

/** What the door dropped or passed by itself. */
export type DoorCounters = readonly { name: string; meaning: string; packets: number }[]

export function countersReport(
  counters: Counters,
  { snapshot, slots }: Pick<InForce, 'snapshot' | 'slots'>,
  table: ConnectionTable,
  door: DoorCounters,
  at = Date.now(),
): CountersReport {
  const count = (slot: number) => counters.counted(slot)
  return {
    at,
    rules: snapshot.rules.chains.flatMap((chain) =>
      chain.rules.map(({ id }) => ({ id, ...count(slots.ofRule(id)) })),
    ),
    policies: BUILT_INS[snapshot.rules.dialect].map((chain) => ({
      chain: chainLabel(chain),
      ...count(slots.ofPolicy(chainLabel(chain))),
    })),
    drops: DROP_REASONS.slice(1).map(({ name, meaning, group }, i) => ({
      reason: name,
      meaning,
      group,
      packets: counters.drops[i + 1]!,
    })),
    helpers: attachedHelpers(table, snapshot.helpers).map(({ name, port, attached }) => ({
      name,
      port,
      attached,
    })),
    paths: [
      ...PATHS.map(({ name, meaning }, i) => ({
        name,
        meaning,
        packets: counters.paths[2 * i]!,
        bytes: counters.paths[2 * i + 1]!,
      })),
      ...door.map(({ name, meaning, packets }) => ({ name: `door-${name}`, meaning, packets, bytes: 0 })),
    ],
  }
}

/** `-Z`: rules and policies that there are not are left. */
export function setToZero(
  counters: Counters,
  slots: RuleSlotTable,
  { rules, policies }: { rules: readonly number[]; policies: readonly string[] },
): void {
  for (const id of rules) counters.setToZero(slots.ofRule(id))
  for (const chain of policies) counters.setToZero(slots.ofPolicy(chain))
}

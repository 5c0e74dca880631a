/** `bauta counters`: what rules, policies, drop reasons and paths have counted. */
import { ruleToText } from '@bauta/chains'
import type { AppliedSettings, Counters } from '@bauta/control'
import { formatTable } from './format.ts'

/** @param all also reasons and paths that never happened */
export function formatCounters(counters: Counters, settings: AppliedSettings, all: boolean): string {
  const texts = new Map(
    settings.snapshot.rules.chains.flatMap((chain) =>
      chain.rules.map((rule): [number, string] => [rule.id, ruleToText(rule, chain.name)]),
    ),
  )
  const rules = counters.rules.map((one) => [
    String(one.packets),
    String(one.bytes),
    texts.get(one.id) ?? `rule ${one.id}`,
  ])
  const policies = counters.policies.map((one) => [
    String(one.packets),
    String(one.bytes),
    `policy of ${one.chain}`,
  ])
  const paths = counters.paths.filter((one) => all || one.packets > 0)
  const drops = counters.drops.filter((one) => all || one.packets > 0)
  return [
    formatTable([['Packets', 'Bytes', 'Rule'], ...rules, ...policies], [0, 1]),
    formatTable(
      [
        ['Packets', 'Bytes', 'Path', ''],
        ...paths.map((one) => [String(one.packets), String(one.bytes), one.name, one.meaning]),
      ],
      [0, 1],
    ),
    formatTable(
      [['Dropped', 'Reason', ''], ...drops.map((one) => [String(one.packets), one.reason, one.meaning])],
      [0],
    ),
  ].join('\n')
}

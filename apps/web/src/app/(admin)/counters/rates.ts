/** From counters that only rise to rates: the difference of two reports over the time between them. */
import type { Counters } from '@bauta/control/schemas'

/** Packets per second by drop reason; empty until there are two reports. */
export type Rates = ReadonlyMap<string, number>

/** @param older null: there is none yet */
export function dropRates(older: Counters | null, newer: Counters): Rates {
  const seconds = older ? (newer.at - older.at) / 1000 : 0
  if (!older || seconds <= 0) return new Map()
  const before = new Map(older.drops.map(({ reason, packets }) => [reason, packets]))
  // A counter that fell was started anew: it has no rate yet.
  return new Map(
    newer.drops.map(({ reason, packets }) => [
      reason,
      Math.max(0, packets - (before.get(reason) ?? packets)) / seconds,
    ]),
  )
}

export type Drop = Counters['drops'][number]

/** Titles of the groups, in the order in which a packet can fail. */
export const GROUPS: readonly (readonly [group: string, title: string])[] = [
  ['malformed', 'Malformed packets'],
  ['address', 'Addresses that cannot be right'],
  ['fragment', 'Fragments'],
  ['rule', 'Rules'],
  ['connection', 'Connections and ports'],
  ['route', 'Routing'],
  ['flood', 'Floods'],
  ['device', 'Devices'],
]

export interface DropGroup {
  group: string
  title: string
  packets: number
  drops: Drop[]
  /** Those that never happened. */
  silent: Drop[]
}

/** Groups in their order; one that this page does not know stands at the end under its own name. */
export function groupDrops(drops: readonly Drop[]): DropGroup[] {
  const titles = new Map(GROUPS)
  const names = [...GROUPS.map(([group]) => group), ...drops.map(({ group }) => group)]
  return [...new Set(names)].flatMap((group) => {
    const all = drops.filter((drop) => drop.group === group)
    if (all.length === 0) return []
    const happened = all.filter(({ packets }) => packets > 0).sort((a, b) => b.packets - a.packets)
    return {
      group,
      title: titles.get(group) ?? group,
      packets: all.reduce((sum, { packets }) => sum + packets, 0),
      drops: happened,
      silent: all.filter(({ packets }) => packets === 0),
    }
  })
}

/** The dataplane's drop counters by reason. */
import type { DataplaneClient } from '@bauta/control'

export async function dropsOf(dataplane: DataplaneClient): Promise<Record<string, number>> {
  const { drops } = await dataplane.counters()
  return Object.fromEntries(drops.map(({ reason, packets }) => [reason, packets]))
}

/** @returns what grew between two readings, and by how much */
export function growth(
  before: Record<string, number>,
  after: Record<string, number>,
): Record<string, number> {
  return Object.fromEntries(
    Object.entries(after)
      .map(([reason, packets]) => [reason, packets - (before[reason] ?? 0)] as const)
      .filter(([, more]) => more > 0),
  )
}

/**
 * Rows that keep still. The box sorts anew every second; a row that jumps away under the pointer cannot be read or
 * pressed. While somebody points at the table, has the focus in it, or has a row open, rows keep the places they had:
 * figures go on changing, what left the page stays as a faded last picture, what is new waits until the hold ends.
 */
import type { Connection } from '@bauta/control/schemas'

export interface ShownRow {
  readonly row: Connection
  /** No longer on the page that the box sends: ended, or sorted elsewhere. */
  readonly gone: boolean
}

export const showAll = (rows: readonly Connection[]): ShownRow[] => rows.map((row) => ({ row, gone: false }))

/** @param before what is on the screen @param fresh the newest page of the same query and offset */
export function holdOrder(before: readonly ShownRow[], fresh: readonly Connection[]): ShownRow[] {
  const byId = new Map(fresh.map((row) => [row.id, row]))
  const held = before.map(({ row }): ShownRow => {
    const now = byId.get(row.id)
    byId.delete(row.id)
    return now ? { row: now, gone: false } : { row, gone: true }
  })
  // A page that had been short may grow at its end without moving anything.
  for (const row of byId.values()) {
    if (held.length >= fresh.length) break
    held.push({ row, gone: false })
  }
  return held
}

/**
 * Machines that have as many connections as one may have. Who they are is counted in the table when a refusal was counted since the last
 * look, and stays told for as long as other refusals do.
 */
import { formatAddress } from '@bauta/config'
import { type ConnectionTable, FLAG } from '@bauta/masq'
import type { Condition } from './attention.ts'

const SHOWN_MS = 3600 * 1000
/** Of a limit: what one look finds may have ended a moment ago. */
const NEARLY = 0.9
const MOST_NAMED = 3

export class MachineWatch {
  #refused = -1
  #at = 0
  #machines: string[] = []

  /** @param refused packets, ever; a counter that goes on over restarts */
  look(table: ConnectionTable, refused: number, limit: number, now: number): Condition & { holds: boolean } {
    if (this.#refused >= 0 && refused > this.#refused) {
      this.#at = now
      this.#machines = busiest(table, limit * NEARLY)
    }
    this.#refused = refused
    const who = this.#machines.length > 0 ? this.#machines.join(', ') : 'A machine'
    const have = this.#machines.length > 1 ? 'have' : 'has'
    return {
      kind: 'machine-limit',
      level: 'warn',
      text: `${who} ${have} reached the limit of ${limit} connections for one machine within the last hour; it may be infected, or share files. The limit is on the page Timeouts.`,
      holds: limit > 0 && this.#at > 0 && now - this.#at < SHOWN_MS,
    }
  }
}

/** @returns the addresses of those that have more than `least`, the busiest first */
function busiest(table: ConnectionTable, least: number): string[] {
  const counts = new Map<number, number>()
  for (let slot = 0; slot < table.limit; slot++) {
    if (!table.used(slot) || (table.flags(slot) & (FLAG.local | FLAG.fromOutside)) !== 0) continue
    const client = table.client(slot)
    counts.set(client, (counts.get(client) ?? 0) + 1)
  }
  const found = [...counts].filter(([, count]) => count >= least).sort(([, a], [, b]) => b - a)
  return found.slice(0, MOST_NAMED).map(([client]) => formatAddress(client))
}

/** The machines of the household: which were seen, and what they are called. */

import { formatAddress } from '@bauta/config'
import type { ConnectionTable } from '@bauta/masq'
import { FLAG } from '@bauta/masq'

/** A machine that was silent this long is not counted any more. */
const REMEMBERED_MS = 24 * 3600 * 1000

export class Devices {
  readonly #seen = new Map<number, number>()
  readonly #name: (address: string) => string | null

  /** @param name of the machine at a dotted quad, as known now */
  constructor(name: (address: string) => string | null) {
    this.#name = name
  }

  /** Notes the client of a connection. */
  note(table: ConnectionTable, slot: number, now: number): void {
    if ((table.flags(slot) & FLAG.local) === 0) this.#seen.set(table.client(slot), now)
  }

  count(now = Date.now()): number {
    for (const [address, at] of this.#seen) if (now - at > REMEMBERED_MS) this.#seen.delete(address)
    return this.#seen.size
  }

  nameOf(address: number): string | null {
    return this.#name(formatAddress(address))
  }
}

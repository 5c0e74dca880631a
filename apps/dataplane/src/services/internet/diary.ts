/** What happened to the connections: the last 200 events, for the page, the line protocol and whoever audits. */
import type { InternetEvent } from '@bauta/control/schemas'

const MOST = 200

export class Diary {
  readonly #events: InternetEvent[] = []
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  /** @param who `admin`, a dialer's name, or `box` */
  note(who: string, connection: string, text: string): void {
    this.#events.unshift({ at: this.#now(), who, connection, text })
    if (this.#events.length > MOST) this.#events.pop()
  }

  /** Newest first. */
  list(): InternetEvent[] {
    return [...this.#events]
  }
}

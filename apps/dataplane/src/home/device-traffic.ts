/**
 * What every machine of the household sends and receives, from the connection table: bytes are counted by the second as they
 * are added to a connection, so they stay counted when it ends. What moves within a connection's last second is lost; one that
 * lives shorter is counted while its entry waits for its time to run out.
 */
export interface MachineTraffic {
  /** Bytes since the box started. */
  down: number
  up: number
  /** Bits per second, smoothed. */
  downRate: number
  upRate: number
  connections: number
  /** ms since 1970; when it last sent or received something */
  at: number
}

const WEIGHT = 0.4
const REMEMBERED_MS = 24 * 3600 * 1000
/** A household of a /20; somebody who invents sources gets no further. */
const MOST = 4096

interface Entry extends MachineTraffic {
  newDown: number
  newUp: number
}

export class DeviceTraffic {
  readonly #machines = new Map<number, Entry>()

  begin(): void {
    for (const entry of this.#machines.values()) {
      entry.newDown = 0
      entry.newUp = 0
      entry.connections = 0
    }
  }

  /** A living connection of `client`, and what it carried since the last look. */
  add(client: number, up: number, down: number, now: number): void {
    let entry = this.#machines.get(client)
    if (!entry) {
      if (this.#machines.size >= MOST) return
      entry = { down: 0, up: 0, downRate: 0, upRate: 0, connections: 0, at: now, newDown: 0, newUp: 0 }
      this.#machines.set(client, entry)
    }
    entry.connections++
    if (up + down === 0) return
    entry.newUp += up
    entry.newDown += down
    entry.at = now
  }

  /** @param seconds since the last time */
  end(seconds: number, now: number): void {
    for (const [client, entry] of this.#machines) {
      if (entry.connections === 0 && now - entry.at > REMEMBERED_MS) this.#machines.delete(client)
      entry.down += entry.newDown
      entry.up += entry.newUp
      entry.downRate += WEIGHT * ((entry.newDown * 8) / seconds - entry.downRate)
      entry.upRate += WEIGHT * ((entry.newUp * 8) / seconds - entry.upRate)
    }
  }

  get machines(): ReadonlyMap<number, MachineTraffic> {
    return this.#machines
  }
}

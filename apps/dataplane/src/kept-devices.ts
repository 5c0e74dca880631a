/**
 * The TUNs that the packet thread has open, kept open beyond the end of this process (kept-open.ts of @bauta/tun-tap): what is sent up while
 * nobody reads then waits instead of being lost. Which program keeps them stands in a file of the run folder.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { endKeeper, type Keeper, keepOpen, takeOver } from '@bauta/tun-tap'
import type { OpenDevice } from './thread-protocol.ts'

const FILE = 'keeper'

export class KeptDevices {
  readonly #file: string
  readonly #log: (line: string) => void
  #keeper: Keeper | null
  /** Said once. */
  #failed = false

  constructor(runDir: string, log: (line: string) => void) {
    this.#file = join(runDir, FILE)
    this.#log = log
    this.#keeper = readKeeper(this.#file)
  }

  /** @returns those of the process before, open in this one */
  take(): OpenDevice[] {
    const taken = this.#keeper ? takeOver(this.#keeper) : []
    if (taken.length === 0) this.#keeper = null
    return taken
  }

  /** The packet thread has these open. It never closes one, so there is something to do only when there are more of them. */
  hold(devices: readonly OpenDevice[]): void {
    const kept = this.#keeper
    if (devices.every(({ name }) => kept?.names.includes(name))) return
    try {
      this.#keeper = keepOpen(devices)
      writeFileSync(`${this.#file}.new`, JSON.stringify(this.#keeper), { mode: 0o600 })
      renameSync(`${this.#file}.new`, this.#file)
      if (kept) endKeeper(kept)
    } catch (error) {
      if (!this.#failed)
        this.#log(`new connections of a restart will be tried twice: ${(error as Error).message}`)
      this.#failed = true
    }
  }
}

function readKeeper(file: string): Keeper | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Keeper
  } catch {
    return null
  }
}

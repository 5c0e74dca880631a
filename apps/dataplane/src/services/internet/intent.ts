/**
 * What somebody asked for beyond the settings: another connection dialled, the one in use hung up. Kept in the run folder, so that
 * a dataplane that was killed comes back to the same; gone after a restart of the machine, and when the settings change.
 */
import { createHash } from 'node:crypto'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import type { Internet } from '@bauta/config'

export interface Intent {
  /** The settings under which it was asked for. */
  settings: string
  /** Name of the connection that was dialled instead of the one of the settings. */
  use: string | null
  /** Whether the one in use was dialled (true) or hung up (false) by hand; null: nobody said. */
  wanted: boolean | null
}

const NOTHING: Intent = { settings: '', use: null, wanted: null }

/** Who may dial says nothing about what is dialled. A digest: the connections hold passwords. */
const printOf = ({ use, connections }: Internet): string =>
  createHash('sha256').update(JSON.stringify({ use, connections })).digest('hex')

export class IntentFile {
  readonly #file: string
  #intent: Intent

  constructor(file: string) {
    this.#file = file
    this.#intent = read(file)
  }

  /** @returns what was asked for under these settings */
  under(internet: Internet): Intent {
    const settings = printOf(internet)
    return this.#intent.settings === settings ? this.#intent : { ...NOTHING, settings }
  }

  set(internet: Internet, change: Partial<Pick<Intent, 'use' | 'wanted'>>): void {
    this.#intent = { ...this.under(internet), ...change }
    writeFileSync(`${this.#file}.new`, JSON.stringify(this.#intent), { mode: 0o600 })
    renameSync(`${this.#file}.new`, this.#file)
  }
}

function read(file: string): Intent {
  try {
    return { ...NOTHING, ...(JSON.parse(readFileSync(file, 'utf8')) as Partial<Intent>) }
  } catch {
    return NOTHING
  }
}

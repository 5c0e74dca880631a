/**
 * What happened to the connections: the last 200 events, for the page, the line protocol and whoever audits. Kept in a file of the run
 * folder, so that a dataplane that was killed forgets nobody's deed, and told to the log of the box, which is kept longer.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { type InternetEvent, internetEventSchema } from '@bauta/control/schemas'

const MOST = 200

export interface DiaryOptions {
  file: string
  now: () => number
  log: (line: string) => void
}

export class Diary {
  readonly #options: DiaryOptions
  readonly #events: InternetEvent[]

  constructor(options: DiaryOptions) {
    this.#options = options
    this.#events = read(options.file)
  }

  /** @param who `admin`, a dialer's name, or `box` */
  note(who: string, connection: string, text: string): void {
    const { file, now, log } = this.#options
    this.#events.unshift({ at: now(), who, connection, text })
    if (this.#events.length > MOST) this.#events.pop()
    log(`${connection === '' ? '' : `“${connection}”, `}${who}: ${text}`)
    try {
      writeFileSync(`${file}.new`, JSON.stringify(this.#events), { mode: 0o600 })
      renameSync(`${file}.new`, file)
    } catch (error) {
      // A full disk must not keep anybody from dialling.
      log(`the events could not be kept: ${(error as Error).message}`)
    }
  }

  /** Newest first. */
  list(): InternetEvent[] {
    return [...this.#events]
  }
}

function read(file: string): InternetEvent[] {
  try {
    return internetEventSchema
      .array()
      .max(MOST)
      .parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return []
  }
}

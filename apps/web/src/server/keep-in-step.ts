/**
 * Keeps the dataplane on the settings that are stored.
 *
 * The database is the truth once it has a revision. At start, and every few seconds after, the dataplane's settings are
 * compared with it: another revision or another content is replaced by the stored one (the dataplane was restored,
 * started on its safe default, or lost the answer to an apply). An empty database takes what the dataplane runs with as
 * its revision 1, so a box that forwards already is not changed by its first start of the web process.
 *
 * One difference is not the dataplane's mistake: the newest revision waited to be confirmed, nobody did, and the box went back. That
 * becomes the next revision, written by the box itself, also when this process slept through it.
 *
 * Runs under the write lock, so it never meets a change half-way.
 */
import type { Noun } from '@bauta/config'
import { type DataplaneClient, DataplaneRefusal, DataplaneUnreachable, type WentBack } from '@bauta/control'
import { type Database, readSettings, type Settings, type Transaction, writeRevision } from '@bauta/db'

const EVERY_MS = 5000

export type Step = 'same' | 'taken' | 'applied' | 'went-back' | 'unreachable' | 'refused'

export class KeepInStep {
  readonly #db: Database
  readonly #dataplane: DataplaneClient
  readonly #now: () => number
  readonly #say: (line: string) => void
  #timer: NodeJS.Timeout | undefined
  #last: Step | null = null
  /** Told once, not every few seconds. */
  #lastFailure: string | null = null

  constructor(db: Database, dataplane: DataplaneClient, now: () => number, say: (line: string) => void) {
    this.#db = db
    this.#dataplane = dataplane
    this.#now = now
    this.#say = say
  }

  /** One comparison, and what it takes. */
  async step(): Promise<Step> {
    let found: Step
    try {
      found = (await this.#differs()) ? await this.#bring() : 'same'
    } catch (error) {
      if (error instanceof DataplaneUnreachable) found = 'unreachable'
      else if (error instanceof DataplaneRefusal) found = 'refused'
      else throw error
    }
    if (found !== this.#last) this.#say(SAYINGS[found])
    this.#last = found
    return found
  }

  /** Never fails: a box whose settings cannot be compared must still let its administrator in. */
  async start(): Promise<void> {
    const again = async () => {
      await this.#tryStep()
      if (this.#timer) this.#timer = setTimeout(again, EVERY_MS)
    }
    await this.#tryStep()
    this.#timer = setTimeout(again, EVERY_MS)
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  async #tryStep(): Promise<void> {
    try {
      await this.step()
    } catch (error) {
      const saying = `comparing with the dataplane failed: ${String(error)}`
      if (saying !== this.#lastFailure) this.#say(saying)
      this.#lastFailure = saying
    }
  }

  async #differs(): Promise<boolean> {
    return !same(await this.#db.read(readSettings), await this.#dataplane.settings())
  }

  #bring(): Promise<Step> {
    return this.#db.write(async (tx) => {
      const running = await this.#dataplane.settings()
      const stored = await readSettings(tx)
      if (same(stored, running)) return 'same'
      const { wentBack } = running
      if (stored && wentBack?.revision === stored.revision) {
        const { snapshot } = running
        const next = await writeRevision(tx, stored, {
          author: 'Bauta',
          at: new Date(wentBack.at),
          noun: 'all',
          snapshot,
          title: whyBack(wentBack),
        })
        await this.#dataplane.apply({ revision: next.number, snapshot })
        return 'went-back'
      }
      if (stored && !(await movedByItself(tx, stored, running))) {
        await this.#dataplane.apply(stored)
        return 'applied'
      }
      const { snapshot } = running
      const taken = await writeRevision(tx, stored, {
        author: 'Bauta',
        at: new Date(this.#now()),
        noun: 'all',
        snapshot,
        title: stored
          ? 'The home network as the box had to change it'
          : 'First settings, as the box was running',
      })
      await this.#dataplane.apply({ revision: taken.number, snapshot })
      return 'taken'
    })
  }
}

const whyBack = ({ revision, why }: WentBack): string =>
  why === 'time'
    ? `Went back by itself: nobody confirmed revision ${revision}`
    : `Revision ${revision} was taken back before it was confirmed`

/** The dataplane moved the home network or found a port while nobody had saved anything; it says so by going back to revision 0. */
async function movedByItself(tx: Transaction, stored: Settings, running: Settings): Promise<boolean> {
  const settled = sameNoun('lan', stored, running) && sameNoun('interfaces', stored, running)
  if (running.revision !== 0 || settled) return false
  return (await tx.revision.count({ where: { author: { not: 'Bauta' } } })) === 0
}

const sameNoun = (noun: Noun, a: Settings, b: Settings): boolean =>
  JSON.stringify(a.snapshot[noun]) === JSON.stringify(b.snapshot[noun])

/** Both come out of the same schema, so their keys are in the same order. */
function same(stored: Settings | null, running: Settings): boolean {
  return (
    stored?.revision === running.revision &&
    JSON.stringify(stored.snapshot) === JSON.stringify(running.snapshot)
  )
}

const SAYINGS: Record<Step, string> = {
  same: 'the dataplane runs the stored settings',
  taken: 'the running settings were taken over as a revision',
  applied: 'the dataplane was behind; the stored settings were applied',
  'went-back': 'the last change was not confirmed and went back; that is the newest revision now',
  unreachable: 'the dataplane does not answer; will try again',
  refused: 'the dataplane refused the stored settings; will try again',
}

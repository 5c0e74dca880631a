/** The settings as they are and as they were, as the API shows them: times in milliseconds since 1970. */
import { type Snapshot, snapshotWithoutSecrets } from '@bauta/config'
import { type Database, listRevisions, type RevisionHead, readRevision, readSettings } from '@bauta/db'
import { Problem } from './problem.ts'

export interface ShownRevision extends Omit<RevisionHead, 'at'> {
  at: number
}

export class History {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** @throws Problem 503 while the database has no settings */
  current(): Promise<{ revision: ShownRevision; snapshot: Snapshot }> {
    return this.#db.read(async (tx) => {
      const settings = await readSettings(tx)
      const [head] = await listRevisions(tx, null, 1)
      if (!settings || !head)
        throw new Problem(
          503,
          'There are no settings yet: the box waits for its dataplane. Try again in a moment.',
        )
      return { revision: shown(head), snapshot: snapshotWithoutSecrets(settings.snapshot) }
    })
  }

  /** @returns newest first */
  async list(before: number | null, limit: number): Promise<ShownRevision[]> {
    return (await listRevisions(this.#db.reader, before, limit)).map(shown)
  }

  async read(number: number) {
    const revision = await readRevision(this.#db.reader, number)
    if (!revision) return null
    const { at, snapshot } = revision
    return { ...revision, at: at.getTime(), snapshot: snapshotWithoutSecrets(snapshot) }
  }
}

const shown = (head: RevisionHead): ShownRevision => ({ ...head, at: head.at.getTime() })

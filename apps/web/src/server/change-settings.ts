/**
 * The one door of every change of the settings.
 *
 *   check against the noun's schema → transaction → is it still what the editor saw? → rows and revision
 *   → the dataplane applies → commit → answer
 *
 * Promises, in this order:
 * - What is answered with 200 is on the disk and in force.
 * - What is refused, by the schema, by the dataplane, or because the dataplane does not answer, changed nothing.
 * - Nobody's change is overwritten unseen: a save names the revision it was made from, and when the noun has another
 *   value since then the answer is 409 with the difference. Changes of other nouns meanwhile do not disturb.
 * - Changes run one after the other (the database's write lock), so the order of commits is the order of applies.
 *
 * Two moments can part the two sides: the commit fails after the dataplane has applied (a full disk), or the
 * dataplane's answer is lost. Then the old settings are applied again at once; where that fails too, keep-in-step.ts
 * notices the difference and brings the dataplane back to what is stored.
 */
import {
  type Advice,
  adviceOn,
  describeChange,
  describeNoun,
  type Fault,
  faultsOf,
  faultsTogether,
  type Noun,
  nouns,
  type Snapshot,
  snapshotWithoutSecrets,
  withNoun,
  withoutSecrets,
  withSecrets,
} from '@bauta/config'
import {
  type ApplyReply,
  type DataplaneClient,
  DataplaneRefusal,
  DataplaneUnreachable,
  type Pending,
} from '@bauta/control'
import {
  assignRuleIds,
  type Database,
  lastRevisionOf,
  nextRuleId,
  type Queries,
  readRevision,
  readSettings,
  renumbered,
  type Settings,
  type Transaction,
  WriteFailed,
  writeRevision,
} from '@bauta/db'
import { Problem } from './problem.ts'

export interface SaveRequest {
  noun: Noun
  /** number of the revision that the editor saw */
  base: number
  /** as it came, unchecked */
  value: unknown
  /** Seconds after which the box goes back unless somebody confirms. */
  confirm?: number | undefined
}

export interface Saved {
  kind: 'saved'
  revision: number
  actions: string[]
  cut: number
  summary: string[]
  /** The box goes back by itself unless this is confirmed in time. */
  pending: Pending | null
}
export interface Checked {
  kind: 'checked'
  actions: string[]
  cut: number
  summary: string[]
  /** Of one noun: what is allowed and probably not meant. */
  advice?: Advice[]
}
export interface Conflict {
  kind: 'conflict'
  message: string
  current: { revision: number; author: string; at: number; value: unknown }
  /** from the editor's value to the stored one */
  diff: string[]
}
export interface Invalid {
  kind: 'invalid'
  message: string
  faults: Fault[]
}
export interface Unavailable {
  kind: 'unavailable'
  message: string
}
/** There is no such revision. */
export interface Missing {
  kind: 'missing'
}
type Stopped = Conflict | Invalid | Unavailable

const NO_SETTINGS: Unavailable = {
  kind: 'unavailable',
  message:
    'There are no settings yet: the box is waiting for its dataplane, which gives the first ones. Try again in a moment.',
}

export class ChangeSettings {
  readonly #db: Database
  readonly #dataplane: DataplaneClient
  readonly #now: () => number

  constructor(db: Database, dataplane: DataplaneClient, now: () => number) {
    this.#db = db
    this.#dataplane = dataplane
    this.#now = now
  }

  save(author: string, request: SaveRequest): Promise<Saved | Stopped> {
    return this.#change<Stopped>(async (tx) => {
      const wanted = await this.#prepare(tx, request)
      const { noun, confirm } = request
      return 'kind' in wanted ? wanted : { ...wanted, author, noun, confirm }
    })
  }

  /** What saving would do; changes nothing. */
  async check(request: SaveRequest): Promise<Checked | Stopped> {
    const wanted = await this.#db.read((tx) => this.#prepare(tx, request))
    if ('kind' in wanted) return wanted
    const { noun } = request
    const outcome = await this.#dryRun(wanted, noun)
    return outcome.kind === 'checked'
      ? { ...outcome, advice: adviceOn(noun, wanted.snapshot[noun]) }
      : outcome
  }

  /** Makes an old revision's settings the next revision; nothing of the history is lost. */
  restore(author: string, number: number, base: number): Promise<Saved | Stopped | Missing> {
    return this.#change(async (tx) => {
      const current = await readSettings(tx)
      const old = await readRevision(tx, number)
      if (!current || !old) return { kind: 'missing' }
      if (base !== current.revision) return restoreConflict(tx, current, base)
      // What went together when the revision was made need not do so for this version.
      const together = faultsTogether(old.snapshot)
      if (together.length > 0) return invalid(together)
      const title = `Revision ${number} restored`
      return { current, snapshot: old.snapshot, author, noun: 'all' as const, title }
    })
  }

  /** Makes the settings of a backup, or of a script, the next revision. */
  bring(
    author: string,
    snapshot: Snapshot,
    base: number,
    title: string,
    confirm?: number,
  ): Promise<Saved | Stopped> {
    return this.#change<Stopped>(async (tx) => {
      const wanted = await this.#whole(tx, snapshot, base)
      return 'kind' in wanted ? wanted : { ...wanted, author, noun: 'all' as const, title, confirm }
    })
  }

  /** What `bring` would do; changes nothing. */
  async checkWhole(snapshot: Snapshot, base: number): Promise<Checked | Stopped> {
    const wanted = await this.#db.read((tx) => this.#whole(tx, snapshot, base))
    return 'kind' in wanted ? wanted : this.#dryRun(wanted, null)
  }

  /** The settings with everything in them, passwords too. @throws Problem 503 while there are none */
  async stored(): Promise<Settings> {
    const settings = await this.#db.read(readSettings)
    if (!settings) throw new Problem(503, NO_SETTINGS.message)
    return settings
  }

  async #whole(
    tx: Queries,
    brought: Snapshot,
    base: number,
  ): Promise<{ current: Settings; snapshot: Snapshot } | Stopped> {
    const current = await readSettings(tx)
    if (!current) return NO_SETTINGS
    if (base !== current.revision) return restoreConflict(tx, current, base)
    const together = faultsTogether(brought)
    if (together.length > 0) return invalid(together)
    const rules = renumbered(brought.rules, current.snapshot.rules, await nextRuleId(tx))
    return { current, snapshot: { ...brought, rules } }
  }

  async #dryRun(
    { current, snapshot }: { current: Settings; snapshot: Snapshot },
    noun: Noun | null,
  ): Promise<Checked | Stopped> {
    try {
      const reply = await this.#dataplane.check({ revision: current.revision + 1, snapshot })
      const summary = describeChange(current.snapshot, snapshot)
      return { kind: 'checked', actions: reply.actions, cut: reply.cut, summary }
    } catch (error) {
      return stoppedBy(error, noun)
    }
  }

  /** Writes, applies and commits what `decide` wants, or stops with its answer. */
  async #change<Stop extends Stopped | Missing>(
    decide: (tx: Queries) => Promise<Wanted | Stop>,
  ): Promise<Saved | Stop | Stopped> {
    const done = { before: null as Settings | null, noun: null as Noun | null }
    const work = async (tx: Transaction) => {
      const wanted = await decide(tx)
      if ('kind' in wanted) return wanted
      const { current, snapshot, author, title } = wanted
      if (JSON.stringify(current.snapshot) === JSON.stringify(snapshot)) return unchanged(current)
      const { wentBack } = await this.#dataplane.settings()
      if (wentBack?.revision === current.revision) return wentBackMeanwhile(current)
      done.noun = wanted.noun === 'all' ? null : wanted.noun
      const at = new Date(this.#now())
      const revision = await writeRevision(tx, current, { author, at, noun: wanted.noun, snapshot, title })
      done.before = current
      const reply = await this.#dataplane.apply({
        revision: revision.number,
        snapshot,
        ...(wanted.confirm === undefined ? {} : { confirmSeconds: wanted.confirm }),
      })
      return savedAs(revision.number, reply, revision.diff)
    }
    // Only a refusal (422) says that the dataplane is where it was; after anything else it may have applied what is now undone.
    const undone = async (error: unknown) => {
      const refused = error instanceof DataplaneRefusal && [422, NOT_STORED].includes(error.status)
      if (done.before && !refused) await this.#applyAgain(done.before)
    }
    try {
      return await this.#db.write(work, undone)
    } catch (error) {
      return stoppedBy(error, done.noun)
    }
  }

  async #applyAgain({ revision, snapshot }: Settings): Promise<void> {
    await this.#dataplane.apply({ revision, snapshot }).catch(() => {
      // Not reachable now: keep-in-step brings it back to what is stored.
    })
  }

  /** Everything that can be said without the dataplane. */
  async #prepare(
    tx: Queries,
    { noun, base, value }: SaveRequest,
  ): Promise<{ current: Settings; snapshot: Snapshot } | Stopped> {
    const current = await readSettings(tx)
    if (!current) return NO_SETTINGS
    const whole = withSecrets(noun, value, current.snapshot[noun])
    const withIds =
      noun === 'rules' ? assignRuleIds(whole, await nextRuleId(tx)) : { value: whole, faults: [] as Fault[] }
    const parsed = nouns[noun].safeParse(withIds.value)
    const faults = [...withIds.faults, ...(parsed.success ? [] : faultsOf(parsed.error))]
    if (!parsed.success || faults.length > 0) return invalid(faults)
    const seen = base === current.revision ? current : await readRevision(tx, base)
    if (!seen || JSON.stringify(seen.snapshot[noun]) !== JSON.stringify(current.snapshot[noun]))
      return conflict(tx, current, noun, parsed.data as Snapshot[Noun])
    const snapshot = withNoun(current.snapshot, noun, parsed.data as Snapshot[Noun])
    const together = faultsTogether(snapshot).map(({ path, message }) => ({
      path: pathInside(path, noun),
      message,
    }))
    return together.length > 0 ? invalid(together) : { current, snapshot }
  }
}

interface Wanted {
  current: Settings
  snapshot: Snapshot
  author: string
  noun: Noun | 'all'
  title?: string
  confirm?: number | undefined
}

function invalid(faults: Fault[]): Invalid {
  const count = faults.length === 1 ? 'one field needs' : `${faults.length} fields need`
  return { kind: 'invalid', message: `Nothing was changed: ${count} attention.`, faults }
}

async function conflict(tx: Queries, current: Settings, noun: Noun, mine: Snapshot[Noun]): Promise<Conflict> {
  const by = await lastRevisionOf(tx, noun)
  const who = by?.author ?? 'somebody'
  return {
    kind: 'conflict',
    message: `Nothing was changed: ${who} saved other ${noun} meanwhile (revision ${by?.number ?? current.revision}). Compare, then save again.`,
    current: {
      revision: current.revision,
      author: who,
      at: by?.at.getTime() ?? 0,
      value: withoutSecrets(noun, current.snapshot[noun]),
    },
    diff: describeNoun(noun, mine, current.snapshot[noun]),
  }
}

async function restoreConflict(tx: Queries, current: Settings, base: number): Promise<Conflict> {
  const newest = await readRevision(tx, current.revision)
  const seen = await readRevision(tx, base)
  return {
    kind: 'conflict',
    message: `Nothing was changed: there is a newer revision (${current.revision}) than the one you saw. Look at it, then restore again.`,
    current: {
      revision: current.revision,
      author: newest?.author ?? 'somebody',
      at: newest?.at.getTime() ?? 0,
      value: snapshotWithoutSecrets(current.snapshot),
    },
    diff: seen ? describeChange(seen.snapshot, current.snapshot) : [],
  }
}

/**
 * What is stored waited to be confirmed, nobody did, and keep-in-step has not written that down yet. A change made on top of it
 * would bring back, unasked and for good, what cut the box off.
 */
const wentBackMeanwhile = ({ revision }: Settings): Unavailable => ({
  kind: 'unavailable',
  message: `Nothing was changed: revision ${revision} went back by itself just now, because nobody confirmed it. Look at the settings as they are again, then save.`,
})

const unchanged = ({ revision }: Settings): Saved => ({
  kind: 'saved',
  revision,
  actions: [],
  cut: 0,
  summary: [],
  pending: null,
})

function savedAs(revision: number, { actions, cut, pending }: ApplyReply, summary: string[]): Saved {
  return { kind: 'saved', revision, actions, cut, summary, pending: pending ?? null }
}

/** @param noun to shorten the dataplane's paths, which begin at the snapshot */
function stoppedBy(error: unknown, noun: Noun | null): Invalid | Unavailable {
  if (error instanceof DataplaneRefusal && error.status === 422) {
    const faults = error.refusal.faults.map(({ path, message }) => ({
      path: pathInside(path, noun),
      message,
    }))
    return { kind: 'invalid', message: `Nothing was changed: ${error.refusal.message}`, faults }
  }
  if (error instanceof DataplaneRefusal && error.status === NOT_STORED) return DISK_FAULT
  if (error instanceof DataplaneUnreachable || error instanceof DataplaneRefusal) {
    // Where its socket lies and what the system calls it is nothing for people.
    const what = error instanceof DataplaneRefusal ? error.message : 'the dataplane does not answer'
    return {
      kind: 'unavailable',
      message: `Nothing was changed: ${what}. Try again when the box says that it is back.`,
    }
  }
  if (error instanceof WriteFailed) return DISK_FAULT
  throw error
}

/** RFC 4918 section 11.5: the dataplane could have followed, but could not keep the settings for its next start. */
const NOT_STORED = 507
const DISK_FAULT: Unavailable = {
  kind: 'unavailable',
  message:
    'Nothing was changed: the settings could not be written to the disk. Look whether it is full or broken, then save again.',
}

/** `snapshot.rules.chains.1` → `chains.1`: beside the field of the form that was sent */
function pathInside(path: Fault['path'], noun: Noun | null): Fault['path'] {
  const inner = path[0] === 'snapshot' ? path.slice(1) : path
  return noun !== null && inner[0] === noun ? inner.slice(1) : inner
}

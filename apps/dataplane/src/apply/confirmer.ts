/**
 * Changes that go back by themselves. Whoever moves the box to another address, or writes a rule in his own way, may find that he
 * reaches it no more: then nobody confirms, and the settings from before come back.
 *
 *   applied, waiting ──keep──▶ in force
 *         │  time is up, or somebody asks
 *         └──▶ the settings from before, and a note of it (`wentBack`) until the next apply
 *
 * - The clock is here and not in the web process, and stands in applied.json beside the settings from before: a killed dataplane and a
 *   power cut change nothing. A clock that was set meanwhile never makes the wait longer than it was meant to be.
 * - While something waits, nothing else is applied: otherwise it would not be clear what to go back to. Two requests pass: the same
 *   settings again, and those from before, which end the wait (the web process could not store what it had applied).
 * - The LAN address from before stays beside the new one until the wait is over, so that the browser is not cut off by the move itself.
 * - Going back is tried until it succeeds; what is held is let go only then.
 */
import type { Snapshot } from '@bauta/config'
import type {
  AppliedFile,
  ApplyReply,
  ApplyRequest,
  Pending,
  Waiting,
  WentBack,
} from '@bauta/control/schemas'
import { ApplyRefused } from './apply.ts'

/** What applied.json holds besides the settings. */
export type Note = Pick<AppliedFile, 'waiting' | 'wentBack'>
export const NO_NOTE: Note = { waiting: null, wentBack: null }

export interface ConfirmerParts {
  inForce: () => { revision: number; snapshot: Snapshot }
  /** Puts settings into force and writes them to the disk together with `note`. */
  apply: (request: ApplyRequest, note: Note) => Promise<ApplyReply>
  /** Writes what is in force once more, with another note. */
  save: (note: Note) => void
  /** Addresses of the home network that stay besides; none: let them go. */
  hold: (addresses: string[]) => void
  /** Tells the services of the settings in force once more. */
  again: () => Promise<unknown>
  log: (line: string) => void
  now: () => number
}

const TRY_AGAIN_MS = 5000

export class Confirmer {
  readonly #parts: ConfirmerParts
  #note: Note
  #timer: NodeJS.Timeout | undefined
  #queue: Promise<unknown> = Promise.resolve()

  /** @param note as it was read at the start */
  constructor(note: Note, parts: ConfirmerParts) {
    this.#parts = parts
    this.#note = note
  }

  get pending(): Pending | null {
    const { waiting } = this.#note
    return waiting && { revision: this.#parts.inForce().revision, since: waiting.since, until: waiting.until }
  }

  get wentBack(): WentBack | null {
    return this.#note.wentBack
  }

  /** Before the services are told for the first time: the wait of the process before goes on. */
  begin(): void {
    const { waiting } = this.#note
    if (!waiting) return
    this.#hold(waiting.before.snapshot)
    this.#wait(waiting)
  }

  stop(): void {
    clearTimeout(this.#timer)
  }

  /** @throws ApplyRefused */
  apply(request: ApplyRequest): Promise<ApplyReply> {
    return this.#inTurn(() => this.#apply(request))
  }

  /** @returns false where this revision does not wait */
  confirm(revision: number, keep: boolean): Promise<boolean> {
    return this.#inTurn(async () => {
      if (this.pending?.revision !== revision) return false
      if (!keep) {
        await this.#goBack('asked')
        return true
      }
      this.#parts.save(NO_NOTE)
      this.#end(NO_NOTE)
      this.#parts.log(`revision ${revision} was confirmed`)
      await this.#parts.again().catch((error: Error) => this.#parts.log(error.message))
      return true
    })
  }

  async #apply(request: ApplyRequest): Promise<ApplyReply> {
    const { waiting } = this.#note
    const { revision, snapshot, confirmSeconds } = request
    if (waiting) {
      if (isSame(request, this.#parts.inForce()))
        return this.#reply(await this.#parts.apply({ revision, snapshot }, this.#note))
      if (!isSame(request, waiting.before)) throw new ApplyRefused(this.#busy(waiting))
      const reply = await this.#parts.apply({ revision, snapshot }, NO_NOTE)
      this.#end(NO_NOTE)
      return reply
    }
    if (confirmSeconds === undefined) {
      const reply = await this.#parts.apply({ revision, snapshot }, NO_NOTE)
      this.#note = NO_NOTE
      return reply
    }
    const { revision: number, snapshot: old } = this.#parts.inForce()
    const since = this.#parts.now()
    const next: Waiting = {
      since,
      until: since + confirmSeconds * 1000,
      before: { revision: number, snapshot: old },
    }
    this.#hold(old)
    try {
      const reply = await this.#parts.apply({ revision, snapshot }, { waiting: next, wentBack: null })
      this.#note = { waiting: next, wentBack: null }
      this.#wait(next)
      return this.#reply(reply)
    } catch (error) {
      this.#parts.hold([])
      throw error
    }
  }

  #reply = (reply: ApplyReply): ApplyReply => ({ ...reply, pending: this.pending })

  #busy({ until }: Waiting): string {
    const seconds = Math.max(1, Math.ceil((until - this.#parts.now()) / 1000))
    return `revision ${this.#parts.inForce().revision} waits to be confirmed for another ${seconds} s; keep it or take it back first`
  }

  #hold({ lan }: Snapshot): void {
    this.#parts.hold(lan.addressing === 'box' ? [`${lan.address}/${lan.bits}`] : [])
  }

  #wait({ since, until }: Waiting): void {
    clearTimeout(this.#timer)
    const left = Math.min(until - this.#parts.now(), until - since)
    this.#timer = setTimeout(() => void this.#timeIsUp(), Math.max(0, left))
  }

  async #timeIsUp(): Promise<void> {
    try {
      await this.#inTurn(() => this.#goBack('time'))
    } catch (error) {
      this.#parts.log(
        `going back to the settings from before failed, and is tried again: ${(error as Error).message}`,
      )
      this.#timer = setTimeout(() => void this.#timeIsUp(), TRY_AGAIN_MS)
    }
  }

  async #goBack(why: WentBack['why']): Promise<void> {
    const { waiting } = this.#note
    if (!waiting) return
    const { revision } = this.#parts.inForce()
    const note: Note = { waiting: null, wentBack: { revision, at: this.#parts.now(), why } }
    await this.#parts.apply(waiting.before, note)
    this.#end(note)
    this.#parts.log(
      `revision ${revision} ${why === 'time' ? 'was not confirmed in time' : 'was taken back'}: revision ${waiting.before.revision} is in force again`,
    )
  }

  #end(note: Note): void {
    clearTimeout(this.#timer)
    this.#note = note
    this.#parts.hold([])
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(work)
    this.#queue = turn.catch(() => undefined)
    return turn
  }
}

const isSame = (
  a: { revision: number; snapshot: Snapshot },
  b: { revision: number; snapshot: Snapshot },
): boolean => a.revision === b.revision && JSON.stringify(a.snapshot) === JSON.stringify(b.snapshot)

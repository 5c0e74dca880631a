/**
 * The connection in use: its state (states.ts), its line, and when it is tried again.
 *
 * One object per connection that is dialled or would be; it is replaced when another one is chosen or its settings change. Whoever
 * lost it while it was being ended hears nothing of it any more. Clock and randomness are given.
 */
import type { InternetConnection } from '@bauta/config'
import type { Links } from '../../links.ts'
import { pauseAfter } from './back-off.ts'
import type { Line, LineReport, Trouble } from './line.ts'
import { type Happening, NEXT, type State } from './states.ts'

export interface ConnectionWorld {
  line: (report: LineReport) => Line
  /** `at` is for the diary; nobody did it: the box. */
  say: (text: string) => void
  /** State, servers or lease are others now. */
  changed: () => void
  /** The monotonic clock, in ms: another time of day changes nothing. */
  now: () => number
  random: () => number
}

export class ActiveConnection {
  readonly settings: InternetConnection
  readonly line: Line
  readonly #world: ConnectionWorld
  #links: Links
  #retry: NodeJS.Timeout | null = null
  #inARow = { kind: 'other' as 'auth' | 'other', count: 0 }
  #dialledAt = 0
  #over = false
  #turn: Promise<unknown> = Promise.resolve()
  state: State = 'down'
  since: number
  /** When it came up last; null while it is not. */
  upSince: number | null = null
  problem: string | null = null
  attempts = 0
  nextAttemptAt: number | null = null

  constructor(settings: InternetConnection, links: Links, world: ConnectionWorld) {
    this.settings = settings
    this.#links = links
    this.#world = world
    this.since = world.now()
    this.line = world.line({
      established: () => this.#established(),
      lost: (trouble) => this.#lost(trouble),
      changed: () => world.changed(),
      note: (text) => {
        if (!this.#over) world.say(text)
      },
    })
  }

  /** @param dialled somebody asked for it, or had before a restart */
  begin(dialled: boolean): void {
    const { when } = this.settings
    if (dialled || when === 'always') this.dial()
    else if (when === 'demand') this.#go('standby')
  }

  dial(): void {
    if (!this.#go('wanted')) return
    this.#inARow = { kind: 'other', count: 0 }
    this.attempts = 0
    this.#attempt()
  }

  /** Somebody in the house sends something. */
  need(): void {
    if (this.state === 'waiting') this.dial()
  }

  /** By hand: it stays down. */
  async hangUp(): Promise<void> {
    if (!this.#go('hung-up')) return
    await this.#inTurn(() => this.line.stop())
  }

  /** Another connection takes its place. */
  async end(): Promise<void> {
    this.#over = true
    this.#cancel()
    await this.#inTurn(() => this.line.stop())
  }

  /** The dataplane ends, the line does not. */
  leave(): void {
    this.#over = true
    this.#cancel()
    this.line.leave()
  }

  relink(links: Links): void {
    this.#links = links
    if (this.state !== 'down' && this.state !== 'waiting') this.line.relink(links)
  }

  #attempt(): void {
    this.attempts++
    this.#cancel()
    this.#dialledAt = this.#world.now()
    void this.#inTurn(() => this.line.start(this.#links))
  }

  /** Starting and stopping never overlap. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(work)
    this.#turn = turn.catch((error: Error) => {
      this.#lost({ text: error.message, kind: 'other', triesItself: false })
    })
    return turn.catch(() => undefined)
  }

  #established(): void {
    const before = this.state
    if (!this.#go('established')) return
    this.problem = null
    this.attempts = 0
    this.#inARow = { kind: 'other', count: 0 }
    this.#cancel()
    if (before === 'up') return
    this.upSince = this.#world.now()
    this.#world.say(`up after ${((this.upSince - this.#dialledAt) / 1000).toFixed(1)} s`)
  }

  #lost({ text, kind, triesItself }: Trouble): void {
    if (kind === 'idle') {
      if (this.#go(this.settings.when === 'demand' ? 'idle' : 'hung-up'))
        this.#world.say('hung up: nothing was sent')
      return
    }
    const before = this.problem
    if (!this.#go('lost')) return
    this.problem = text
    if (text !== before) this.#world.say(text)
    if (triesItself) return
    const count = this.#inARow.kind === kind ? this.#inARow.count + 1 : 1
    this.#inARow = { kind, count }
    const pause = pauseAfter(kind, count, this.#world.random())
    this.#cancel()
    this.nextAttemptAt = this.#world.now() + pause
    this.#retry = setTimeout(() => {
      if (this.#go('wanted')) this.#attempt()
    }, pause)
    this.#retry.unref()
    this.#world.changed()
  }

  #cancel(): void {
    if (this.#retry) clearTimeout(this.#retry)
    this.#retry = null
    this.nextAttemptAt = null
  }

  /** @returns whether that may happen now */
  #go(happening: Happening): boolean {
    const next = NEXT[this.state][happening]
    if (next === undefined || this.#over) return false
    if (next !== this.state) this.since = this.#world.now()
    if (next !== 'failed' && next !== 'connecting') this.problem = null
    if (next !== 'up') this.upSince = null
    if (next !== 'failed') this.#cancel()
    const changed = next !== this.state
    this.state = next
    if (changed) this.#world.changed()
    return true
  }
}

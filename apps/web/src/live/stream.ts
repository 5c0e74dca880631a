/**
 * One live stream of the box (server-sent events), shared by everybody who watches the same address.
 *
 * States, and what a watcher may believe:
 *   connecting  nothing has come yet
 *   live        the last message is younger than `SILENCE_MS`
 *   silent      the box does not answer; the last value stays, and its time says how old it is
 *
 * Rules: one EventSource per address, however many watch; it closes when the last one leaves (after a short while, so that
 * going from page to page does not hang up and dial again) and while the page is hidden, because a browser has
 * six connections per host and a box has better things to do than to draw what nobody sees. After an error it
 * dials again, after 1, 2, 4, then every 5 seconds; a page that comes back into view dials at once.
 */

export type StreamState = 'connecting' | 'live' | 'silent'

export interface Snapshot<T> {
  readonly state: StreamState
  readonly data: T | null
  /** When `data` came, by this machine's clock; 0: never. */
  readonly receivedAt: number
}

export const SILENCE_MS = 4500
const LINGER_MS = 1500
const RETRY_MS = [1000, 2000, 4000, 5000] as const

export interface Surroundings {
  open(url: string): EventSource
  now(): number
  hidden(): boolean
}

const browser: Surroundings = {
  open: (url) => new EventSource(url),
  now: () => Date.now(),
  hidden: () => document.hidden,
}

export interface StreamOptions {
  url: string
  event: string
  /** How long an unwatched stream stays open; 0 for addresses that change with every scroll. */
  lingerMs?: number | undefined
  onEmpty?: () => void
  around?: Surroundings
}

export class LiveStream<T> {
  readonly url: string
  readonly event: string
  readonly #lingerMs: number
  readonly #around: Surroundings
  readonly #watchers = new Set<() => void>()
  #source: EventSource | null = null
  #snapshot: Snapshot<T> = { state: 'connecting', data: null, receivedAt: 0 }
  #failures = 0
  #retry: ReturnType<typeof setTimeout> | undefined
  #silence: ReturnType<typeof setTimeout> | undefined
  #linger: ReturnType<typeof setTimeout> | undefined
  #onEmpty: () => void

  constructor({ url, event, lingerMs = LINGER_MS, onEmpty = () => {}, around = browser }: StreamOptions) {
    this.url = url
    this.event = event
    this.#lingerMs = lingerMs
    this.#onEmpty = onEmpty
    this.#around = around
  }

  read = (): Snapshot<T> => this.#snapshot

  watch = (watcher: () => void): (() => void) => {
    clearTimeout(this.#linger)
    this.#watchers.add(watcher)
    if (!this.#source && !this.#around.hidden()) this.#dial()
    return () => {
      this.#watchers.delete(watcher)
      if (this.#watchers.size === 0) this.#linger = setTimeout(this.#leave, this.#lingerMs)
    }
  }

  /** The page was hidden or shown. */
  visibilityChanged(): void {
    if (this.#around.hidden()) {
      this.#hangUp()
    } else if (this.#watchers.size > 0 && !this.#source) {
      this.#failures = 0
      this.#dial()
    }
  }

  #dial = (): void => {
    clearTimeout(this.#retry)
    const source = this.#around.open(this.url)
    this.#source = source
    this.#armSilence()
    source.addEventListener(this.event, (message) => {
      if (source === this.#source) this.#take(message as MessageEvent<string>)
    })
    source.addEventListener('error', () => {
      if (source === this.#source) this.#failed()
    })
  }

  #take(message: MessageEvent<string>): void {
    let data: T
    try {
      data = JSON.parse(message.data) as T
    } catch {
      return
    }
    this.#failures = 0
    this.#armSilence()
    this.#publish({ state: 'live', data, receivedAt: this.#around.now() })
  }

  #failed(): void {
    this.#hangUp()
    const wait = RETRY_MS[Math.min(this.#failures, RETRY_MS.length - 1)]!
    this.#failures++
    // The first failure may be a restart that lasts a blink: what is shown stays believed until the silence is long.
    if (this.#failures > 1) this.#publish({ ...this.#snapshot, state: 'silent' })
    else this.#armSilence()
    this.#retry = setTimeout(this.#dial, wait)
  }

  #armSilence(): void {
    clearTimeout(this.#silence)
    this.#silence = setTimeout(() => this.#publish({ ...this.#snapshot, state: 'silent' }), SILENCE_MS)
  }

  #hangUp(): void {
    clearTimeout(this.#retry)
    clearTimeout(this.#silence)
    this.#source?.close()
    this.#source = null
  }

  #leave = (): void => {
    if (this.#watchers.size > 0) return
    this.#hangUp()
    this.#onEmpty()
  }

  #publish(next: Snapshot<T>): void {
    this.#snapshot = next
    for (const watcher of this.#watchers) watcher()
  }
}

const streams = new Map<string, LiveStream<unknown>>()
let listening = false

/** @returns the stream of this address and event; the same one for everybody */
export function streamOf<T>(url: string, event: string, lingerMs?: number): LiveStream<T> {
  if (!listening) {
    listening = true
    document.addEventListener('visibilitychange', () => {
      for (const stream of streams.values()) stream.visibilityChanged()
    })
  }
  const key = `${event} ${url}`
  let stream = streams.get(key)
  if (!stream) {
    stream = new LiveStream<unknown>({ url, event, lingerMs, onEmpty: () => streams.delete(key) })
    streams.set(key, stream)
  }
  return stream as LiveStream<T>
}

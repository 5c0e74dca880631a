/**
 * Keeps the front's thread alive. It is a thread of its own so that a page that sorts a hundred thousand connections on the main
 * thread makes no name slow to find. One that ends is started again at once with the settings of that moment; when it ends three
 * times before they were in force, that is the answer to whoever gave them, and it is tried again more slowly.
 */
import { Worker } from 'node:worker_threads'
import { entry } from '../here.ts'
import {
  type Blocked,
  counterPlace,
  FRONT_COUNTERS,
  type FromFront,
  type FrontCounter,
  type FrontSettings,
  type ToFront,
} from './front-protocol.ts'

const AGAIN_MS = 50
const FRUITLESS = 3
const LATER_MS = 5000

export interface Settled {
  problems: string[]
  /** Names of each list. */
  names: number[]
}

export class FrontThread {
  readonly #log: (line: string) => void
  readonly #counters = new Float64Array(
    new SharedArrayBuffer(FRONT_COUNTERS.length * Float64Array.BYTES_PER_ELEMENT),
  )
  readonly #settling: ((settled: Settled) => void)[] = []
  readonly #asked = new Map<number, (answer: { blocked: Blocked | null; spared: boolean }) => void>()
  #worker: Worker | null = null
  #settings: FrontSettings | null = null
  #nextId = 1
  /** Starts in a row that ended before the settings were in force. */
  #fruitless = 0
  #lastError = 'it ended without a word'
  restarts = 0
  startedAt: number | null = null

  constructor(log: (line: string) => void) {
    this.#log = log
  }

  count(name: FrontCounter): number {
    return this.#counters[counterPlace(name)]!
  }

  /** Resolves when they are in force. */
  apply(settings: FrontSettings): Promise<Settled> {
    this.#settings = settings
    this.#fruitless = 0
    return new Promise((resolve) => {
      this.#settling.push(resolve)
      if (this.#worker) this.#post({ kind: 'settings', settings })
      else this.#start()
    })
  }

  why(name: string): Promise<{ blocked: Blocked | null; spared: boolean }> {
    if (!this.#worker) return Promise.resolve({ blocked: null, spared: false })
    return new Promise((resolve) => {
      const id = this.#nextId++
      this.#asked.set(id, resolve)
      this.#post({ kind: 'why', id, name })
    })
  }

  async stop(): Promise<void> {
    const worker = this.#worker
    this.#settings = null
    this.#worker = null
    this.startedAt = null
    this.#settle({ problems: [], names: [] }, this.#settling.length)
    await worker?.terminate()
  }

  #post(message: ToFront): void {
    this.#worker?.postMessage(message)
  }

  #start(): void {
    const worker = new Worker(entry('dns/front-main'), {
      workerData: this.#counters.buffer,
    })
    this.#worker = worker
    this.startedAt = Date.now()
    // One answer is for all that the thread before left waiting.
    const waiting = this.#settling.splice(0)
    this.#settling.push((settled) => {
      for (const resolve of waiting) resolve(settled)
    })
    worker.on('message', (message: FromFront) => {
      if (message.kind === 'settled') {
        this.#fruitless = 0
        return this.#settle(message, 1)
      }
      this.#asked.get(message.id)?.(message)
      this.#asked.delete(message.id)
    })
    worker.on('error', (error) => {
      this.#lastError = error.message
      this.#log(`DNS front: ${error.stack ?? error.message}`)
    })
    worker.on('exit', () => {
      if (this.#worker !== worker) return
      this.#worker = null
      for (const answer of this.#asked.values()) answer({ blocked: null, spared: false })
      this.#asked.clear()
      this.restarts++
      const hopeless = ++this.#fruitless >= FRUITLESS
      if (hopeless)
        this.#settle(
          { problems: [`DNS does not start: ${this.#lastError}`], names: [] },
          this.#settling.length,
        )
      setTimeout(
        () => {
          if (this.#settings && !this.#worker) this.#start()
        },
        hopeless ? LATER_MS : AGAIN_MS,
      ).unref()
    })
    this.#post({ kind: 'settings', settings: this.#settings! })
  }

  #settle(settled: Settled, count: number): void {
    for (const resolve of this.#settling.splice(0, count)) resolve(settled)
  }
}

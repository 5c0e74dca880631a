/**
 * Keeps the packet thread alive and carries commands to it.
 *
 * A thread that ends by itself, or whose heartbeat stands still, is started again at once with the configuration of
 * that moment; it adopts the mapped table, so connections go on. Commands wait for their answer one by one in the
 * order they were posted; when the thread dies those that have none fail. The TUNs are persistent devices: they, and
 * the door's programs on them, stay while no thread holds them; and they stay open, so that what comes meanwhile waits for the next one.
 */
import { closeSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import type { Worker } from 'node:worker_threads'
import { WakeUp } from '@bauta/tun-tap'
import { type Counters, GAUGE } from './counters.ts'
import type { EarlyThread } from './go-on.ts'
import type { KeptStart } from './kept-start.ts'
import { portChange } from './listening-ports.ts'
import type { PathConfig } from './path-config.ts'
import type {
  Answer,
  Command,
  CommandBody,
  KnownNeighbours,
  OpenDevice,
  ThreadStart,
} from './thread-protocol.ts'
import type { CommonStart } from './thread-start.ts'

export type Done = Extract<Answer, { kind: 'done' }>

export interface SupervisorOptions {
  /** Makes a worker that waits for its ThreadStart. */
  worker: () => Worker
  start: CommonStart
  /** One that runs already; null: the first is to be started. */
  early: EarlyThread | null
  /** TUNs that are open already. */
  open: OpenDevice[]
  /** A thread has these open, and nobody is to close them. */
  hold: (devices: OpenDevice[]) => void
  /** Where what a thread begins with is kept; it must not outlive another configuration. */
  kept: Pick<KeptStart, 'forget'>
  counters: Counters
  /** The configuration that a (re)started thread begins with. */
  config: () => PathConfig
  /** What no LAN machine may be given as its port, from the first packet on. */
  reserved: () => number[]
  neighbours: () => KnownNeighbours
  /** A thread has taken up its work; `reason` is why the one before ended, null for the first. */
  onStarted: (devices: OpenDevice[], reason: string | null) => void
  log: (line: string) => void
}

const COMMAND_LIMIT_MS = 10_000
/** Longer than any command may take between two rounds. */
const SILENCE_MS = 3_000
const CHECK_MS = 500
const FIRST_PAUSE_MS = 20
const LONGEST_PAUSE_MS = 1_000

interface Waiting {
  resolve: (done: Done) => void
  reject: (error: Error) => void
  timer: NodeJS.Timeout
}

export class PacketThreadSupervisor {
  readonly #options: SupervisorOptions
  readonly #wake: WakeUp
  readonly #waiting = new Map<number, Waiting>()
  #worker: Worker | null = null
  /** Open TUNs: they outlive a thread, and the next one goes on with them. */
  #devices: OpenDevice[]
  /** What else a dead thread leaves open; -1: nothing. */
  #watched = -1
  #nextId = 1
  #stopped = false
  #pause = FIRST_PAUSE_MS
  #watch: NodeJS.Timeout | null = null
  #lastBeat = 0
  #lastBeatAt = 0
  #reason: string | null = null

  constructor(options: SupervisorOptions) {
    this.#options = options
    this.#wake = options.early?.wake ?? new WakeUp()
    this.#devices = options.open
  }

  /** @throws when the first thread cannot start: no TUN, no permission */
  async start(): Promise<void> {
    const { early } = this.#options
    if (early?.ended === null) await this.#adopt(early)
    else {
      this.#devices = early?.devices ?? this.#devices
      closeQuietly(early?.watch ?? -1)
      await this.#spawn()
    }
    this.#watch = setInterval(() => this.#checkHeartbeat(), CHECK_MS)
  }

  /** It is told what is different from what it began with. */
  async #adopt(early: EarlyThread): Promise<void> {
    const { worker, devices, watch } = early
    worker.on('message', (answer: Answer) => this.#hear(answer))
    worker.on('exit', (code) => this.#ended(worker, early.ended ?? `ended with code ${code}`))
    this.#lastBeatAt = performance.now()
    this.#worker = worker
    this.#have(devices, watch)
    this.#options.onStarted(devices, null)
    const config = this.#options.config()
    if (!isDeepStrictEqual(early.config, config)) await this.send({ kind: 'configure', config })
    const change = portChange(new Set(early.reserved), new Set(this.#options.reserved()))
    if (change.taken.length + change.left.length > 0) await this.send({ kind: 'reserve', ...change })
  }

  send(body: CommandBody): Promise<Done> {
    const worker = this.#worker
    if (!worker) return Promise.reject(new Error('the packet thread is being started again'))
    if (body.kind === 'configure') this.#options.kept.forget()
    return new Promise((resolve, reject) => {
      const id = this.#nextId++
      const timer = setTimeout(() => {
        this.#waiting.delete(id)
        reject(new Error(`the packet thread did not answer “${body.kind}” in time`))
      }, COMMAND_LIMIT_MS)
      this.#waiting.set(id, { resolve, reject, timer })
      worker.postMessage({ ...body, id } satisfies Command)
      this.#wake.signal()
    })
  }

  async stop(): Promise<void> {
    this.#stopped = true
    if (this.#watch) clearInterval(this.#watch)
    const worker = this.#worker
    if (!worker) return
    await this.send({ kind: 'stop' }).catch(() => undefined)
    await worker.terminate()
  }

  /** The first answer of a thread is about its start, under number 0. */
  #spawn(): Promise<void> {
    return new Promise((resolve, reject) => {
      const worker = this.#options.worker()
      const { start, config, reserved, neighbours } = this.#options
      const told = { config: config(), reserved: reserved(), neighbours: neighbours() }
      worker.postMessage({
        ...start,
        ...told,
        wakeFd: this.#wake.fd,
        open: this.#devices,
      } satisfies ThreadStart)
      let why = ''
      this.#lastBeatAt = performance.now()
      worker.on('message', (answer: Answer) => {
        this.#hear(answer)
        if (answer.id !== 0) return
        if (answer.kind === 'failed') {
          why = answer.message
          return reject(new Error(why))
        }
        this.#worker = worker
        this.#options.onStarted(answer.devices, this.#reason)
        resolve()
      })
      worker.on('error', (error: Error) => {
        why = error.message
        reject(error)
      })
      worker.on('exit', (code) => {
        reject(new Error(why || `ended with code ${code}`))
        this.#ended(worker, why || `ended with code ${code}`)
      })
    })
  }

  #hear(answer: Answer): void {
    if (answer.kind === 'done') this.#have(answer.devices, answer.watch)
    this.#settle(answer)
  }

  #have(devices: OpenDevice[], watch: number): void {
    this.#devices = devices
    this.#watched = watch
    this.#options.hold(devices)
  }

  #settle(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id)
    if (!waiting) return
    this.#waiting.delete(answer.id)
    clearTimeout(waiting.timer)
    if (answer.kind === 'done') waiting.resolve(answer)
    else waiting.reject(new Error(answer.message))
  }

  #ended(worker: Worker, reason: string): void {
    const served = this.#worker === worker
    this.#worker = null
    for (const id of [...this.#waiting.keys()])
      this.#settle({ kind: 'failed', id, message: `the packet thread ended: ${reason}` })
    if (this.#stopped || (!served && this.#watch === null)) return
    closeQuietly(this.#watched)
    this.#watched = -1
    this.#reason = reason
    this.#options.log(`packet thread: ${reason}; starting it again`)
    this.#pause = served ? FIRST_PAUSE_MS : Math.min(2 * this.#pause, LONGEST_PAUSE_MS)
    setTimeout(() => {
      if (!this.#stopped) this.#spawn().catch(() => undefined)
    }, this.#pause)
  }

  #checkHeartbeat(): void {
    const beat = this.#options.counters.gauges[GAUGE.heartbeat]!
    if (beat !== this.#lastBeat) {
      this.#lastBeat = beat
      this.#lastBeatAt = performance.now()
    } else if (this.#worker && performance.now() - this.#lastBeatAt > SILENCE_MS) {
      this.#options.log('packet thread: no sign of life; ending it')
      void this.#worker.terminate()
    }
  }
}

function closeQuietly(fd: number): void {
  try {
    closeSync(fd)
  } catch {
    // the thread had closed it already
  }
}

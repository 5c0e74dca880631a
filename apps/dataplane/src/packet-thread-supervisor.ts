/**
 * Keeps the packet thread alive and carries commands to it.
 *
 * A thread that ends by itself, or whose heartbeat stands still, is started again at once with the configuration of
 * that moment; it adopts the mapped table, so connections go on. Commands wait for their answer one by one in the
 * order they were posted; when the thread dies those that have none fail. The TUNs are persistent devices: they, and
 * the door's programs on them, stay while no thread holds them. What a dead thread held open is closed for it.
 */
import { closeSync } from 'node:fs'
import type { Worker } from 'node:worker_threads'
import { WakeUp } from '@bauta/tun-tap'
import { type Counters, GAUGE } from './counters.ts'
import type { PathConfig } from './path-config.ts'
import type { Answer, Command, CommandBody, OpenDevice, ThreadStart } from './thread-protocol.ts'

export type Done = Extract<Answer, { kind: 'done' }>

export interface SupervisorOptions {
  /** Makes a worker that waits for its ThreadStart. */
  worker: () => Worker
  start: Omit<ThreadStart, 'wakeFd' | 'config' | 'reserved'>
  counters: Counters
  /** The configuration that a (re)started thread begins with. */
  config: () => PathConfig
  /** What no LAN machine may be given as its port, from the first packet on. */
  reserved: () => number[]
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
  readonly #wake = new WakeUp()
  readonly #waiting = new Map<number, Waiting>()
  #worker: Worker | null = null
  #devices: OpenDevice[] = []
  #nextId = 1
  #stopped = false
  #pause = FIRST_PAUSE_MS
  #watch: NodeJS.Timeout | null = null
  #lastBeat = 0
  #lastBeatAt = 0
  #reason: string | null = null

  constructor(options: SupervisorOptions) {
    this.#options = options
  }

  /** @throws when the first thread cannot start: no TUN, no permission */
  async start(): Promise<void> {
    await this.#spawn()
    this.#watch = setInterval(() => this.#checkHeartbeat(), CHECK_MS)
  }

  send(body: CommandBody): Promise<Done> {
    const worker = this.#worker
    if (!worker) return Promise.reject(new Error('the packet thread is being started again'))
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
      const { start, config, reserved } = this.#options
      const told = { wakeFd: this.#wake.fd, config: config(), reserved: reserved() }
      worker.postMessage({ ...start, ...told } satisfies ThreadStart)
      let why = ''
      this.#lastBeatAt = performance.now()
      worker.on('message', (answer: Answer) => {
        if (answer.kind === 'done') this.#devices = answer.devices
        if (answer.id !== 0) return this.#settle(answer)
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
    for (const { fd } of this.#devices) closeQuietly(fd)
    this.#devices = []
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

/**
 * A daemon kept alive: started, watched, started again when it ends by itself.
 *
 * The pause before a restart begins at 200 ms and doubles to 10 s while the daemon keeps dying young; one that lived longer than
 * 10 s begins afresh. `stop` is final: SIGTERM, and SIGKILL to what still stands after two seconds.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { DaemonStatus } from '../services.ts'

const FIRST_PAUSE_MS = 200
const LONGEST_PAUSE_MS = 10_000
const SETTLED_MS = 10_000
const TERM_PATIENCE_MS = 2000
const LAST_WORDS_MS = 100

export interface ChildOptions {
  command: string
  /** An argument array: no shell is involved. */
  args: string[]
  /** Every line the daemon prints, on either output. */
  onLine: (line: string) => void
}

export class SupervisedChild {
  readonly #options: ChildOptions
  #child: ChildProcess | null = null
  #timer: NodeJS.Timeout | null = null
  #pause = FIRST_PAUSE_MS
  #stopped = false
  #lastLine = ''
  /** Whatever the clock of the box says meanwhile. */
  #began = 0
  startedAt: number | null = null
  /** How often it had to be started again. */
  restarts = 0
  /** Why it is not running, in words; null while it runs. */
  problem: string | null = null

  constructor(options: ChildOptions) {
    this.#options = options
    this.#start()
  }

  get pid(): number | null {
    return this.#child?.pid ?? null
  }

  /** @param name of the daemon, as people know it */
  status(name: string): DaemonStatus {
    const { pid, startedAt, restarts, problem } = this
    return { name, running: pid !== null, pid, startedAt, restarts, problem }
  }

  signal(name: NodeJS.Signals): void {
    this.#child?.kill(name)
  }

  stop(): Promise<void> {
    this.#stopped = true
    if (this.#timer) clearTimeout(this.#timer)
    const child = this.#child
    if (!child) return Promise.resolve()
    const kill = setTimeout(() => child.kill('SIGKILL'), TERM_PATIENCE_MS)
    const over = endOf(child).then(() => clearTimeout(kill))
    child.kill('SIGTERM')
    return over
  }

  #start(): void {
    const { command, args } = this.#options
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    this.#child = child
    this.startedAt = Date.now()
    this.#began = performance.now()
    this.problem = null
    for (const stream of [child.stdout, child.stderr])
      createInterface({ input: stream }).on('line', (line) => {
        this.#lastLine = line
        this.#options.onLine(line)
      })
    child.once('error', (error: NodeJS.ErrnoException) => {
      this.#ended(error.code === 'ENOENT' ? `${command} is not installed` : error.message)
    })
    void endOf(child).then(() => {
      const how = child.signalCode ?? `code ${child.exitCode}`
      this.#ended(`${command} ended with ${how}${this.#lastLine ? `: ${this.#lastLine}` : ''}`)
    })
  }

  #ended(problem: string): void {
    if (!this.#child) return // 'error' came before 'close'
    const lived = performance.now() - this.#began
    this.#child = null
    this.startedAt = null
    this.problem = problem
    if (this.#stopped) return
    this.#pause = lived > SETTLED_MS ? FIRST_PAUSE_MS : Math.min(this.#pause * 2, LONGEST_PAUSE_MS)
    this.#timer = setTimeout(() => {
      this.restarts++
      this.#start()
    }, this.#pause)
  }
}

/**
 * When it has ended and its last words were read. What it started itself may hold its outputs for much longer (dnsmasq answers each
 * TCP connection in a process of its own): that is no reason not to start it again.
 */
function endOf(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('close', () => resolve())
    child.once('exit', () => setTimeout(resolve, LAST_WORDS_MS))
  })
}

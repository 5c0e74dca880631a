/**
 * A daemon that outlives the dataplane: a kill -9 of this process must not take the household's lease or session down.
 *
 * It gets a session of its own and writes to a file, not into a pipe that would break. What runs is noted beside it (pid, the time
 * that process began, a print of what it was started with), so that the next dataplane either adopts it (same print) or ends
 * it. `stop` ends it for good; `leave` only looks away.
 *
 *   starts → runs → ended, told through `onEnd`; with `restart` it comes back by itself, 200 ms later, doubling to 10 s while it
 *   keeps dying young.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { startTimeOf } from '@bauta/tun-tap/process-start'
import type { DaemonStatus } from '../../services.ts'

const FIRST_PAUSE_MS = 200
const LONGEST_PAUSE_MS = 10_000
const SETTLED_MS = 10_000
const TERM_PATIENCE_MS = 3000
const LOOK_MS = 250
/** Above this the log begins anew. */
const LOG_LIMIT = 256 * 1024

export interface DaemonSpec {
  /** As people know it; also the name of its files. */
  name: string
  command: string
  args: string[]
  /** Where its log and its note lie. */
  folder: string
  /** Whatever else makes another one of it: the text of its configuration. */
  settings: string
  /** Comes back by itself when it ends. */
  restart: boolean
  /** How it is asked to end; SIGKILL follows. */
  endSignal?: NodeJS.Signals
}

/** What is known of a process whatever started it. */
interface Note {
  pid: number
  startTime: string
  print: string
  startedAt: number
}

/** @param ended with its exit code, or null where it was killed or not ours to wait for */
export type OnEnd = (exitCode: number | null) => void

export class LastingDaemon {
  readonly #spec: DaemonSpec
  readonly #onEnd: OnEnd
  #note: Note | null = null
  #child: ChildProcess | null = null
  #look: NodeJS.Timeout | null = null
  #again: NodeJS.Timeout | null = null
  #pause = FIRST_PAUSE_MS
  #stopped = false
  adopted = false
  restarts = 0
  problem: string | null = null

  private constructor(spec: DaemonSpec, onEnd: OnEnd) {
    this.#spec = spec
    this.#onEnd = onEnd
  }

  /** Adopts the one that runs with the very same settings, or ends it and starts anew. */
  static async start(spec: DaemonSpec, onEnd: OnEnd): Promise<LastingDaemon> {
    mkdirSync(spec.folder, { recursive: true, mode: 0o755 })
    const daemon = new LastingDaemon(spec, onEnd)
    const found = readNote(spec)
    if (found && found.print === printOf(spec)) {
      daemon.adopted = true
      daemon.#note = found
      daemon.#watch()
    } else {
      await endLeftBehind(spec)
      daemon.#spawn()
    }
    return daemon
  }

  get pid(): number | null {
    return this.#note?.pid ?? null
  }

  get startedAt(): number | null {
    return this.#note?.startedAt ?? null
  }

  status(): DaemonStatus {
    const { pid, startedAt, restarts, problem } = this
    return { name: this.#spec.name, running: pid !== null, pid, startedAt, restarts, problem }
  }

  signal(name: NodeJS.Signals): void {
    if (this.#note) kill(this.#note.pid, name)
  }

  /** @returns what it wrote lately */
  log(): string {
    try {
      return readFileSync(logOf(this.#spec), 'utf8')
    } catch {
      return ''
    }
  }

  /** Ends it; `onEnd` is not told. */
  async stop(): Promise<void> {
    this.leave()
    await endLeftBehind(this.#spec)
  }

  /** It goes on without us. */
  leave(): void {
    this.#stopped = true
    if (this.#look) clearInterval(this.#look)
    if (this.#again) clearTimeout(this.#again)
    this.#child?.unref()
  }

  #spawn(): void {
    const { command, args, name } = this.#spec
    const log = openSync(logOf(this.#spec), 'a', 0o600)
    ftruncateSync(log)
    const child = spawn(command, args, { detached: true, stdio: ['ignore', log, log] })
    closeSync(log)
    this.#child = child
    this.problem = null
    const startTime = child.pid === undefined ? null : startTimeOf(child.pid)
    if (child.pid !== undefined && startTime !== null) {
      this.#note = { pid: child.pid, startTime, print: printOf(this.#spec), startedAt: Date.now() }
      writeNote(this.#spec, this.#note)
    }
    child.once('error', (error: NodeJS.ErrnoException) => {
      this.#ended(null, error.code === 'ENOENT' ? `${command} is not installed` : error.message)
    })
    child.once('exit', (code, signal) => this.#ended(code, `${name} ended with ${signal ?? `code ${code}`}`))
    this.#watch()
  }

  /** An adopted one is no child of ours: its end must be looked for. */
  #watch(): void {
    if (this.#look) clearInterval(this.#look)
    this.#look = setInterval(() => {
      if (this.adopted && this.#note && !isAlive(this.#note)) this.#ended(null, `${this.#spec.name} ended`)
      this.#boundLog()
    }, LOOK_MS)
    this.#look.unref()
  }

  #ended(code: number | null, problem: string): void {
    const note = this.#note
    if (this.#stopped || (note === null && this.problem !== null)) return
    const lived = note ? Date.now() - note.startedAt : 0
    // What it had started for itself ends with it.
    if (note) killGroup(note.pid)
    this.#note = null
    this.adopted = false
    this.problem = problem
    if (this.#look) clearInterval(this.#look)
    removeNote(this.#spec)
    if (this.#spec.restart) this.#comeBack(lived > SETTLED_MS ? FIRST_PAUSE_MS : this.#pause * 2)
    this.#onEnd(code)
  }

  #comeBack(pause: number): void {
    this.#pause = Math.min(pause, LONGEST_PAUSE_MS)
    this.#again = setTimeout(() => {
      this.restarts++
      try {
        this.#spawn()
      } catch (error) {
        // No room for its log or its note, or no file to be opened any more: no reason for the dataplane to end with it.
        this.problem = `${this.#spec.name} cannot be started: ${(error as Error).message}`
        this.#comeBack(this.#pause * 2)
      }
    }, this.#pause)
  }

  #boundLog(): void {
    try {
      if (statSync(logOf(this.#spec)).size > LOG_LIMIT) writeFileSync(logOf(this.#spec), '')
    } catch {
      // no log, nothing to bound
    }
  }
}

/** Whether what an earlier dataplane started under this name still runs. */
export const isLeftBehind = (spec: Pick<DaemonSpec, 'name' | 'folder'>): boolean => readNote(spec) !== null

/** Ends what an earlier dataplane started under this name, whatever its settings. */
export async function endLeftBehind(
  spec: Pick<DaemonSpec, 'name' | 'folder' | 'endSignal'>,
): Promise<boolean> {
  const note = readNote(spec)
  if (!note) return false
  kill(note.pid, spec.endSignal ?? 'SIGTERM')
  const until = performance.now() + TERM_PATIENCE_MS
  while (isAlive(note)) {
    if (performance.now() > until) killGroup(note.pid)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  killGroup(note.pid)
  removeNote(spec)
  return true
}

const noteOf = ({ folder, name }: Pick<DaemonSpec, 'folder' | 'name'>) => join(folder, `${name}.json`)
const logOf = ({ folder, name }: Pick<DaemonSpec, 'folder' | 'name'>) => join(folder, `${name}.log`)

const printOf = ({ command, args, settings }: DaemonSpec): string =>
  createHash('sha256')
    .update(JSON.stringify([command, args, settings]))
    .digest('hex')

/** @returns null where nothing runs that fits the note */
function readNote(spec: Pick<DaemonSpec, 'folder' | 'name'>): Note | null {
  try {
    const note = JSON.parse(readFileSync(noteOf(spec), 'utf8')) as Note
    return isAlive(note) ? note : null
  } catch {
    return null
  }
}

function writeNote(spec: DaemonSpec, note: Note): void {
  const file = noteOf(spec)
  writeFileSync(`${file}.new`, JSON.stringify(note), { mode: 0o600 })
  renameSync(`${file}.new`, file)
}

const removeNote = (spec: Pick<DaemonSpec, 'folder' | 'name'>) => rmSync(noteOf(spec), { force: true })

const isAlive = ({ pid, startTime }: Note): boolean => startTimeOf(pid) === startTime

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // it ended meanwhile
  }
}

/** It was started in a group of its own. */
const killGroup = (pid: number): void => kill(-pid, 'SIGKILL')

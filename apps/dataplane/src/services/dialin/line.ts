/**
 * A line that answers: one daemon per call, which waits for it, lets in whoever knows an account, and ends with the call; then the next one
 * waits. Which daemon that is, and what its log means, is the protocol's affair (ppp-answering.ts, slip-answering.ts).
 *
 *   setup → waiting → answering → on → (ended, told) → setup …      failed: nobody can call; tried again all the time
 *   setup → open → (ended, told) → setup …                          SLIP over a cable, where nobody calls
 *
 * A call outlives a killed dataplane: the daemon runs on, who is on lies in a file, and the next dataplane adopts both.
 */
import {
  existsSync,
  type FSWatcher,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  watch,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { dialinDevice } from '@bauta/config'
import type { DialinLineStatus } from '@bauta/control/schemas'
import type { DaemonStatus } from '../../services.ts'
import { parseEnvironment } from '../internet/environment-file.ts'
import { endLeftBehind, LastingDaemon } from '../internet/lasting-daemon.ts'
import { momentOf, timeOf } from '../internet/moments.ts'
import { printable } from '../internet/pppd-log.ts'
import { ANSWERING_DAEMONS, type Answering } from './answering.ts'
import type { CallEnd } from './call-words.ts'
import type { DialinWish } from './pppd-config.ts'

export interface LineOptions {
  /** Of this line alone. */
  folder: string
  wish: DialinWish
  answering: Answering
  /** Somebody came, or went. */
  onChange: () => void
  log: (line: string) => void
}

/** Ends whatever a dataplane before left there, but for one daemon. */
export async function endLine(folder: string, but?: Answering['daemon']): Promise<void> {
  for (const name of ANSWERING_DAEMONS) if (name !== but) await endLeftBehind({ name, folder })
}

/** Where the daemon tells who is on; below the folder of the line. */
export const sessionOf = (folder: string): string => join(folder, 'session')

export class AnsweringLine {
  readonly #options: LineOptions
  readonly #session: string
  #daemon: LastingDaemon | null = null
  #watcher: FSWatcher | null = null
  /** Whoever is on, since a moment of moments.ts; without a name where nobody was asked for one. */
  #caller: { name: string | null; since: number } | null = null
  #last: DialinLineStatus['last'] = null
  /** Why nobody can call; null: somebody can, as far as is known. */
  #problem: string | null = null

  private constructor(options: LineOptions) {
    this.#options = options
    this.#session = sessionOf(options.folder)
  }

  /** Adopts the call that is on, or waits for one. */
  static async start(options: LineOptions): Promise<AnsweringLine> {
    const line = new AnsweringLine(options)
    await line.#start()
    return line
  }

  async #start(): Promise<void> {
    const { folder, answering } = this.#options
    const { daemon: name, command, files } = answering
    await endLine(folder, name)
    mkdirSync(folder, { recursive: true, mode: 0o755 })
    for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text, { mode: 0o600 })
    const [program, ...args] = command
    const settings = Object.values(files).join('')
    const spec = { name, command: program, args, folder, settings, restart: true }
    this.#daemon = await LastingDaemon.start(spec, (code) => this.#ended(code))
    if (!this.#daemon.adopted) rmSync(this.#session, { force: true })
    this.#watcher = watch(folder, (_, file) => {
      if (file === 'session') this.#look()
    })
    this.#look()
  }

  /** By name. */
  get caller(): string | null {
    return this.#caller?.name ?? null
  }

  /** Whether packets come and go: somebody is on, or at the cable. */
  get isOpen(): boolean {
    return this.#caller !== null
  }

  status(): DialinLineStatus {
    const { place, line } = this.#options.wish
    const { device, address } = line
    const common = { device, interface: dialinDevice(place), address, last: this.#last, caller: null }
    if (this.#caller) return { ...common, problem: null, ...told(this.#caller) }
    const state = this.#options.answering.stateOf(this.#daemon?.log() ?? '')
    // until the next try has come as far as the line can be seen to work
    const mended = this.#daemon?.pid != null && state !== 'setup'
    if (this.#problem !== null && !mended) return { ...common, state: 'failed', problem: this.#problem }
    return { ...common, state, problem: null }
  }

  /** That one waits for the next call after each is no restart that anybody should worry about. */
  daemon(): DaemonStatus[] {
    if (!this.#daemon) return []
    const { device } = this.#options.wish.line
    return [{ ...this.#daemon.status(), name: `${this.#options.answering.daemon} (${device})`, restarts: 0 }]
  }

  /** Hangs up, and answers no more. */
  async stop(): Promise<void> {
    this.#watcher?.close()
    await this.#daemon?.stop()
    rmSync(this.#session, { force: true })
  }

  /** A call that is on goes on without us. */
  leave(): void {
    this.#watcher?.close()
    this.#daemon?.leave()
  }

  #look(): void {
    const text = read(this.#session)
    if (text === null || this.#daemon?.pid == null || this.#caller) return
    const name = printable(parseEnvironment(text).get('PEERNAME') ?? '') || null
    this.#caller = { name, since: momentOf(statSync(this.#session).mtimeMs) }
    this.#problem = null
    const { device, address } = this.#options.wish.line
    this.#options.log(
      name === null
        ? `${device} is open: whoever is at its other end is in the house, as ${address}`
        : `${name} is on at ${device}, as ${address}`,
    )
    this.#options.onChange()
  }

  #ended(code: number | null): void {
    const { line } = this.#options.wish
    const log = this.#daemon?.log() ?? ''
    const wasOpen = this.isOpen
    const { caller } = this
    const missing = this.#daemon?.problem?.includes('not installed') ? this.#daemon.problem : null
    this.#caller = null
    rmSync(this.#session, { force: true })
    const end = missing
      ? ({ text: missing, kind: 'line' } as const)
      : this.#options.answering.endOf({ code, log, line, there: existsSync(line.device), caller })
    this.#note(end)
    if (wasOpen) this.#options.onChange()
  }

  #note(end: CallEnd | null): void {
    const { device } = this.#options.wish.line
    const problem = end?.kind === 'line' ? end.text : null
    // the same every few seconds, until somebody mends it
    if (end && end.text !== this.#problem) this.#options.log(`${device}: ${end.text}`)
    this.#problem = problem
    if (end && end.kind !== 'line')
      this.#last = { at: Date.now(), text: end.text, failed: end.kind === 'failed' }
  }
}

const told = ({ name, since }: { name: string | null; since: number }) =>
  name === null
    ? { state: 'open' as const }
    : { state: 'on' as const, caller: { name, since: timeOf(since) } }

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}

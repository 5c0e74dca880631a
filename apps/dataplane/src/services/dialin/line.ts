/**
 * A line that answers: one pppd per call, which waits for it, lets in whoever knows an account, and ends with the call; then the next one
 * waits. How a call ended is read from pppd's log.
 *
 *   setup → waiting → answering → on → (ended, told) → setup …      failed: nobody can call; tried again all the time
 *
 * A call outlives a killed dataplane: pppd runs on, who is on lies in a file, and the next dataplane adopts both.
 */
import {
  existsSync,
  type FSWatcher,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  watch,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { dialinDevice } from '@bauta/config'
import type { DialinLineStatus } from '@bauta/control/schemas'
import { asset } from '../../here.ts'
import type { DaemonStatus } from '../../services.ts'
import { parseEnvironment } from '../internet/environment-file.ts'
import { endLeftBehind, LastingDaemon } from '../internet/lasting-daemon.ts'
import { momentOf, timeOf } from '../internet/moments.ts'
import { printable } from '../internet/pppd-log.ts'
import { type CallEnd, endOfCall, stateOf } from './call-words.ts'
import { type DialinWish, renderChat, renderOptions } from './pppd-config.ts'

const HOOK = asset('services/internet/ppp-hook.sh')
const PRIVATE_ETC = asset('services/dialin/private-etc.sh')
const DAEMON = 'pppd'

/** @returns the command line of pppd. @param etc what it sees as /etc/ppp @param options its file */
export type PppdCommand = (etc: string, options: string) => readonly [string, ...string[]]

/**
 * In a mount namespace of its own; on the appliance, whose dataplane may make none, the system's secrets are links that lead to ours
 * (docker/image/rootfs.ts).
 * @param system the system's secrets
 */
export const realPppd = (etc: string, options: string, system = '/etc/ppp/chap-secrets') =>
  leadsTo(system) === join(etc, 'chap-secrets')
    ? (['pppd', 'file', options] as const)
    : (['unshare', '--mount', '--propagation', 'private', 'sh', PRIVATE_ETC, etc, options] as const)

function leadsTo(link: string): string | null {
  try {
    return readlinkSync(link)
  } catch {
    return null
  }
}

export interface LineOptions {
  /** Of this line alone. */
  folder: string
  /** What pppd sees as /etc/ppp. */
  etc: string
  wish: DialinWish
  pppd: PppdCommand
  /** Somebody came, or went. */
  onChange: () => void
  log: (line: string) => void
}

export const endLine = (folder: string): Promise<boolean> => endLeftBehind({ name: DAEMON, folder })

export class AnsweringLine {
  readonly #options: LineOptions
  readonly #files: { options: string; chat: string; session: string }
  #daemon: LastingDaemon | null = null
  #watcher: FSWatcher | null = null
  /** `since`: a moment of moments.ts */
  #caller: { name: string; since: number } | null = null
  #last: DialinLineStatus['last'] = null
  /** Why nobody can call; null: somebody can, as far as is known. */
  #problem: string | null = null

  private constructor(options: LineOptions) {
    this.#options = options
    const at = (file: string) => join(options.folder, file)
    this.#files = { options: at('options'), chat: at('chat'), session: at('session') }
  }

  /** Adopts the call that is on, or waits for one. */
  static async start(options: LineOptions): Promise<AnsweringLine> {
    const line = new AnsweringLine(options)
    await line.#start()
    return line
  }

  async #start(): Promise<void> {
    const { folder, etc, wish, pppd } = this.#options
    mkdirSync(folder, { recursive: true, mode: 0o755 })
    const chat = renderChat(wish.line)
    const options = renderOptions(wish, { hook: HOOK, ...this.#files })
    if (chat !== null) writeFileSync(this.#files.chat, chat, { mode: 0o600 })
    writeFileSync(this.#files.options, options, { mode: 0o600 })
    const [command, ...args] = pppd(etc, this.#files.options)
    const spec = {
      name: DAEMON,
      command,
      args,
      folder,
      settings: `${options}${chat}`,
      restart: true,
    }
    this.#daemon = await LastingDaemon.start(spec, (code) => this.#ended(code))
    if (!this.#daemon.adopted) rmSync(this.#files.session, { force: true })
    this.#watcher = watch(folder, (_, file) => {
      if (file === 'session') this.#look()
    })
    this.#look()
  }

  get caller(): string | null {
    return this.#caller?.name ?? null
  }

  status(): DialinLineStatus {
    const { place, line } = this.#options.wish
    const caller = this.#caller && { ...this.#caller, since: timeOf(this.#caller.since) }
    const { device, address } = line
    const common = { device, interface: dialinDevice(place), address, last: this.#last }
    if (caller) return { ...common, state: 'on', problem: null, caller }
    const state = stateOf(this.#daemon?.log() ?? '', line)
    // until the next try has come as far as the line can be seen to work
    const mended = this.#daemon?.pid != null && state !== 'setup'
    if (this.#problem !== null && !mended)
      return { ...common, state: 'failed', problem: this.#problem, caller }
    return { ...common, state, problem: null, caller }
  }

  /** That one waits for the next call after each is no restart that anybody should worry about. */
  daemon(): DaemonStatus[] {
    if (!this.#daemon) return []
    const { device } = this.#options.wish.line
    return [{ ...this.#daemon.status(), name: `${DAEMON} (${device})`, restarts: 0 }]
  }

  /** Hangs up, and answers no more. */
  async stop(): Promise<void> {
    this.#watcher?.close()
    await this.#daemon?.stop()
    rmSync(this.#files.session, { force: true })
  }

  /** A call that is on goes on without us. */
  leave(): void {
    this.#watcher?.close()
    this.#daemon?.leave()
  }

  #look(): void {
    const text = read(this.#files.session)
    if (text === null || this.#daemon?.pid == null || this.#caller) return
    const name = printable(parseEnvironment(text).get('PEERNAME') ?? '')
    this.#caller = { name: name || 'somebody', since: momentOf(statSync(this.#files.session).mtimeMs) }
    this.#problem = null
    const { device, address } = this.#options.wish.line
    this.#options.log(`${this.#caller.name} is on at ${device}, as ${address}`)
    this.#options.onChange()
  }

  #ended(code: number | null): void {
    const { line } = this.#options.wish
    const log = this.#daemon?.log() ?? ''
    const caller = this.#caller?.name ?? null
    const missing = this.#daemon?.problem?.includes('not installed') ? this.#daemon.problem : null
    this.#caller = null
    rmSync(this.#files.session, { force: true })
    const end = missing
      ? ({ text: missing, kind: 'line' } as const)
      : endOfCall({ code, log, line, there: existsSync(line.device), caller })
    this.#note(end)
    if (caller !== null) this.#options.onChange()
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

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}

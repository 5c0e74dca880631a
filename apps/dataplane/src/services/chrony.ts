/**
 * The clock: chronyd rendered from the settings and kept alive. It asks the servers, sets the clock where that is the box's, and
 * answers NTP in the home network only.
 *
 * A change means another file and a new process: chronyd keeps what it learnt of the clock's drift in a file of its own.
 */
import { execFile, execFileSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { formatNetwork, pathInterfaces, type Snapshot } from '@bauta/config'
import type { TimeStatus } from '@bauta/control/schemas'
import type { Links } from '../links.ts'
import { endOrphan } from '../orphans.ts'
import type { DaemonStatus, Service } from '../services.ts'
import { SupervisedChild } from './child.ts'
import { type ChronyContext, type ChronyPaths, renderChrony } from './chrony-config.ts'
import { parseSources, parseTracking } from './chrony-status.ts'

const COMMAND = 'chronyd'
const run = promisify(execFile)
const ASK_MS = 1500
/** capabilities(7) */
const CAP_SYS_TIME = 25n

export interface ChronyOptions {
  runDir: string
  stateDir: string
  /** As the command line says; without the capability it stays undone. */
  setsClock: boolean
  log: (line: string) => void
}

export class ChronyService implements Service {
  readonly name = 'The clock'
  readonly nouns = ['time'] as const
  readonly #options: ChronyOptions
  readonly #folder: string
  readonly #paths: ChronyPaths
  #child: SupervisedChild | null = null
  #text: string | null = null
  #refused: string | null = null
  #online = false
  #orphanEnded = false

  constructor(options: ChronyOptions) {
    this.#options = options
    this.#folder = path.join(options.runDir, 'chrony')
    this.#paths = {
      drift: path.join(options.stateDir, 'chrony', 'drift'),
      socket: path.join(this.#folder, 'chronyd.sock'),
      pid: path.join(this.#folder, 'chronyd.pid'),
    }
  }

  async apply(snapshot: Snapshot, links: Links): Promise<string[]> {
    await this.#endOrphan()
    const { time } = snapshot
    if (!time.enabled) return this.#switchOff()
    // Asked only where none runs: every change of the links comes by here, and nothing else can be done meanwhile.
    if (!this.#child?.pid && !isInstalled()) {
      this.#refused =
        'chronyd is not installed, so nobody sets the clock by the network or answers for the time'
      throw new Error(this.#refused)
    }
    this.#refused = null
    const context = chronyContext(snapshot, links, this.#options.setsClock && mayChangeClock())
    const text = renderChrony(time, context, this.#paths)
    const online = links.routes.some(({ mask }) => mask === 0)
    const cameOnline = online && !this.#online
    this.#online = online
    if (text !== this.#text || !this.#child) {
      const was = this.#child !== null
      await this.#stopChild()
      this.#start(text, context.setsClock)
      return [was ? 'time keeping started again' : 'time keeping started']
    }
    // Otherwise it waits minutes before it asks again for names that nobody answered.
    if (cameOnline) await this.#ask('refresh').catch(() => undefined)
    return []
  }

  async status(): Promise<TimeStatus> {
    const nothing = { synchronised: false, offset: null, sources: [] }
    if (!this.#child?.pid) {
      const problem = this.#child?.problem ?? this.#refused ?? 'the operating system keeps the clock'
      return { running: false, problem, ...nothing }
    }
    try {
      const [tracking, sources] = await Promise.all([this.#ask('tracking'), this.#ask('sources', '-a')])
      return { running: true, problem: null, ...parseTracking(tracking), sources: parseSources(sources) }
    } catch {
      return { running: true, problem: null, ...nothing }
    }
  }

  daemons(): DaemonStatus[] {
    return this.#child ? [this.#child.status('chronyd')] : []
  }

  async stop(): Promise<void> {
    await this.#stopChild()
  }

  async #switchOff(): Promise<string[]> {
    const was = this.#child !== null
    this.#refused = null
    await this.#stopChild()
    return was ? ['time keeping stopped: the operating system keeps the clock'] : []
  }

  #start(text: string, setsClock: boolean): void {
    const user = userOf()
    const file = path.join(this.#folder, 'chrony.conf')
    // Its user must be able to pass through to its own folder; what else is there it can neither list nor read.
    chmodSync(this.#options.stateDir, 0o711)
    for (const folder of [this.#folder, path.dirname(this.#paths.drift)]) {
      mkdirSync(folder, { recursive: true })
      // chronyd takes no socket folder that others may enter
      chmodSync(folder, 0o750)
      chownSync(folder, user.uid, user.gid)
    }
    writeFileSync(file, text, { mode: 0o644 })
    rmSync(this.#paths.socket, { force: true })
    this.#text = text
    this.#child = new SupervisedChild({
      command: COMMAND,
      // -x: the clock is left alone
      args: ['-d', '-f', file, '-u', user.name, ...(setsClock ? [] : ['-x'])],
      onLine: this.#options.log,
    })
  }

  async #stopChild(): Promise<void> {
    await this.#child?.stop()
    this.#child = null
    this.#text = null
  }

  async #ask(...words: string[]): Promise<string> {
    const { stdout } = await run('chronyc', ['-h', this.#paths.socket, '-c', '-N', ...words], {
      timeout: ASK_MS,
    })
    return stdout
  }

  async #endOrphan(): Promise<void> {
    if (this.#orphanEnded) return
    this.#orphanEnded = true
    await endOrphan(this.#paths.pid, this.#folder)
  }
}

export function chronyContext(snapshot: Snapshot, links: Links, setsClock: boolean): ChronyContext {
  const lan = pathInterfaces(snapshot).find(({ name, role }) => role === 'lan' && links.devices.has(name))
  const addresses = lan ? links.devices.get(lan.name)!.addresses : []
  const networks = addresses.map(({ address, mask }) =>
    formatNetwork({ address: (address & mask) >>> 0, mask }),
  )
  return { lanDevice: lan?.name ?? null, lanNetworks: [...new Set(networks)].sort(), setsClock }
}

function isInstalled(): boolean {
  try {
    execFileSync(COMMAND, ['-v'], { stdio: 'ignore' })
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOENT'
  }
}

function mayChangeClock(): boolean {
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
  return effective !== undefined && ((BigInt(`0x${effective}`) >> CAP_SYS_TIME) & 1n) === 1n
}

/** The one that Debian's package makes, else nobody. */
function userOf(): { name: string; uid: number; gid: number } {
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
  const found = users.find(([name]) => name === '_chrony') ?? users.find(([name]) => name === 'nobody')
  return { name: found?.[0] ?? 'root', uid: Number(found?.[2] ?? 0), gid: Number(found?.[3] ?? 0) }
}

/**
 * Traffic shaping in the kernel: queues where the line's traffic waits (queues.ts says which and why there).
 *
 * The kernel is asked each time what it has, and told only what differs: applying twice does nothing the second time, a PPP session
 * that was redialled gets its queue with the event that tells of the new device, and what a killed dataplane left is taken over as it
 * stands. Stopped cleanly, or switched off, every queue of ours goes away and the devices have what they had before.
 *
 * A kernel or a box that cannot do it is no reason to refuse settings, which may come out of a backup of another box: the status says what
 * is missing, nothing is shaped, and it is tried again with the next change.
 */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { connectionInUse, type Shaping, type Snapshot, shapedLineOf } from '@bauta/config'
import type { ShapingStatus } from '@bauta/control/schemas'
import type { Links } from '../../links.ts'
import type { DaemonStatus, Service } from '../../services.ts'
import { type MeasuredQueue, measuresOf } from './measures.ts'
import { isOurs, type KernelQueue, type Queue, queuesOf, stepAway, stepsTo, type TcStep } from './queues.ts'

const execute = promisify(execFile)
const ASK_MS = 5000

/** Runs `tc`; tests put something simpler in its place. */
export type Tc = (words: string[]) => Promise<string>

const realTc: Tc = async (words) =>
  (await execute('tc', words, { timeout: ASK_MS, maxBuffer: 1 << 24, env: { ...process.env, LC_ALL: 'C' } }))
    .stdout

export interface ShapingOptions {
  /** Tells the door whether queues want to know whose a packet is. */
  setShaped: (on: boolean) => void
  log: (line: string) => void
  tc?: Tc
}

export class ShapingService implements Service {
  readonly name = 'Traffic shaping'
  readonly nouns = ['shaping'] as const
  readonly #options: ShapingOptions
  readonly #tc: Tc
  #wanted: Queue[] = []
  #missing: string[] = []
  #settings: { shaping: Shaping; connection: string } | null = null
  #problem: string | null = null
  /** Something of ours may stand in the kernel; not known before the first look. */
  #mayStand = true

  constructor(options: ShapingOptions) {
    this.#options = options
    this.#tc = options.tc ?? realTc
  }

  async apply(snapshot: Snapshot, links: Links): Promise<string[]> {
    const all = queuesOf(snapshot)
    this.#settings = { shaping: snapshot.shaping, connection: connectionInUse(snapshot.internet).name }
    this.#wanted = all.filter(({ device }) => links.devices.has(device))
    this.#missing = all.filter(({ device }) => !links.devices.has(device)).map(({ device }) => device)
    if (all.length === 0) return this.#takeAway()
    try {
      const done = await this.#makeTrue()
      this.#problem = null
      return done
    } catch (error) {
      return this.#fail(wordsOf(error))
    }
  }

  /** What is in force, as the kernel says it now. */
  async status(): Promise<ShapingStatus> {
    const queues = this.#problem === null && this.#wanted.length > 0 ? await this.#measure() : []
    const connection = this.#settings?.connection ?? ''
    return { connection, state: this.#state(queues), problem: this.#problem, queues }
  }

  daemons(): DaemonStatus[] {
    return []
  }

  async stop(): Promise<void> {
    this.#wanted = []
    await this.#takeAway()
  }

  /** Where nothing is wanted. Once is enough: what cannot be taken away now will not be a moment later. */
  async #takeAway(): Promise<string[]> {
    this.#problem = null
    if (!this.#mayStand) return []
    try {
      return await this.#makeTrue()
    } catch (error) {
      this.#mayStand = false
      this.#options.log(`queues of traffic shaping may stand still: ${wordsOf(error)}`)
      return []
    }
  }

  async #makeTrue(): Promise<string[]> {
    const kernel = await this.#kernelQueues()
    const devices = new Set(this.#wanted.map(({ device }) => device))
    const strays = kernel.filter((queue) => isOurs(queue) && !devices.has(queue.dev))
    this.#mayStand = true
    this.#options.setShaped(this.#wanted.length > 0)
    for (const { dev } of strays) await this.#tell(stepAway(dev), dev)
    const done: string[] = []
    for (const queue of this.#wanted) {
      const steps = stepsTo(queue, kernel)
      for (const step of steps) await this.#tell(step, queue.device)
      if (steps.length > 0) done.push(`${queue.direction} held to ${queue.kbit} kbit/s at ${queue.device}`)
    }
    this.#mayStand = this.#wanted.length > 0
    return [...strays.map(({ dev }) => `${dev} is no longer shaped`), ...done]
  }

  /** A device that went meanwhile took its queue along, and the event that tells of it is on its way. */
  async #tell(step: TcStep, device: string): Promise<void> {
    try {
      await this.#tc(step)
    } catch (error) {
      if (saidBy(error).includes(`Cannot find device "${device}"`)) return
      throw error
    }
  }

  /** Half of it would be worse than nothing: the queues that stand are taken away again. */
  async #fail(problem: string): Promise<string[]> {
    const again = problem === this.#problem
    this.#problem = problem
    this.#wanted = []
    await this.#makeTrue().catch(() => undefined)
    if (again) return []
    this.#options.log(`nothing is shaped: ${problem}`)
    return [`nothing is shaped: ${problem}`]
  }

  async #kernelQueues(): Promise<KernelQueue[]> {
    return JSON.parse((await this.#tc(['-j', 'qdisc', 'show'])) || '[]') as KernelQueue[]
  }

  async #measure(): Promise<MeasuredQueue[]> {
    try {
      return measuresOf(await this.#tc(['-s', '-j', 'qdisc', 'show']), this.#wanted)
    } catch (error) {
      this.#options.log(`the queues cannot be asked: ${wordsOf(error)}`)
      return []
    }
  }

  #state(queues: readonly MeasuredQueue[]): ShapingStatus['state'] {
    const { shaping, connection } = this.#settings ?? {}
    if (!shaping?.enabled || connection === undefined) return 'off'
    if (!shapedLineOf(shaping, connection)) return 'unset'
    if (this.#problem !== null) return 'failed'
    const complete = queues.length > 0 && queues.length === this.#wanted.length
    return complete && this.#missing.length === 0 ? 'on' : 'waiting'
  }
}

const saidBy = (error: unknown): string =>
  ((error as { stderr?: string }).stderr?.trim() || (error as Error).message).replace(/^Error: /, '')

/** What tc says of a kernel that cannot, in words that help. */
function wordsOf(error: unknown): string {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT')
    return 'the program tc is missing; install the package iproute2'
  const said = saidBy(error)
  if (/Specified qdisc kind is unknown|Unknown qdisc "cake"/.test(said))
    return 'this kernel has no cake (the modules sch_cake, sch_prio and cls_bpf are needed)'
  return `tc says: ${said}`
}

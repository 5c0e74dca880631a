/** Bulk TCP through the router, by iperf3. */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { Lab } from '../lab/lab.ts'
import { type Host, SERVERS, SERVICES } from '../lab/plan.ts'
import { sleep } from '../lab/shell.ts'

/** Set on both ends by iperf3 itself, because a namespace may not have every algorithm as its default. */
export const CONGESTION_CONTROL = 'cubic'
/** What iperf3 may take beyond its own time before it is ended. */
const GRACE_SECONDS = 10
/** Slow start is over, in a lab. */
const UNDER_WAY_MS = 500

export interface BulkOrder {
  streams: number
  direction: 'up' | 'down' | 'both'
  /** Whole ones: iperf3 knows no others. */
  seconds: number
  /** Bits a second that are offered; as many as go where absent. */
  rate?: number
}

/** The end of iperf3's report, as far as it is read here. */
interface Report {
  error?: string
  end: {
    sum_received: { bits_per_second: number; bytes: number }
    sum_received_bidir_reverse?: { bits_per_second: number }
    sender_tcp_congestion?: string
    receiver_tcp_congestion?: string
  }
}

export interface Arrived {
  /** Bits a second that arrived, of both directions together. */
  rate: number
  bits: number
}

const DIRECTIONS = { up: [], down: ['-R'], both: ['--bidir'] }

function command({ streams, direction, seconds, rate }: BulkOrder): string[] {
  const server = ['-c', SERVERS['www.example.org'], '-p', String(SERVICES.iperf3)]
  const pace = rate === undefined ? [] : ['-b', String(rate)]
  const words = ['iperf3', '-J', ...server, '-C', CONGESTION_CONTROL, '-t', String(seconds)]
  const bound = ['timeout', String(seconds + GRACE_SECONDS)]
  return [...bound, ...words, '-P', String(streams), ...DIRECTIONS[direction], ...pace]
}

/** @throws where a transfer failed or used another congestion control */
export function read(said: string, direction: BulkOrder['direction']): Arrived {
  const { error, end } = JSON.parse(said) as Report
  if (error !== undefined) throw new Error(`iperf3: ${error}`)
  for (const used of [end.sender_tcp_congestion, end.receiver_tcp_congestion])
    if (used !== CONGESTION_CONTROL) throw new Error(`iperf3 used ${used} instead of ${CONGESTION_CONTROL}`)
  const back = direction === 'both' ? end.sum_received_bidir_reverse!.bits_per_second : 0
  return { rate: end.sum_received.bits_per_second + back, bits: end.sum_received.bytes * 8 }
}

export function transfer(lab: Lab, order: BulkOrder): Arrived {
  return read(lab.run('lan1', command(order)), order.direction)
}

/** ARP, JIT and TCP metrics are warm before anything counts. */
export function warmUp(lab: Lab): void {
  transfer(lab, { streams: 1, direction: 'both', seconds: 1 })
}

/** A transfer beside which something else is measured. */
export class TransferBeside {
  readonly #child: ChildProcess
  #said = ''
  #complaint = ''

  private constructor(child: ChildProcess) {
    this.#child = child
    child.stdout!.on('data', (text) => {
      this.#said += text
    })
    child.stderr!.on('data', (text) => {
      this.#complaint += text
    })
  }

  /** @returns once it is under way */
  static async begin(lab: Lab, host: Host, order: BulkOrder): Promise<TransferBeside> {
    const beside = new TransferBeside(lab.spawn(host, command(order), { stdio: ['ignore', 'pipe', 'pipe'] }))
    await sleep(UNDER_WAY_MS)
    beside.#check()
    return beside
  }

  /** @throws where it had ended before what was measured beside it did */
  async end(): Promise<void> {
    // what happened while this process waited for another is told to it only now
    await sleep(0)
    this.#check()
    this.#child.kill('SIGINT')
    await once(this.#child, 'close')
  }

  #check(): void {
    if (this.#child.exitCode === null && this.#child.signalCode === null) return
    const why = this.#complaint.trim() || this.#said.trim().slice(-300)
    throw new Error(`the transfer beside ended before its time: ${why}`)
  }
}

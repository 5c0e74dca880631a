/**
 * Who is there: the kernel's neighbours, IPv4 address to hardware address.
 *
 * As with links.ts, `ip monitor` says that something changed and `ip -j` says how things are. Neighbours change their state all the
 * time in a lively house: the first event after a quiet moment is read at once, those that follow wait their turn.
 */
import { execFile } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { promisify } from 'node:util'
import { normalMac, parseAddress } from '@bauta/config'
import { IpMonitor } from '../ip-monitor.ts'

export interface Neighbour {
  address: string
  mac: string
  device: string
  /** It answered, or something that came from it proved that it is there. */
  reachable: boolean
}

interface IpNeighbour {
  dst: string
  dev: string
  lladdr?: string
  state?: string[]
}

const THERE = ['REACHABLE', 'DELAY', 'PROBE', 'PERMANENT']

/** @param text of `ip -j -4 neigh` */
export function parseNeighbours(text: string): Neighbour[] {
  return (JSON.parse(text || '[]') as IpNeighbour[]).flatMap(({ dst, dev, lladdr, state = [] }) => {
    const mac = normalMac(lladdr ?? '')
    if (!mac || parseAddress(dst) === null || state.includes('FAILED')) return []
    return [{ address: dst, mac, device: dev, reachable: state.some((one) => THERE.includes(one)) }]
  })
}

const run = promisify(execFile)
const BURST_MS = 15
/** Each look is a process: in a house of fifty machines there is always something new. */
const APART_MS = 2000
const ANYWAY_MS = 10_000

export class NeighbourWatcher extends EventEmitter<{ change: [Neighbour[]] }> {
  current: Neighbour[] = []
  #print = ''
  readonly #monitor = new IpMonitor({ words: ['-4', 'monitor', 'neigh'], onEvent: () => this.#soon() })
  #pending: NodeJS.Timeout | null = null
  #anyway: NodeJS.Timeout | null = null
  #readAt = 0
  #stopped = false

  start(): void {
    this.#monitor.start()
    this.#anyway = setInterval(() => this.#soon(), ANYWAY_MS)
    this.#soon()
  }

  stop(): void {
    this.#stopped = true
    for (const timer of [this.#pending, this.#anyway]) if (timer) clearTimeout(timer)
    this.#monitor.stop()
  }

  #soon(): void {
    const wait = Math.max(BURST_MS, this.#readAt + APART_MS - performance.now())
    if (!this.#stopped) this.#pending ??= setTimeout(() => void this.#read(), wait)
  }

  async #read(): Promise<void> {
    try {
      this.#readAt = performance.now()
      const { stdout } = await run('ip', ['-j', '-4', 'neigh'], { maxBuffer: 1 << 24 })
      // from here on an event means that this reading is old
      this.#pending = null
      if (stdout === this.#print || this.#stopped) return
      this.#print = stdout
      this.current = parseNeighbours(stdout)
      this.emit('change', this.current)
    } catch {
      // the slow timer looks again
      this.#pending = null
    }
  }
}

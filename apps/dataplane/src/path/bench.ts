/** The packet path between memory devices, for tests: a box with two LANs, a WAN, and a clock that is turned by hand. */
import { compileChains } from '@bauta/chains'
import { defaultSnapshot, parseAddress, type Snapshot } from '@bauta/config'
import { ConnectionTable, Masquerader, tableBytes } from '@bauta/masq'
import { MAX_FRAME, MemoryDevice } from '@bauta/tun-tap'
import { Counters, countersBytes } from '../counters.ts'
import { DROP_REASONS } from '../drop-reasons.ts'
import type { DeviceLink, Links } from '../links.ts'
import type { PacketLog } from '../packet-log.ts'
import { Path } from '../path.ts'
import { interfaceTable, type PathConfig, pathConfig } from '../path-config.ts'
import { RuleSlots } from '../rule-slots.ts'
import { Carrier } from './carrier.ts'
import { BOX } from './crossing.ts'
import { KernelDouble } from './kernel-double.ts'

export const LAN = 0
export const WAN = 1
export const LAN2 = 2
const NAMES = ['lan0', 'wan0', 'lan2']

export interface BenchOptions {
  snapshot?: Snapshot
  wanAddress?: string | null
  wanMtu?: number
  capacity?: number
  /** Name servers of the line. */
  servers?: readonly string[]
  /** How often the rules were read again. */
  reading?: number
  /** With the kernel's part: what is decided is carried as early as can be, by a double of the door. */
  carried?: boolean
}

export const benchSnapshot = (): Snapshot =>
  defaultSnapshot([
    { name: 'lan0', role: 'lan' },
    { name: 'wan0', role: 'wan' },
    { name: 'lan2', role: 'lan' },
  ])

const address = (text: string): number => parseAddress(text)!

function device(name: string, ifindex: number, own: string | null, mtu = 1500): DeviceLink {
  const addresses = own ? [{ address: address(own), mask: 0xffffff00, bits: 24 }] : []
  return { name, ifindex, up: true, mtu, mac: null, addresses }
}

export function benchLinks({ wanAddress = '198.51.100.2', wanMtu = 1500 }: BenchOptions = {}): Links {
  const list = [
    device('lan0', 2, '192.168.77.1'),
    device('wan0', 3, wanAddress, wanMtu),
    device('lan2', 4, '192.168.78.1'),
  ]
  const routes = list.flatMap((link) =>
    link.addresses.map((own) => ({
      network: (own.address & own.mask) >>> 0,
      mask: own.mask,
      device: link.name,
      gateway: null,
    })),
  )
  return { devices: new Map(list.map((link) => [link.name, link])), routes }
}

export function benchConfig(options: BenchOptions, slots: RuleSlots): PathConfig {
  const snapshot = options.snapshot ?? benchSnapshot()
  const { servers = [], reading = 0 } = options
  return pathConfig(1, snapshot, benchLinks(options), slots.assign(snapshot.rules), { servers, reading })
}

/** Random numbers that are the same in every run; a copy goes on from where the original is. */
export class Lottery {
  #state: number
  constructor(state = 1) {
    this.#state = state
  }
  next = (): number => {
    this.#state = Math.imul(this.#state, 1103515245) + 12345
    return this.#state
  }
  copy(): () => number {
    return new Lottery(this.#state).next
  }
}

export class Bench {
  readonly random = new Lottery()
  readonly counters = new Counters(new ArrayBuffer(countersBytes))
  readonly table: ConnectionTable
  readonly masq: Masquerader
  readonly path: Path
  readonly devices = NAMES.map((name) => new MemoryDevice(`m-${name}`))
  readonly box = new MemoryDevice('m-box')
  readonly #slots = new RuleSlots(this.counters)
  readonly #buffer = new Uint8Array(MAX_FRAME)
  readonly kernel: KernelDouble | null = null
  readonly #carrier: Carrier | null = null
  #config: PathConfig | null = null
  now = 1000

  constructor(options: BenchOptions = {}, log?: PacketLog) {
    const capacity = options.capacity ?? 1024
    this.table = new ConnectionTable(new ArrayBuffer(tableBytes(capacity)), { capacity, hashSeed: 7 })
    this.masq = new Masquerader(this.table, { random: this.random.next })
    const config = benchConfig(options, this.#slots)
    this.path = new Path(this.table, this.masq, this.counters, config, 3, log)
    if (options.carried) {
      this.kernel = new KernelDouble(this.table)
      this.#carrier = new Carrier(this.table, this.masq, this.counters, this.kernel, config)
      this.path.carryBy(this.#carrier)
    }
    this.configure(options)
    this.path.connect(this.devices, this.box)
  }

  configure(options: BenchOptions): PathConfig {
    const config = benchConfig(options, this.#slots)
    if (this.kernel) config.offload = 'on'
    this.#carrier?.configure(config)
    this.masq.configure(config, this.now)
    this.path.configure(config)
    this.#config = config
    if (config.wanAddress !== 0 && config.ports.linkDown !== 'keep')
      this.masq.retainOnly(config.wanAddress, this.now)
    return config
  }

  /** The same once more, as another revision, and as it comes from another thread. */
  configureAgain(): void {
    const config = structuredClone(this.#config!)
    config.revision++
    this.#carrier?.configure(config)
  }

  /** @param from interface index or BOX */
  receive(from: number, frame: Uint8Array): void {
    this.#buffer.set(frame)
    if (!this.#carry(from, frame.length)) this.path.receive(from, this.#buffer, frame.length, this.now)
    this.#carrier?.turn(this.now, 0, true)
  }

  /** What the kernel carries is written to the device that the path would have written it to. */
  #carry(from: number, length: number): boolean {
    if (this.kernel === null || from === BOX) return false
    const frame = this.#buffer.subarray(0, length)
    const way = this.path.crossing.interfaces[from]!
    if (!this.kernel.carry(way.ifindex, from === WAN, frame, this.now)) return false
    this.devices[from]!.write(frame, length)
    return true
  }

  /** What the kernel has carried is in the counters, the table and the timers. */
  settle(): void {
    this.#carrier?.turn(this.now, 1000, true)
  }

  /** @returns everything written since the last call, with the device it was written to */
  taken(): { device: string; frame: Uint8Array }[] {
    return [...this.devices, this.box].flatMap((from) =>
      from.takeFrames().map((frame) => ({ device: from.name.slice(2), frame })),
    )
  }

  /** @returns drop reasons that happened, with their counts */
  drops(): Record<string, number> {
    this.path.tick(this.now)
    const found = DROP_REASONS.map(({ name }, code) => [name, this.counters.drops[code]!] as const)
    return Object.fromEntries(found.filter(([, packets]) => packets > 0))
  }

  passTime(seconds: number): void {
    const until = this.now + seconds * 100
    for (; this.now < until; this.now = Math.min(until, this.now + 50)) {
      this.#carrier?.turn(this.now, 50, true)
      this.masq.expire(this.now, 1 << 20)
      this.path.tick(this.now)
    }
  }
}

export const indexOf = (name: string): number => (name === 'box' ? BOX : NAMES.indexOf(name))

/** Chains that count nothing, for judging only. */
export const compileOnly = (snapshot: Snapshot) =>
  compileChains(
    snapshot.rules,
    interfaceTable(snapshot),
    () => -1,
    () => -1,
  )

/** A packet thread's parts over kept memory, with devices that keep nothing: what packet-thread.ts puts together, without a kernel. */
import { ConnectionTable, Masquerader } from '@bauta/masq'
import { type Device, MAX_FRAME } from '@bauta/tun-tap'
import { Counters } from '../counters.ts'
import { benchConfig, LAN, WAN } from '../path/bench.ts'
import { Carrier } from '../path/carrier.ts'
import { KernelDouble } from '../path/kernel-double.ts'
import { Path } from '../path.ts'
import { RuleSlots } from '../rule-slots.ts'
import { CAPACITY, type Kept, TOLD } from './kept.ts'
import { addressed, type Packet, type World, worldSnapshot } from './worlds.ts'

const ICMP = 1
const ECHO = 8

/** Counts what leaves it and belongs to a connection. */
class Sink implements Device {
  readonly name = 'sink'
  readonly fd = -1
  readonly #told: Float64Array
  readonly #place: number

  constructor(told: Float64Array, place: number) {
    this.#told = told
    this.#place = place
  }
  read(): number {
    return 0
  }
  write(buffer: Uint8Array, length: number): number {
    const error = buffer[19] === ICMP && buffer[30] !== ECHO
    if (!error) this.#told[this.#place]!++
    return length
  }
  close(): void {}
}

export class Box {
  readonly table: ConnectionTable
  readonly masq: Masquerader
  readonly counters: Counters
  readonly #kept: Kept
  readonly #path: Path
  readonly #carrier: Carrier
  readonly #kernel: KernelDouble
  readonly #ways: number[]
  readonly #buffer = new Uint8Array(MAX_FRAME)

  /** Takes over what the memory holds. */
  constructor(kept: Kept, world: World, random: () => number) {
    this.#kept = kept
    this.counters = new Counters(kept.counters)
    const config = benchConfig({ snapshot: worldSnapshot(world) }, new RuleSlots(this.counters))
    config.offload = 'on'
    this.table = new ConnectionTable(kept.table, { capacity: CAPACITY, hashSeed: 77, bootId: 5 })
    this.masq = new Masquerader(this.table, { random })
    this.masq.configure(config, this.now)
    this.#path = new Path(this.table, this.masq, this.counters, config, 3)
    this.#kernel = new KernelDouble(this.table, kept.kernel)
    this.#carrier = new Carrier(this.table, this.masq, this.counters, this.#kernel, config)
    this.#path.carryBy(this.#carrier)
    // What goes to the Internet is written to the device that it came in by, and the kernel routes it.
    const [out, back] = [new Sink(kept.told, TOLD.out), new Sink(kept.told, TOLD.in)]
    this.#path.connect([out, back, out], out)
    this.#ways = config.interfaces.map(({ ifindex }) => ifindex)
  }

  get now(): number {
    return this.#kept.told[TOLD.now]!
  }

  /** One packet, which the kernel carries where it may. */
  receive(packet: Packet): void {
    const { told } = this.#kept
    told[TOLD.packets]!++
    const length = addressed(packet, this.table, this.#buffer)
    if (length === 0) return
    const frame = this.#buffer.subarray(0, length)
    if (this.#kernel.carry(this.#ways[packet.from]!, packet.from === WAN, frame, this.now))
      told[packet.from === LAN ? TOLD.out : TOLD.in]!++
    else this.#path.receive(packet.from, this.#buffer, length, this.now)
    this.#carrier.turn(this.now, 0, true)
  }

  /** Time passes; what is over ends. */
  wait(ticks: number): void {
    this.#kept.told[TOLD.now]! += ticks
    this.#carrier.turn(this.now, ticks, true)
    this.masq.expire(this.now, 1 << 20)
    this.#path.tick(this.now)
  }
}

/**
 * The packet thread: reads packets from the TUNs in batches, lets path.ts decide, and does nothing else.
 *
 * One endless loop without promises. Per round: up to BATCH packets of every device in turn (so that no device can
 * starve another), then one slice of expiry, then the commands that came meanwhile, then the clock. When no device had
 * anything the thread sleeps in poll(2), or asks again at once while packets come close together (patience.ts); a
 * command rings the eventfd in the same set. Every round writes the tick into
 * the heartbeat that the door looks at: a thread that hangs is noticed by the kernel within a second.
 *
 * The connection table and the counters are mapped files: a thread that died is started again and adopts them.
 */
import { randomInt } from 'node:crypto'
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads'
import {
  awaitQueues,
  BOX_TUN,
  Hops,
  mapHops,
  mapPassed,
  mapQueues,
  mapTable,
  mapTallies,
  PassedFlows,
  SharedState,
  Tallies,
  UpQueues,
} from '@bauta/door'
import { type Announcement, ConnectionTable, Masquerader, SLOTS_PER_BUCKET } from '@bauta/masq'
import { type Device, MAX_FRAME, mapFile, monotonicTicks, openTun, Poller, WakeUp } from '@bauta/tun-tap'
import { AddressWatch } from './address-watch.ts'
import { Counters, countersBytes, GAUGE } from './counters.ts'
import { Tap } from './monitor/tap.ts'
import { PacketLog } from './packet-log.ts'
import { Carrier } from './path/carrier.ts'
import { BOX } from './path/crossing.ts'
import { Path } from './path.ts'
import type { PathConfig } from './path-config.ts'
import { Patience } from './patience.ts'
import { randomWords } from './random-words.ts'
import type { Answer, Command, OpenDevice, ThreadStart } from './thread-protocol.ts'

/** Packets of one device before the next has its turn. */
const BATCH = 64
/** The longest sleep: keeps the heartbeat fresh and the timers moving. */
const SLEEP_MS = 100
/** Slots looked at per tick: a table of 131072 is gone through in about a second. */
const EXPIRY_BUDGET = 1024
/** Places in the poll set. */
const WAKE = 0
const ADDRESSES = 1
const FIRST_DEVICE = 2
/** Ticks of expiry that are made up for after a pause. */
const MOST_SLICES = 16

export class PacketThread {
  readonly #port: MessagePort
  readonly #offload: number
  /** TUNs that were open when the thread began. */
  readonly #given: ReadonlyMap<string, number>
  readonly #wake: WakeUp
  readonly #addresses = new AddressWatch()
  readonly #masq: Masquerader
  readonly #table: ConnectionTable
  readonly #counters: Counters
  readonly #path: Path
  readonly #carrier: Carrier
  readonly #shared: SharedState
  readonly #queues: UpQueues
  readonly #buffer = new Uint8Array(MAX_FRAME)
  readonly #open = new Map<string, Device>()
  #devices: Device[] = []
  #from: number[] = []
  /** By which numbers the door knows the devices. */
  #queueOf: number[] = []
  #poller: Poller
  /** The address that the connections in the table have. */
  #wanAddress = 0
  /** The address that the configuration names. */
  #configuredWan = 0
  #now = monotonicTicks()
  #lastSlice = this.#now
  #running = true
  /** Between the path and the devices while somebody watches. */
  #tap: Tap | null = null
  #config: PathConfig
  readonly #patience = new Patience()
  /** Whether every device was read empty in this round. */
  #drained = true

  constructor(start: ThreadStart, port: MessagePort) {
    this.#port = port
    this.#offload = start.offload
    this.#given = new Map(start.open.map(({ name, fd }) => [name, fd]))
    this.#wake = new WakeUp(start.wakeFd)
    this.#shared = new SharedState(start.maps)
    this.#queues = new UpQueues(mapQueues(start.maps))
    this.#counters = new Counters(mapFile(start.countersFile, countersBytes))
    const { capacity, hashSeed, bootId } = start
    const memory = mapTable(start.tableFile, start.maps, capacity)
    this.#table = new ConnectionTable(memory, { capacity, hashSeed, bootId })
    this.#masq = new Masquerader(this.#table, { random: randomWords() })
    this.#masq.configure(start.config, this.#now)
    this.#reserve(start.reserved, true)
    this.#path = new Path(
      this.#table,
      this.#masq,
      this.#counters,
      start.config,
      randomInt(0x1_0000_0000),
      new PacketLog(start.log),
    )
    this.#path.setNeighbours(start.neighbours.addresses, start.neighbours.macs)
    this.#openDevices(start.config)
    // Whatever hangs at the devices knows now that somebody reads, and what it sends up waits: connections can be taken back from the kernel.
    awaitQueues(this.#open.keys())
    this.#shared.beat(monotonicTicks())
    this.#carrier = this.#carryBy(start)
    this.#path.carryBy(this.#carrier)
    this.#path.notePassed(new PassedFlows(mapPassed(start.maps), this.#table.hashSeed))
    this.#poller = new Poller([])
    this.#config = start.config
    this.#configure(start.config)
  }

  #carryBy({ maps, capacity, config }: ThreadStart): Carrier {
    const shared = this.#shared
    shared.setTable(this.#table.hashSeed, capacity / SLOTS_PER_BUCKET)
    const kernel = {
      hops: new Hops(mapHops(maps)),
      tallies: new Tallies(mapTallies(maps, capacity)),
      setCarrying: (on: boolean) => shared.setCarrying(on),
    }
    return new Carrier(this.#table, this.#masq, this.#counters, kernel, config)
  }

  /** TUNs that were opened stay open, also when their interface goes out of use: somebody may keep them open as well. */
  get devices(): OpenDevice[] {
    return [...this.#open.values()].map(({ name, fd }) => ({ name, fd }))
  }

  /** What else is to be closed should this thread die. */
  get watch(): number {
    return this.#addresses.fd
  }

  run(): void {
    while (this.#running) {
      const started = performance.now()
      this.#now = monotonicTicks()
      this.#shared.beat(this.#now)
      this.#counters.gauges[GAUGE.heartbeat] = this.#now
      if (this.#poller.ready(ADDRESSES)) this.#addressesChanged()
      const carried = this.#round()
      this.#expire()
      if (this.#poller.ready(WAKE)) this.#commands()
      const ended = performance.now()
      if (carried > 0) this.#counters.gauges[GAUGE.busy]! += ended - started
      this.#poller.wait(this.#patience.asksAgain(carried, started, ended) ? 0 : SLEEP_MS)
    }
  }

  /** @returns packets carried */
  #round(): number {
    let carried = 0
    this.#drained = true
    const devices = this.#devices
    for (let i = 0; i < devices.length; i++) {
      const packets = this.#poller.ready(FIRST_DEVICE + i) ? this.#batch(devices[i]!, this.#from[i]!) : 0
      if (packets < BATCH) this.#queues.empty(this.#queueOf[i]!)
      else {
        this.#drained = false
        this.#queues.took(this.#queueOf[i]!, BATCH)
      }
      carried += packets
    }
    return carried
  }

  /** @returns packets carried; fewer than BATCH where there were no more */
  #batch(device: Device, from: number): number {
    const buffer = this.#buffer
    for (let i = 0; i < BATCH; i++) {
      const length = device.read(buffer)
      if (length <= 0) return i
      this.#path.receive(from, buffer, length, this.#now)
    }
    return BATCH
  }

  #expire(): void {
    const ticks = Math.min(this.#now - this.#lastSlice, MOST_SLICES)
    this.#carrier.turn(this.#now, ticks, this.#drained)
    if (ticks <= 0) return
    this.#lastSlice = this.#now
    this.#masq.expire(this.#now, ticks * EXPIRY_BUDGET)
    this.#path.tick(this.#now)
  }

  #commands(): void {
    this.#wake.drain()
    for (;;) {
      const received = receiveMessageOnPort(this.#port)
      if (!received) return
      this.#obey(received.message as Command)
    }
  }

  #obey(command: Command): void {
    try {
      const ended = this.#carryOut(command)
      this.#answer({ kind: 'done', id: command.id, devices: this.devices, watch: this.watch, ended })
    } catch (error) {
      this.#answer({ kind: 'failed', id: command.id, message: (error as Error).message })
    }
  }

  /** @returns how many connections it ended */
  #carryOut(command: Command): number {
    switch (command.kind) {
      case 'configure':
        return this.#configure(command.config)
      case 'end':
        return this.#end(command.connections)
      case 'reserve':
        this.#reserve(command.taken, true)
        this.#reserve(command.left, false)
        return 0
      case 'watch':
        this.#tap =
          command.memory && command.filter
            ? new Tap(command.memory, command.filter, this.#path.crossing)
            : null
        this.#carrier.watch(this.#tap !== null)
        this.#connect(this.#config)
        return 0
      case 'neighbours':
        this.#path.setNeighbours(command.addresses, command.macs)
        return 0
      case 'expect':
        this.#expect(command.expectation)
        return 0
      case 'forget':
        return this.#masq.helpers.withdraw(command.protocol, command.masqPort, this.#now) ? 1 : 0
      case 'stop':
        this.#running = false
        return 0
    }
  }

  #reserve(ports: readonly number[], on: boolean): void {
    for (const port of ports) this.#masq.setReserved(port >>> 16, port & 0xffff, on)
  }

  #openDevices(config: PathConfig): void {
    const offload = this.#offload
    const managed = config.interfaces.filter(({ role }) => role !== 'unused')
    const wanted = new Set([BOX_TUN, ...managed.map(({ tun }) => tun)])
    for (const name of wanted)
      if (!this.#open.has(name))
        this.#open.set(name, openTun(name, { persist: true, offload, fd: this.#given.get(name) }))
  }

  /** Devices first: they are what can fail, and nothing is changed then. */
  #configure(config: PathConfig): number {
    this.#openDevices(config)
    // First: what the kernel has carried so far was carried under the timeouts of before.
    this.#carrier.configure(config)
    this.#masq.configure(config, this.#now)
    this.#path.configure(config)
    this.#shared.setOpenings(config.ports.perSecond)
    this.#configuredWan = config.wanAddress
    this.#addressesChanged()
    this.#config = config
    this.#connect(config)
    this.#poller = new Poller([this.#wake.fd, this.#addresses.fd, ...this.#devices.map(({ fd }) => fd)])
    this.#poller.wait(0)
    return this.#moveTo(config.wanAddress)
  }

  /** Gives the path its devices, behind taps while somebody watches. */
  #connect(config: PathConfig): void {
    const device = (tun: string, index: number) => {
      const open = this.#open.get(tun)!
      return this.#tap ? this.#tap.over(open, index) : open
    }
    const byIndex = config.interfaces.map(({ tun, role, index }) =>
      role === 'unused' ? null : device(tun, index),
    )
    const box = device(BOX_TUN, BOX)
    this.#path.connect(byIndex, box)
    this.#devices = [...byIndex.filter((one) => one !== null), box]
    this.#queueOf = this.#devices.map(({ name }) => UpQueues.numberOf(name))
    this.#from = [...config.interfaces.filter(({ role }) => role !== 'unused').map(({ index }) => index), BOX]
  }

  /** Between the kernel's taking the WAN address away and the next configuration, nothing may leave with it. */
  #addressesChanged(): void {
    this.#addresses.read()
    const wan = this.#configuredWan
    const gone = this.#addresses.isGone(wan)
    if (gone) this.#carrier.stop()
    this.#path.crossing.wanAddress = gone ? 0 : wan
    if (gone) this.#lineDown()
  }

  /** While the WAN has no address its connections wait, unless the settings say otherwise: it may come back with the same one. */
  #moveTo(address: number): number {
    if (address === 0) return this.#lineDown()
    if (address === this.#wanAddress) return 0
    this.#wanAddress = address
    return this.#config.ports.linkDown === 'keep' ? 0 : this.#masq.retainOnly(address, this.#now)
  }

  /** The WAN has no address: see `linkDown` of packages/config/src/ports.ts. @returns how many connections ended */
  #lineDown(): number {
    if (this.#config.ports.linkDown !== 'forget' || this.#wanAddress === 0) return 0
    this.#wanAddress = 0
    return this.#masq.retainOnly(0, this.#now)
  }

  #expect(expectation: Announcement): void {
    if (this.#wanAddress === 0) throw new Error('there is no Internet address to come in by')
    if (!this.#masq.helpers.announce(expectation, this.#wanAddress, this.#now))
      throw new Error(
        `port ${expectation.masqPort} cannot be had: somebody has it, a forward or the box itself, or too much is waited for already`,
      )
  }

  #end(connections: Float64Array): number {
    let ended = 0
    for (let i = 0; i < connections.length; i += 2) {
      const slot = connections[i]!
      if (!this.#table.used(slot) || this.#table.generation(slot) !== connections[i + 1]) continue
      this.#masq.remove(slot, this.#now)
      ended++
    }
    return ended
  }

  #answer(answer: Answer): void {
    this.#port.postMessage(answer)
  }
}

/**
 * One packet on its way through the box, and what the stations of the path need to know about the box.
 *
 * There is one Crossing per packet thread and it is used again for every packet: nothing is allocated. Fields below
 * "this packet" are set by `begin` and by the stations; the rest changes only with `configure`, between two batches.
 */
import { Evaluator, type MatchInput, VERDICT } from '@bauta/chains'
import { NO_FORWARDS } from '@bauta/config'
import { type ConnectionTable, type Masquerader, Translation } from '@bauta/masq'
import { PacketView, REASSEMBLY, Reassembler, VNET_HEADER } from '@bauta/packet'
import type { Device } from '@bauta/tun-tap'
import { type Counters, GAUGE } from '../counters.ts'
import { DROP } from '../drop-reasons.ts'
import type { PacketLog } from '../packet-log.ts'
import type { PathConfig, PathInterface } from '../path-config.ts'
import type { Carrier } from './carrier.ts'
import { DatagramIds } from './datagram-id.ts'
import { ErrorBudget } from './error-budget.ts'
import { ForwardTable } from './forwards.ts'

/** What a station says: a drop reason (above 0), or one of these. */
export const GO_ON = 0
/** The packet is a fragment and waits for the others. */
export const HELD = -1

/** The interface index of packets that the box itself sends. */
export const BOX = -1

/** Largest IPv4 packet with its virtio-net header. */
export const PACKET_BYTES = VNET_HEADER + 65_535

const FRAGMENT_REASONS: readonly (readonly [number, number])[] = [
  [REASSEMBLY.overlap, DROP['fragment-overlap']],
  [REASSEMBLY.bounds, DROP['fragment-bounds']],
  [REASSEMBLY.ecn, DROP['fragment-ecn']],
  [REASSEMBLY.full, DROP['fragment-full']],
  [REASSEMBLY.expired, DROP['fragment-timeout']],
]

/** Whoever wants to know of packets that are let pass without a connection: PassedFlows of @bauta/door. */
export interface Passed {
  note(protocol: number, from: number, to: number, ports: number): void
}

/** What the output chain is to see: the packet as it will leave. */
class Leaving implements MatchInput {
  source = 0
  destination = 0
  protocol = 0
  sourcePort = 0
  destinationPort = 0
  icmpType = 0
  icmpCode = 0
  tcpFlags = 0
  fragmentOffset = 0
  totalLength = 0
  tos = 0
}

export class Crossing {
  readonly masq: Masquerader
  readonly table: ConnectionTable
  readonly counters: Counters
  readonly reassembler: Reassembler
  readonly #fragmentsCounted = new Float64Array(FRAGMENT_REASONS.length)
  readonly errors = new ErrorBudget()
  readonly leaving = new Leaving()
  readonly ids: DatagramIds
  readonly log: PacketLog
  /** Errors are built here. */
  readonly scratch = new Uint8Array(PACKET_BYTES)
  readonly #arriving = new PacketView()

  // the box
  evaluator: Evaluator
  /** Who hands connections to the kernel; null: nobody. */
  carrier: Carrier | null = null
  /** Who is told of packets that go on without a connection. */
  passed: Passed | null = null
  /** Which of the two ways through the box packets take; see path.ts. */
  netfilter = false
  /** Whether a rule of the classic dialect redirects. */
  redirects = false
  /** Connections outlive the WAN address (see stale.ts), and may follow a new one. */
  keepsStale = false
  dynaddr = false
  interfaces: PathInterface[] = []
  devices: (Device | null)[] = []
  box: Device | null = null
  wan = -1
  wanAddress = 0
  revision = 0
  forwards = new ForwardTable(NO_FORWARDS)
  /** network, mask, index; most specific first */
  routes = new Float64Array(0)
  own = new Float64Array(0)
  broadcasts = new Float64Array(0)
  /** Constant DNS addresses: address, server; see constant-dns.ts. */
  constantDns = new Float64Array(0)
  #reading = 0

  // this packet
  view: PacketView = this.#arriving
  buffer: Uint8Array = this.scratch
  length = 0
  now = 0
  inIf = BOX
  outIf = BOX
  /** Connection, or -1. */
  slot = -1
  /** The packet is an ICMP error about `slot`. */
  aboutSlot = false
  /** `slot` was opened by this packet. */
  fresh = false
  masquerade = false
  /** Why a packet without a connection may go in, and by which forward or trigger; see admit.ts. */
  lets = 0
  entry = -1
  /** netfilter: number of the forward or trigger that leads it, or 0. */
  ledBy = 0
  /** It is for a service of the box that it was not addressed to; see redirect.ts. */
  redirect = false
  /** Classic: who gets it instead of whom it is addressed to, unsigned; 0: nobody; see constant-dns.ts. */
  ledTo = 0
  /** What a helper waited for and this packet begins; its place among the expectations, or -1. */
  expected = -1
  /** Of a packet from the LAN to the WAN address: which way it is turned round; see admit.ts. */
  turn = 0
  /** netfilter: its state (STATE), whether it goes from the far end of its connection to the near one, and whether it begins one. */
  state = 0
  inward = false
  begins = false
  /** The rule of the filter table that let it pass; 0: a policy. */
  admittedBy = 0
  /** How the connection that it opens is to be translated. */
  readonly wish = new Translation()
  /** What it counts for: a super-packet is as many packets as it has segments. */
  packets = 1
  bytes = 0

  constructor(
    table: ConnectionTable,
    masq: Masquerader,
    counters: Counters,
    config: PathConfig,
    seed: number,
    log: PacketLog,
  ) {
    this.log = log
    this.reassembler = new Reassembler({ seed })
    this.ids = new DatagramIds(seed)
    this.table = table
    this.masq = masq
    this.counters = counters
    this.evaluator = new Evaluator(config.chains, counters.rules)
    this.#reading = config.reading
    this.configure(config)
  }

  configure(config: PathConfig): void {
    const anew = config.reading !== this.#reading
    this.evaluator = new Evaluator(config.chains, this.counters.rules, this.evaluator, anew)
    this.#reading = config.reading
    this.netfilter = config.chains.dialect === 'netfilter'
    this.redirects =
      !this.netfilter && config.chains.targets.some(({ verdict }) => verdict === VERDICT.REDIRECT)
    this.keepsStale = config.ports.linkDown === 'keep'
    this.dynaddr = config.ports.dynaddr
    this.interfaces = config.interfaces
    this.wan = config.wan
    this.wanAddress = config.wanAddress
    this.revision = config.revision
    this.forwards = new ForwardTable(config.forwards, this.forwards, this.counters)
    this.routes = Float64Array.from(
      config.routes.flatMap(({ network, mask, index }) => [network, mask, index]),
    )
    this.own = Float64Array.from(config.own)
    this.broadcasts = Float64Array.from(config.broadcasts)
    this.constantDns = Float64Array.from(
      config.constantDns.flatMap(({ address, server }) => [address, server]),
    )
  }

  begin(from: number, buffer: Uint8Array, length: number, now: number): void {
    this.view = this.#arriving
    this.buffer = buffer
    this.length = length
    this.now = now
    this.inIf = from
    this.outIf = BOX
    this.slot = -1
    this.aboutSlot = false
    this.fresh = false
    this.masquerade = false
    this.lets = 0
    this.entry = -1
    this.expected = -1
    this.turn = 0
    this.redirect = false
    this.ledTo = 0
    this.packets = 1
    this.bytes = length - VNET_HEADER
    this.evaluator.startTrail()
  }

  /** Takes over what the reassembler dropped since the last time, fragment by fragment. */
  countFragments(): void {
    const { dropped } = this.reassembler
    for (let i = 0; i < FRAGMENT_REASONS.length; i++) {
      const [code, reason] = FRAGMENT_REASONS[i]!
      this.counters.drops[reason]! += dropped[code]! - this.#fragmentsCounted[i]!
      this.#fragmentsCounted[i] = dropped[code]!
    }
  }

  /** What helpers were refused, since this thread began. */
  countRefusals(): void {
    this.counters.gauges[GAUGE.helperRefusals] = this.masq.helpers.refused
  }

  isOwn(address: number): boolean {
    const { own } = this
    for (let i = 0; i < own.length; i++) if (own[i] === address) return true
    return false
  }

  /** `isOwn` and `routeTo` for where `leaving` goes. An address handed over as an argument could become an object of its own. */
  leavingIsOwn(): boolean {
    const { own, leaving } = this
    for (let i = 0; i < own.length; i++) if (own[i] === leaving.destination) return true
    return false
  }

  routeOfLeaving(): number {
    const { routes, leaving } = this
    for (let i = 0; i < routes.length; i += 3)
      if ((leaving.destination & routes[i + 1]!) >>> 0 === routes[i]) return routes[i + 2]!
    return -1
  }

  isBroadcast(address: number): boolean {
    const { broadcasts } = this
    for (let i = 0; i < broadcasts.length; i++) if (broadcasts[i] === address) return true
    return false
  }

  /** @returns index of the interface that a route leads to, -1 where only the default route is left */
  routeTo(address: number): number {
    const { routes } = this
    for (let i = 0; i < routes.length; i += 3)
      if ((address & routes[i + 1]!) >>> 0 === routes[i]) return routes[i + 2]!
    return -1
  }
}

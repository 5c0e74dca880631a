/**
 * Which connections the kernel carries, and what it owes us for them.
 *
 * Theory of operation
 *
 * The packet thread decides on a connection; once it knows that every further packet would fare as the last one did, it sets a bit
 * in the slot, and the door (packages/door/bpf/carry.h) translates and sends the connection's packets on by itself. Each direction of a
 * connection goes through these stages by itself:
 *
 *   seen     a packet was let through, nothing in its way can differ for the next (Evaluator.varies), and enough came before it:
 *            connections of a few packets are not worth it (OWN)
 *   carried  the queues of packets that came before were empty, so nothing overtakes; hops, tally and bit are set
 *   back     it changed its state (FIN, RST, first answer), the settings, the links or the addresses changed, somebody watches, or it ended
 *
 * Before that there is one packet more that the kernel may carry: the first answer to the packet that opened the connection (ANSWER), where
 * foresight.ts knows how it will fare. It changes the connection, so nothing else may happen to the connection before the packet thread has heard
 * of it: every packet of such a connection that comes here asks catchUp() first, and turn() asks in any case. Then the connection is taken back.
 *
 * A process that starts takes every connection back, with all that the kernel has carried since, and hands it out anew with its next
 * packets. While no process is there the kernel goes on.
 *
 * Counting: the kernel adds to a row per slot (Tallies), which also says what the packets of each direction add to (trails.ts); a slice of all
 * carried connections is taken over at every call of turn(), each of them at least every TURN_TICKS, and one whose time seems up at that
 * moment. So expiry, counters of connections, rules and paths are exact to half a second and to the packet, whoever is killed in between
 * (settlement.ts).
 *
 * Limits: HOPS - 1 ways out; as many connections as the table has. Stopping everything is at most HOPS stores for the kernel to see it, and one pass over
 * the carried connections afterwards.
 */
import { isDeepStrictEqual } from 'node:util'
import { STATE as STATES } from '@bauta/chains'
import type { Hops, Tallies } from '@bauta/door'
import {
  ANSWER,
  CARRY,
  type Carrier as CarrierOfMasq,
  type ConnectionTable,
  carriedBit,
  type Direction,
  FLAG,
  IN,
  type Masquerader,
  OUT,
  STATE,
} from '@bauta/masq'
import { ICMP, PROTOCOL, TCP_FLAG } from '@bauta/packet'
import { type Counters, PATH_OF } from '../counters.ts'
import type { PathConfig } from '../path-config.ts'
import type { Crossing } from './crossing.ts'
import { foreseesAnswer } from './foresight.ts'
import { Rounds } from './rounds.ts'
import { Settlement } from './settlement.ts'
import { Trails } from './trails.ts'

/** Packets of a connection that the packet thread carries itself before it hands it out, by the setting. */
const OWN = { auto: 6, on: 1, off: Number.POSITIVE_INFINITY }
/** Every carried connection is looked after at least this often. */
const TURN_TICKS = 50
/** After so long the queues are taken to be empty: one that never is would keep everything here for ever. */
const PATIENCE_TICKS = 20
/** First answers come within this, or not at all. */
const ANSWER_TICKS = 300
const DECIDING_FLAGS = TCP_FLAG.fin | TCP_FLAG.syn | TCP_FLAG.rst | TCP_FLAG.ack
/** What is noted of a connection: a bit for each direction that was seen, and whether all of that was before the first answer. */
const BOTH = 3
const UNANSWERED = 4
/** Bits of directions as they are seen, times this, are those that the table has. */
const CARRIED = carriedBit(OUT)
const PLAIN_HEADER = 20
const CARRIED_PROTOCOLS: ReadonlySet<number> = new Set([PROTOCOL.tcp, PROTOCOL.udp, PROTOCOL.icmp])

/** What the kernel reads and writes; plain memory in tests. */
export interface KernelSide {
  hops: Hops
  tallies: Tallies
  /** Whether it looks for connections to carry at all. */
  setCarrying(on: boolean): void
}

export class Carrier implements CarrierOfMasq {
  readonly #table: ConnectionTable
  readonly #masq: Masquerader
  readonly #kernel: KernelSide
  readonly #trails: Trails
  readonly #settlement: Settlement
  #config: PathConfig
  #watched = false

  /** By slot: which directions were seen; then by slot and direction, its trail and its way out. */
  readonly #seen: Uint8Array
  readonly #trailOf: Uint16Array
  readonly #outOf: Int8Array

  /** By interface: the gateway that was asked for last, and its hop. */
  #lateGateway: number[] = []
  #lateHop: number[] = []

  /** Slots that are ready, and since when the first of them waits. */
  #ready: number[] = []
  #readySince = 0

  /** What the kernel carries, or may carry the first answer of. */
  readonly #rounds: Rounds
  /** Of the last turn. */
  #now = 0

  constructor(
    table: ConnectionTable,
    masq: Masquerader,
    counters: Counters,
    kernel: KernelSide,
    config: PathConfig,
  ) {
    this.#table = table
    this.#masq = masq
    this.#kernel = kernel
    this.#trails = new Trails(counters.trails)
    this.#settlement = new Settlement(table, masq, counters, kernel.tallies, this.#trails)
    this.#config = config
    const { capacity } = table
    this.#seen = new Uint8Array(capacity)
    this.#trailOf = new Uint16Array(2 * capacity)
    this.#outOf = new Int8Array(2 * capacity)
    this.#rounds = new Rounds(capacity, TURN_TICKS)
    this.#takeBack()
    masq.carrier = this
    this.stop()
    kernel.setCarrying(this.#on)
  }

  /**
   * Whatever was decided before may be decided otherwise now. A configuration that says nothing else but another revision (a setting that does
   * not concern packets, a link that is none of ours) leaves all connections where they are: what waits for its next packet in the packet
   * thread's hands would be lost with it.
   */
  configure(config: PathConfig): void {
    const { revision } = config
    if (isDeepStrictEqual({ ...this.#config, revision }, config)) return
    this.stop()
    this.#config = config
    this.#kernel.setCarrying(this.#on)
  }

  /** While somebody watches packets go by, all of them have to come here. */
  watch(watched: boolean): void {
    this.stop()
    this.#watched = watched
    this.#kernel.setCarrying(this.#on)
  }

  /** From now on, and until their next packets, all connections are the packet thread's. */
  stop(): void {
    this.#kernel.hops.stop()
    this.#lateGateway = []
    this.#lateHop = []
    for (let slot = this.#rounds.last; slot >= 0; slot = this.#rounds.last) this.#release(slot, CARRY.new)
    this.#ready = []
    this.#seen.fill(0)
    this.#trails.clear()
  }

  /** A packet has opened a connection, and is about to leave: lets the kernel carry the first answer to one that goes out. */
  foresee(c: Crossing): void {
    const { slot, wan } = c
    if (!this.#on || c.inward || c.outIf !== wan || !this.#mayAnswer(c) || !foreseesAnswer(c)) return
    const trail = this.#trailNumber(c, PATH_OF['wan-to-lan'])
    const out = this.#hopTo(wan, this.#table.serverBits(slot) >>> 0)
    const back = this.#hopTo(c.inIf, this.#table.clientBits(slot) >>> 0)
    if (trail === 0 || out === 0 || back === 0) return
    this.#enter(slot)
    this.#kernel.tallies.setTrail(slot, IN, trail)
    this.#masq.byKernel.setHops(slot, out, back)
    this.#masq.byKernel.setCarry(slot, CARRY.new | ANSWER)
  }

  /** A packet of a connection was let through, to another machine: may the next ones go without us? */
  consider(c: Crossing, direction: Direction, path: number): void {
    const { slot } = c
    // The packet that opens a connection is asked more than those that follow.
    if (slot < 0 || c.aboutSlot || c.fresh || this.#table.helper(slot) !== 0) return
    const carried = this.#table.carriedBits(slot)
    if (carried !== 0 && this.#mustComeBack(slot, direction)) this.#release(slot, CARRY.state)
    const bit = 1 << direction
    if (!this.#on || (this.#seen[slot]! & bit) !== 0) return
    const why = this.#whyNot(c, slot, direction)
    if (why !== CARRY.kernel) {
      this.#masq.byKernel.setCarry(slot, why | this.#table.carriedBits(slot))
      return
    }
    let trail = this.#trailNumber(c, path)
    if (trail === 0) {
      // More kinds than can be told apart: everybody begins anew.
      this.stop()
      trail = this.#trailNumber(c, path)
    }
    this.#seen[slot]! |= isUnanswered(c) ? bit | UNANSWERED : bit
    this.#trailOf[2 * slot + direction] = trail
    this.#outOf[2 * slot + direction] = c.outIf
    this.#outOf[2 * slot + (direction ^ 1)] = c.inIf
    if (this.#ready.length === 0) this.#readySince = c.now
    this.#ready.push(slot)
  }

  /**
   * Between two batches. @param drained all queues were read empty: no packet of a connection that is ready waits in one
   */
  turn(now: number, ticks: number, drained: boolean): void {
    this.#now = now
    if (this.#ready.length > 0 && (drained || now - this.#readySince > PATIENCE_TICKS)) this.#handOut()
    if (ticks <= 0) return
    for (let visits = this.#rounds.due(ticks); visits > 0; visits--) {
      const slot = this.#rounds.next()
      if (slot < 0) return
      this.#visit(slot, now)
    }
  }

  /** See Carrier of @bauta/masq. */
  takeOver(slot: number, now: number): void {
    if (this.#isListed(slot)) this.#visit(slot, now)
    else this.#settleLate(slot, now)
  }

  /** A packet of a connection that nobody has answered as far as is known here: the kernel may know more. */
  catchUp(slot: number, now: number): void {
    if (this.#table.awaitsAnswer(slot)) this.#release(slot, CARRY.new)
    else this.#settleLate(slot, now)
  }

  /** See Carrier of @bauta/masq. */
  forget(slot: number): void {
    this.#seen[slot] = 0
    if (this.#isListed(slot)) this.#release(slot, CARRY.new)
    else this.#settleLate(slot, this.#now)
  }

  /** What was on its way through the kernel when the connection was taken back. */
  #settleLate(slot: number, now: number): void {
    if (this.#kernel.tallies.isOf(slot, this.#table.generation(slot))) this.#settle(slot, now)
  }

  #isListed(slot: number): boolean {
    return this.#table.carriedBits(slot) !== 0 || this.#table.awaitsAnswer(slot)
  }

  /** What was waiting for its first answer comes back with it, or when none has come for long: there may be many of those. */
  #visit(slot: number, now: number): void {
    const table = this.#table
    if (!table.awaitsAnswer(slot)) this.#settle(slot, now)
    else if (
      this.#kernel.tallies.answered(slot, table.generation(slot)) ||
      now - table.lastSeen(slot) > ANSWER_TICKS
    )
      this.#release(slot, CARRY.new)
  }

  get #on(): boolean {
    return this.#config.offload !== 'off' && !this.#watched
  }

  /** It is closing, or the first answer has come and the other side's packets are no longer NEW. */
  #mustComeBack(slot: number, direction: Direction): boolean {
    const seen = this.#seen[slot]!
    return !this.#isSteady(slot) || ((seen & UNANSWERED) !== 0 && (seen & (1 << direction)) === 0)
  }

  /** Neither being opened nor closed: no packet that the kernel may carry changes that. */
  #isSteady(slot: number): boolean {
    const state = this.#table.state(slot)
    return state === STATE.ESTABLISHED || state === STATE.UDP || state === STATE.ICMP
  }

  /** What #whyNot() asks, of a connection that has had one packet. */
  #mayAnswer({ view, slot }: Crossing): boolean {
    const table = this.#table
    if (table.helper(slot) !== 0 || table.adjustment(slot) !== 0) return false
    if ((table.flags(slot) & (FLAG.local | FLAG.loose)) !== 0) return false
    if (view.protocol === PROTOCOL.tcp) return table.state(slot) === STATE.SYN_SENT
    if (!this.#config.timeouts.refreshInbound) return false
    const asks = view.icmpType === ICMP.echoRequest && view.icmpCode === 0
    return view.protocol === PROTOCOL.udp || (view.protocol === PROTOCOL.icmp && asks)
  }

  #whyNot(c: Crossing, slot: number, direction: Direction): number {
    const { view, evaluator } = c
    const table = this.#table
    const flags = table.flags(slot)
    if (!CARRIED_PROTOCOLS.has(view.protocol)) return CARRY.protocol
    if ((flags & FLAG.local) !== 0) return CARRY.own
    if (table.adjustment(slot) !== 0) return CARRY.helper
    if ((flags & FLAG.loose) !== 0) return CARRY.loose
    if (view.protocol !== PROTOCOL.tcp && !this.#config.timeouts.refreshInbound) return CARRY.refresh
    if (direction === OUT && !view.dontFragment && table.wanBits(slot) !== table.clientBits(slot))
      return CARRY.numbered
    if (!this.#isSteady(slot) || !isPlain(c, direction)) return CARRY.state
    if (view.protocol === PROTOCOL.tcp && (flags & FLAG.replied) === 0) return CARRY['one-way']
    if (evaluator.varies) return CARRY.rule
    if (direction === OUT && c.forwards.arms(view.protocol, table.askedPort(slot))) return CARRY.trigger
    if (table.packetsOut(slot) + table.packetsIn(slot) < OWN[this.#config.offload]) return CARRY.new
    return CARRY.kernel
  }

  /** Gives the ready connections to the kernel. */
  #handOut(): void {
    for (const slot of this.#ready) {
      const seen = this.#seen[slot]! & BOTH
      const carried = this.#table.carriedBits(slot)
      if (seen === 0 || seen * CARRIED === carried) continue
      const out = this.#hopTo(this.#outOf[2 * slot + OUT]!, this.#table.serverBits(slot) >>> 0)
      const back = this.#hopTo(this.#outOf[2 * slot + IN]!, this.#table.clientBits(slot) >>> 0)
      if (out === 0 || back === 0) {
        this.#masq.byKernel.setCarry(slot, CARRY.hops)
        continue
      }
      if (carried === 0) this.#enter(slot)
      if ((seen & (1 << OUT)) !== 0) this.#kernel.tallies.setTrail(slot, OUT, this.#trailOf[2 * slot + OUT]!)
      if ((seen & (1 << IN)) !== 0) this.#kernel.tallies.setTrail(slot, IN, this.#trailOf[2 * slot + IN]!)
      this.#masq.byKernel.setHops(slot, out, back)
      this.#masq.byKernel.setCarry(slot, CARRY.kernel | (seen * CARRIED))
    }
    this.#ready = []
  }

  #enter(slot: number): void {
    this.#kernel.tallies.begin(slot, this.#table.generation(slot))
    this.#rounds.add(slot)
  }

  /** @param index of the interface @returns number of the hop, 0 for none */
  #hopTo(index: number, address: number): number {
    const gateway = gatewayTo(this.#config, index, address)
    return gateway < 0 ? 0 : this.#hopBy(index, gateway)
  }

  /** Most ways out are the one by that interface that was taken before. */
  #hopBy(index: number, gateway: number): number {
    if (this.#lateGateway[index] === gateway) return this.#lateHop[index]!
    const { ifindex: device, mtu, redirectHeader } = this.#config.interfaces[index]!
    const hop = this.#kernel.hops.numberOf({ device, mtu, redirectHeader, gateway })
    if (hop !== 0) {
      this.#lateGateway[index] = gateway
      this.#lateHop[index] = hop
    }
    return hop
  }

  #release(slot: number, why: number): void {
    this.#masq.byKernel.setCarry(slot, why)
    this.#settle(slot, this.#now)
    this.#kernel.tallies.setTrail(slot, OUT, 0)
    this.#kernel.tallies.setTrail(slot, IN, 0)
    this.#seen[slot] = 0
    this.#rounds.remove(slot)
  }

  /** Takes over what the kernel carried since the last time. @param now 0 where nothing can be due for it */
  #settle(slot: number, now: number): void {
    this.#settlement.settleAnswer(slot, now)
    this.#settlement.settle(slot, OUT, now)
    this.#settlement.settle(slot, IN, now)
  }

  /** At the start: what a former process had handed out, and what it still has to get for it. */
  #takeBack(): void {
    this.#kernel.setCarrying(false)
    this.#kernel.hops.stop()
    this.#settlement.putBack()
    const { tallies } = this.#kernel
    const table = this.#table
    for (let slot = 0; slot < table.limit; slot++) {
      if (!table.used(slot)) continue
      if (this.#isListed(slot)) this.#masq.byKernel.setCarry(slot, CARRY.new)
      if (tallies.isOf(slot, table.generation(slot))) this.#settle(slot, 0)
    }
  }

  #trailNumber({ evaluator }: Crossing, path: number): number {
    return this.#trails.numberOf(path, evaluator.trail, evaluator.trailLength)
  }
}

/** Rules of netfilter know it as NEW; those of 2.2 know only that there is a connection. */
const isUnanswered = (c: Crossing): boolean => c.netfilter && c.state === STATES.NEW

/** What the kernel takes: see carry.h. */
function isPlain({ view }: Crossing, direction: Direction): boolean {
  if (view.headerLength !== PLAIN_HEADER || view.isFragment) return false
  if (view.protocol === PROTOCOL.icmp)
    return view.icmpType === (direction === OUT ? ICMP.echoRequest : ICMP.echoReply) && view.icmpCode === 0
  return view.protocol !== PROTOCOL.tcp || (view.tcpFlags & DECIDING_FLAGS) === TCP_FLAG.ack
}

/**
 * @param index of the interface that a packet leaves by @param address where it goes
 * @returns the gateway, unsigned; 0 where the address itself is on the link; -1 where there is no such way
 */
function gatewayTo({ interfaces, routes, gateway }: PathConfig, index: number, address: number): number {
  const way = interfaces[index]
  if (!way || way.ifindex === 0) return -1
  for (let i = 0; i < routes.length; i++) {
    const route = routes[i]!
    if ((address & route.mask) >>> 0 !== route.network) continue
    if (route.index !== index) return -1
    return way.redirectHeader === 0 ? 0 : route.gateway
  }
  return way.redirectHeader === 0 ? 0 : gateway
}

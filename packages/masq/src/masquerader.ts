/**
 * Masquerading: the packet path's view of connections. Finds them, opens them, carries packets through them, ends them.
 *
 * Theory of operation
 *
 * For every packet the caller first finds its connection (findOut for what goes to the WAN side, findIn for what comes
 * from there). Without one it may open one, if its rules say so: packets from the inside (openOut, openLocal), what the box
 * itself accepts (openLocalIn), and whatever a rule or a forward translates (openTranslated, either way). Then outbound() or
 * inbound() carries the packet: next state, timer, counters, and the rewriting. So filtering is per connection (address-
 * and port-dependent), while mapping is per LAN socket (endpoint-independent; ports.ts).
 *
 * A connection has two views (layout.ts), and no two connections share one: that is checked before a connection is opened.
 * Masquerading alone cannot make two alike, for a masq port belongs to one LAN socket; translated destinations can.
 *
 * The box's own connections are in the same table, so that their answers find a way in. Their client is the box. On the
 * WAN address they share the port space with the LAN sockets; on a LAN address (`inside`) nothing is shared and nothing
 * translated.
 *
 * Time and randomness come from the caller: `now` in ticks of CLOCK_MONOTONIC, which never goes back. Timeouts and ports
 * may be changed at any moment; a connection takes up a new timeout with its next packet, as in 2.2, and keeps its port
 * for life. Nothing here throws, waits or allocates, except the constructor and configure().
 *
 * Ending: by timeout (wheel.ts), by remove(), or by retainOnly() when the WAN address changes: a connection of the former
 * address could only send packets with a source that is no longer ours.
 */

import { TIMEOUT_PRESETS, usesTcp, usesUdp } from '@bauta/config'
import { type PacketView, PROTOCOL } from '@bauta/packet'
import { ByKernel } from './by-kernel.ts'
import type { Carrier } from './carry.ts'
import { FLAG } from './connection-fields.ts'
import { CONTROLLER_TICKS, Helpers } from './helpers/helpers.ts'
import { GRE } from './helpers/opening.ts'
import { HELPED } from './helpers/result.ts'
import { IcmpErrors } from './icmp-errors.ts'
import { type Direction, IN, OUT } from './key-index.ts'
import {
  BYTE,
  DOUBLE,
  HALF,
  HEADER_WORD,
  PROTOCOLS,
  protocolIndex,
  SLOT_BYTES,
  SLOT_DOUBLES,
  SLOT_HALVES,
  SLOT_WORDS,
  WORD,
} from './layout.ts'
import { LooseUdp } from './loose-udp.ts'
import { MachineLimit } from './machine-limit.ts'
import { type MasqueraderOptions, type MasqueraderSettings, namedPorts } from './masquerader-settings.ts'
import { CLASH } from './no-slot.ts'
import { Opener } from './opener.ts'
import { PortPool } from './ports.ts'
import { nextTcpState } from './states.ts'
import type { ConnectionTable, FreePorts } from './table.ts'
import { END, type End, TableWriter } from './table-writer.ts'
import { timeoutTable } from './timeouts.ts'
import { inward, outward } from './translate.ts'
import { Translation } from './translation.ts'
import { callOf, farPortIn, farPortOut, nearPortIn, nearPortOut } from './view-keys.ts'
import { ExpiryWheel } from './wheel.ts'

/** Of the word with BYTE.helper, everything but BYTE.carry. */
const HELPED_BITS = 0xffff00ff

export class Masquerader {
  readonly table: ConnectionTable
  /** Who hands connections to the kernel; null: nobody. */
  carrier: Carrier | null = null
  readonly #words: Int32Array
  readonly #doubles: Float64Array
  readonly #bytes: Uint8Array
  readonly #halves: Int16Array
  readonly #slotsAt: number
  readonly #writer: TableWriter
  readonly #wheel: ExpiryWheel
  readonly #errors: IcmpErrors
  readonly #pools: PortPool[] = []
  readonly #opener: Opener
  readonly #timeouts = timeoutTable(TIMEOUT_PRESETS.standard)
  /** What a Carrier tells the kernel of connections, and them of what it carried. */
  readonly byKernel: ByKernel
  /** What reads along, what is waited for, and ways in that a program on the box asks for. */
  readonly helpers: Helpers
  readonly #expected = new Translation()
  readonly #loose: LooseUdp
  readonly #machines = new MachineLimit()
  #refreshInbound = true

  /** With an adopted table everything that is not in the memory is built anew from its connections, in one pass. */
  constructor(table: ConnectionTable, options: MasqueraderOptions) {
    this.table = table
    const memory = table.memory
    this.#words = memory.words
    this.#doubles = memory.doubles
    this.#bytes = memory.bytes
    this.#halves = memory.halves
    this.#slotsAt = memory.slotsAt
    this.#writer = new TableWriter(table)
    this.#wheel = new ExpiryWheel(memory)
    this.#errors = new IcmpErrors(table)
    this.byKernel = new ByKernel(table, this.#writer, this.#wheel, this.#timeouts)
    const seed = memory.words[HEADER_WORD.hashSeed]!
    for (let protocol = 0; protocol < PROTOCOLS; protocol++)
      this.#pools.push(new PortPool(memory, protocol, seed, options.random))
    const { index } = table
    this.#loose = new LooseUdp(table, this.#writer, this.#pools[protocolIndex(PROTOCOL.udp)]!)
    this.#opener = new Opener(
      index,
      this.#writer,
      this.#wheel,
      this.#pools,
      this.#timeouts,
      options.random,
      this.#loose,
      this.#machines,
    )
    this.helpers = new Helpers({
      table,
      index,
      writer: this.#writer,
      wheel: this.#wheel,
      pools: this.#pools,
      timeouts: this.#timeouts,
      random: options.random,
      close: (slot, now) => this.#close(slot, END.ended, now),
    })
    if (table.adopted) this.#adopt()
  }

  /** Free ports by protocol, and what each would be without connections. */
  get free(): FreePorts {
    return this.table.freePorts
  }

  configure(settings: MasqueraderSettings, now: number): void {
    this.#timeouts.set(timeoutTable(settings.timeouts))
    this.#refreshInbound = settings.timeouts.refreshInbound
    for (const pool of this.#pools) pool.configure(settings.ports)
    this.helpers.configure(settings.helpers, settings.ports, now)
    this.#loose.on = settings.ports.counting === 'classic' && settings.ports.looseUdp
    this.#machines.most = settings.ports.perMachine
    if (settings.forwards) {
      this.#pools[protocolIndex(PROTOCOL.tcp)]!.setNamed(namedPorts(settings.forwards, usesTcp))
      this.#pools[protocolIndex(PROTOCOL.udp)]!.setNamed(namedPorts(settings.forwards, usesUdp))
    }
    if (settings.reservedPorts) {
      for (const pool of this.#pools) pool.clearReserved()
      for (const { protocol, port } of settings.reservedPorts) this.setReserved(protocol, port, true)
    }
    if (this.table.count === 0) this.#wheel.startAt(now)
  }

  /** A port that the box itself listens on is given to nobody (port shadowing); who has it already keeps it. */
  setReserved(protocol: number, port: number, on: boolean): void {
    this.#pools[protocolIndex(protocol)]?.setReserved(port, on)
  }

  /**
   * The WAN went to `address`: every connection of another address ends at once. One pass over the slots in use.
   * @returns how many ended
   */
  retainOnly(address: number, now: number): number {
    const table = this.table
    this.helpers.expectations.retainOnly(address | 0, now)
    let ended = 0
    for (let slot = 0; slot < table.limit; slot++) {
      if (!table.used(slot) || (table.flags(slot) & FLAG.inside) !== 0 || table.wan(slot) === address)
        continue
      this.#close(slot, END.ended, now)
      ended++
    }
    return ended
  }

  /**
   * ip_dynaddr: a connection of a former address that nobody has answered yet goes on under the new one. @param wan unsigned
   * @returns false: it has been answered, or the new address has one like it
   */
  follow(slot: number, wan: number): boolean {
    const { table } = this
    if ((table.flags(slot) & FLAG.replied) !== 0) return false
    const ports = (table.masqPort(slot) << 16) | table.serverPort(slot)
    if (table.index.find(IN, table.protocol(slot), wan | 0, ports, table.serverBits(slot)) >= 0) return false
    this.#writer.setWan(slot, wan | 0)
    return true
  }

  /** Why ports taken as 2.2 did were refused last, as long as it would have logged it; FAILURE of classic-ports.ts. */
  get classicFailure(): number {
    return this.#opener.classic.failure
  }

  /** @returns the slot of a packet on its way to the server, or -1 */
  findOut(view: PacketView): number {
    const farPort = farPortOut(view)
    if (farPort < 0) return -1
    if (view.protocol === GRE) {
      const call = this.table.index.find(OUT, GRE, view.source | 0, callOf(view), view.destination | 0)
      if (call >= 0) return call
    }
    const ports = (nearPortOut(view) << 16) | farPort
    const slot = this.table.index.find(OUT, view.protocol, view.source | 0, ports, view.destination | 0)
    return slot < 0 && view.protocol === PROTOCOL.udp && this.#loose.count > 0
      ? this.#loose.findOut(view)
      : slot
  }

  /** @returns the slot of a packet that came from the server, or -1 */
  findIn(view: PacketView): number {
    const farPort = farPortIn(view)
    if (farPort < 0) return -1
    if (view.protocol === GRE) {
      const call = this.table.index.find(IN, GRE, view.destination | 0, callOf(view) << 16, view.source | 0)
      if (call >= 0) return call
    }
    const ports = (nearPortIn(view) << 16) | farPort
    const slot = this.table.index.find(IN, view.protocol, view.destination | 0, ports, view.source | 0)
    return slot < 0 && view.protocol === PROTOCOL.udp && this.#loose.count > 0
      ? this.#loose.findIn(view)
      : slot
  }

  /** A new connection of a LAN machine, masqueraded. @returns slot or code, as of all of these: see opener.ts */
  openOut(view: PacketView, wan: number, ruleId: number, revision: number, now: number): number {
    return this.#bound(this.#opener.openOut(view, wan, ruleId, revision, now))
  }

  /** A new connection with translations that a rule or a forward asks for, from either side. */
  openTranslated(
    view: PacketView,
    direction: Direction,
    wish: Translation,
    wan: number,
    ruleId: number,
    revision: number,
    now: number,
  ): number {
    const slot = this.#opener.openTranslated(view, direction, wish, wan, ruleId, revision, now)
    if (slot !== CLASH || direction !== IN || !this.#makeWay(view, wish, now)) return this.#bound(slot)
    return this.#bound(this.#opener.openTranslated(view, direction, wish, wan, ruleId, revision, now))
  }

  /** A new connection of the box itself, going out. */
  openLocal(view: PacketView, wan: number, ruleId: number, revision: number, now: number): number {
    return this.#opener.openLocal(view, wan, ruleId, revision, now)
  }

  /** A connection from outside that the box itself accepts. */
  openLocalIn(view: PacketView, wan: number, ruleId: number, revision: number, now: number): number {
    return this.#opener.openLocalIn(view, wan, ruleId, revision, now)
  }

  /** The rule that admitted `slot`: the box's own connections are opened before the output chain sees their masq port. */
  admittedBy(slot: number, ruleId: number): void {
    this.#writer.setRule(slot, ruleId)
  }

  /**
   * Carries a packet to the server: state, timer, counters; then source becomes WAN address and masq port.
   * @param packets segments of a super-packet @param bytes of all of them, with their headers
   * @returns HELPED: above 0 a helper does not let it pass
   */
  outbound(view: PacketView, slot: number, now: number, packets = 1, bytes = view.totalLength): number {
    this.#touch(view, slot, OUT, now)
    const at = this.#slotsAt / 8 + slot * SLOT_DOUBLES
    this.#doubles[at + DOUBLE.packetsOut]! += packets
    this.#doubles[at + DOUBLE.bytesOut]! += bytes
    const helped = this.#isHelped(slot) ? this.helpers.carry(view, slot, OUT, now) : HELPED.pass
    if (helped === HELPED.pass) outward(view, this.table, slot)
    return helped
  }

  /** Carries a packet from the server: the same the other way; destination becomes the client. */
  inbound(view: PacketView, slot: number, now: number, packets = 1, bytes = view.totalLength): number {
    if (this.#refreshInbound || view.protocol === PROTOCOL.tcp) this.#touch(view, slot, IN, now)
    const at = this.#slotsAt / 8 + slot * SLOT_DOUBLES
    this.#doubles[at + DOUBLE.packetsIn]! += packets
    this.#doubles[at + DOUBLE.bytesIn]! += bytes
    this.#halves[this.#slotsAt / 2 + slot * SLOT_HALVES + HALF.flags]! |= FLAG.replied
    const helped = this.#isHelped(slot) ? this.helpers.carry(view, slot, IN, now) : HELPED.pass
    if (helped === HELPED.pass) inward(view, this.table, slot)
    return helped
  }

  /** @returns the place of the expectation that a packet without a connection meets, or -1 */
  findExpected(view: PacketView, direction: Direction): number {
    return this.helpers.find(view, direction)
  }

  /** Who waits for it. @returns the slot, or -1: it has ended meanwhile */
  expectedBy(expectation: number): number {
    return this.helpers.expectations.controller(expectation)
  }

  /** Whether the destination of a packet that meets it is translated: from outside always, from inside where the server is inside, too. */
  leadsExpected(expectation: number): boolean {
    return this.helpers.leads(expectation)
  }

  /** What such a packet is to be translated to. */
  aimExpected(expectation: number, wish: Translation): void {
    this.helpers.aim(expectation, wish)
  }

  /** What was waited for, and is led somewhere, has come. @returns slot or code */
  openExpected(
    view: PacketView,
    expectation: number,
    wan: number,
    ruleId: number,
    revision: number,
    now: number,
  ): number {
    this.helpers.aim(expectation, this.#expected)
    const way = this.helpers.wayOf(expectation)
    const slot = this.openTranslated(view, way, this.#expected, wan, ruleId, revision, now)
    if (slot >= 0) this.helpers.meet(expectation, slot, now)
    return slot
  }

  /** The connection in `slot`, which was just opened, is what `expectation` waited for. */
  meetExpected(expectation: number, slot: number, now: number): void {
    this.helpers.meet(expectation, slot, now)
  }

  /** @returns the slot that an ICMP error from the WAN side is about, or -1 */
  findErrorIn(view: PacketView): number {
    return this.#errors.findIn(view)
  }

  /** @returns the slot that an ICMP error from the LAN side is about, or -1 */
  findErrorOut(view: PacketView): number {
    return this.#errors.findOut(view)
  }

  /** Turns an error that findErrorIn() placed into one that the client understands. */
  translateErrorIn(view: PacketView, slot: number): void {
    this.#errors.translateIn(view, slot)
  }

  /** Turns an error that findErrorOut() placed into one that the server understands. */
  translateErrorOut(view: PacketView, slot: number): void {
    this.#errors.translateOut(view, slot)
  }

  /** @returns the LAN machine that a masq port is in use by now, as a signed number; 0: nobody */
  ownerOf(protocol: number, port: number): number {
    const pool = protocolIndex(protocol)
    return pool < 0 ? 0 : this.#pools[pool]!.ownerOf(port)
  }

  /** @returns the port of its own that it has there */
  ownerPortOf(protocol: number, port: number): number {
    return this.#pools[protocolIndex(protocol)]!.ownerPortOf(port)
  }

  /** Ends a connection; a free slot is left alone. */
  remove(slot: number, now: number): void {
    if (this.table.used(slot)) this.#close(slot, END.ended, now)
  }

  /**
   * Ends what is due. @param budget how many connections may be looked at in this call
   * @returns how many expired
   */
  expire(now: number, budget: number): number {
    if (this.table.count === 0) this.#wheel.startAt(now)
    this.#wheel.begin(budget)
    let expired = 0
    for (let slot = this.#wheel.nextDue(now); slot >= 0; slot = this.#wheel.nextDue(now)) {
      this.carrier?.takeOver(slot, now)
      if (this.table.expiresAt(slot) > now) this.#wheel.add(slot)
      else if (this.table.controls(slot) > 0) this.#keepController(slot, now)
      else {
        this.#close(slot, END.expired, now)
        expired++
      }
    }
    this.helpers.expectations.expire(now)
    return expired
  }

  /** One word of the slot holds its helper and its adjustment; mostly both are 0. The byte between them is the carrier's then. */
  #isHelped(slot: number): boolean {
    return (this.#words[this.#slotsAt / 4 + slot * SLOT_WORDS + BYTE.helper / 4]! & HELPED_BITS) !== 0
  }

  #bound(slot: number): number {
    if (slot >= 0) this.helpers.bind(slot)
    return slot
  }

  /** 2.2: what controls others is not given up before they are. */
  #keepController(slot: number, now: number): void {
    this.#doubles[this.#slotsAt / 8 + slot * SLOT_DOUBLES + DOUBLE.expiresAt] = now + CONTROLLER_TICKS
    this.#wheel.add(slot)
  }

  /**
   * What was announced goes before what nobody has answered: a datagram that the client sent ahead from the announced socket, to open itself
   * a way (RTSP players do), through a port that it had before. @returns whether such a connection was there, and is gone now
   */
  #makeWay(view: PacketView, wish: Translation, now: number): boolean {
    if (view.protocol !== PROTOCOL.udp || (wish.flags & FLAG.expected) === 0) return false
    const ports = (wish.destinationPort << 16) | view.sourcePort
    const { index } = this.table
    const former = index.find(OUT, PROTOCOL.udp, wish.destination | 0, ports, view.source | 0)
    if (former >= 0) this.carrier?.takeOver(former, now)
    if (former < 0 || (this.table.flags(former) & FLAG.replied) !== 0) return false
    this.#close(former, END.ended, now)
    return true
  }

  /** What every packet does to its connection: a few stores, and a word to the wheel only when the deadline comes nearer. */
  #touch(view: PacketView, slot: number, direction: Direction, now: number): void {
    const stateAt = this.#slotsAt + slot * SLOT_BYTES + BYTE.state
    let state = this.#bytes[stateAt]!
    if (view.protocol === PROTOCOL.tcp) {
      state = nextTcpState(state, direction, view.tcpFlags)
      this.#bytes[stateAt] = state
    }
    const timeout = this.#timeouts[state]!
    const at = this.#slotsAt / 8 + slot * SLOT_DOUBLES
    this.#words[this.#slotsAt / 4 + slot * SLOT_WORDS + WORD.timeout] = timeout
    this.#doubles[at + DOUBLE.lastSeen] = now
    this.#doubles[at + DOUBLE.expiresAt] = now + timeout
    this.#wheel.hasten(slot)
  }

  #close(slot: number, end: End, now: number): void {
    const table = this.table
    this.carrier?.forget(slot, now)
    const flags = table.flags(slot)
    this.#wheel.remove(slot)
    this.helpers.closed(slot, now)
    if ((flags & FLAG.loose) !== 0) this.#loose.remove(slot)
    if ((flags & FLAG.ofMachine) !== 0) this.#machines.remove(table.clientBits(slot))
    // The port goes first: killed in between, the connection is still there and has its port.
    if ((flags & FLAG.holdsPort) !== 0) {
      const pool = this.#pools[protocolIndex(table.protocol(slot))]!
      pool.release(table.masqPort(slot), (flags & FLAG.local) !== 0, now)
    }
    this.#writer.close(slot, end)
  }

  #adopt(): void {
    const table = this.table
    this.#writer.adopt((slot) => {
      this.#wheel.add(slot)
      const flags = table.flags(slot)
      if ((flags & FLAG.loose) !== 0) this.#loose.add(slot)
      if ((flags & FLAG.ofMachine) !== 0) this.#machines.add(table.clientBits(slot))
      if ((flags & FLAG.holdsPort) === 0) return
      const pool = this.#pools[protocolIndex(table.protocol(slot))]!
      const own = (flags & FLAG.local) !== 0
      const extra = (flags & FLAG.extraPort) !== 0
      pool.adopt(table.masqPort(slot), table.client(slot), table.clientPort(slot), own, extra)
    })
    this.helpers.adopt()
    for (const pool of this.#pools) pool.finishAdoption()
  }
}

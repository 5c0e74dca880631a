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

import { type Ports, TIMEOUT_PRESETS, type Timeouts } from '@bauta/config'
import { type PacketView, PROTOCOL } from '@bauta/packet'
import { FLAG } from './connection-fields.ts'
import { IcmpErrors } from './icmp-errors.ts'
import { isQueryRequest } from './icmp-queries.ts'
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
import { PortPool } from './ports.ts'
import { nextTcpState, STATE } from './states.ts'
import type { ConnectionTable, FreePorts } from './table.ts'
import { END, type End, TableWriter } from './table-writer.ts'
import { timeoutTable } from './timeouts.ts'
import { inward, outward } from './translate.ts'
import { SOURCE, type Translation } from './translation.ts'
import { farPortIn, farPortOut, isPortless, nearPortIn, nearPortOut } from './view-keys.ts'
import { ExpiryWheel } from './wheel.ts'

/** How many ports SNAT looks at before it gives up: the packet thread may not search for long. */
const MOST_TRIES = 4096

/** Answers of the open…() functions that are no slot. */
export const NO_PORT = -1
export const TABLE_FULL = -2
export const NOT_MASQUERADABLE = -3
/** Another connection has the same addresses and ports on one of the two sides. */
export const CLASH = -4

export interface MasqueraderOptions {
  /** 32 random bits a call, from a generator that outsiders cannot predict. A signed number spares the engine an object. */
  random: () => number
}

export interface MasqueraderSettings {
  timeouts: Timeouts
  ports: Ports
  /** Replaces all reservations; absent: they stay. */
  reservedPorts?: readonly { protocol: number; port: number }[]
}

export class Masquerader {
  readonly table: ConnectionTable
  readonly #words: Int32Array
  readonly #doubles: Float64Array
  readonly #bytes: Uint8Array
  readonly #halves: Int16Array
  readonly #slotsAt: number
  readonly #writer: TableWriter
  readonly #wheel: ExpiryWheel
  readonly #errors: IcmpErrors
  readonly #pools: PortPool[] = []
  readonly #random: () => number
  #timeouts = timeoutTable(TIMEOUT_PRESETS.standard)

  /** With an adopted table everything that is not in the memory is built anew from its connections, in one pass. */
  constructor(table: ConnectionTable, options: MasqueraderOptions) {
    this.table = table
    this.#random = options.random
    const memory = table.memory
    this.#words = memory.words
    this.#doubles = memory.doubles
    this.#bytes = memory.bytes
    this.#halves = memory.halves
    this.#slotsAt = memory.slotsAt
    this.#writer = new TableWriter(table)
    this.#wheel = new ExpiryWheel(memory)
    this.#errors = new IcmpErrors(table)
    const seed = memory.words[HEADER_WORD.hashSeed]!
    for (let protocol = 0; protocol < PROTOCOLS; protocol++)
      this.#pools.push(new PortPool(memory, protocol, seed, options.random))
    if (table.adopted) this.#adopt()
  }

  /** Free ports by protocol, and what each would be without connections. */
  get free(): FreePorts {
    return this.table.freePorts
  }

  configure(settings: MasqueraderSettings, now: number): void {
    this.#timeouts = timeoutTable(settings.timeouts)
    for (const pool of this.#pools) pool.configure(settings.ports)
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
    let ended = 0
    for (let slot = 0; slot < table.limit; slot++) {
      if (!table.used(slot) || (table.flags(slot) & FLAG.inside) !== 0 || table.wan(slot) === address)
        continue
      this.#close(slot, END.ended, now)
      ended++
    }
    return ended
  }

  /** @returns the slot of a packet on its way to the server, or -1 */
  findOut(view: PacketView): number {
    const farPort = farPortOut(view)
    if (farPort < 0) return -1
    const ports = (nearPortOut(view) << 16) | farPort
    return this.table.index.find(OUT, view.protocol, view.source | 0, ports, view.destination | 0)
  }

  /** @returns the slot of a packet that came from the server, or -1 */
  findIn(view: PacketView): number {
    const farPort = farPortIn(view)
    if (farPort < 0) return -1
    const ports = (nearPortIn(view) << 16) | farPort
    return this.table.index.find(IN, view.protocol, view.destination | 0, ports, view.source | 0)
  }

  /**
   * A new connection of a LAN machine; findOut() has found none. The packet itself is still to be carried by outbound().
   * @param wan the WAN address now
   * @returns slot, NO_PORT, TABLE_FULL, NOT_MASQUERADABLE or CLASH
   */
  openOut(view: PacketView, wan: number, ruleId: number, revision: number, now: number): number {
    const farPort = farPortOut(view)
    if (!canOpen(view, farPort)) return NOT_MASQUERADABLE
    if (this.#writer.full) return TABLE_FULL
    const near = view.source | 0
    const far = view.destination | 0
    const nearPort = nearPortOut(view)
    const port = this.#masqPort(view.protocol, near, nearPort, wan | 0, far, farPort, 0, 0, now)
    if (port < 0) return port
    const flags = isPortless(view.protocol) ? 0 : FLAG.holdsPort
    return this.#open(
      view,
      OUT,
      near,
      nearPort,
      far,
      farPort,
      wan | 0,
      port,
      far,
      farPort,
      flags,
      ruleId,
      revision,
      now,
    )
  }

  /**
   * A new connection with translations that a rule or a forward asks for; neither findOut() nor findIn() has found one.
   * The packet itself is still to be carried, by outbound() or inbound() as `direction` says.
   * @param direction OUT: the opener is the near end (what comes from the LAN or the box); IN: the far end
   * @param wan the WAN address now
   * @returns slot, NO_PORT, TABLE_FULL, NOT_MASQUERADABLE or CLASH
   */
  openTranslated(
    view: PacketView,
    direction: Direction,
    wish: Translation,
    wan: number,
    ruleId: number,
    revision: number,
    now: number,
  ): number {
    if (!canOpen(view, direction === OUT ? farPortOut(view) : farPortIn(view))) return NOT_MASQUERADABLE
    if (this.#writer.full) return TABLE_FULL
    return direction === OUT
      ? this.#openOutward(view, wish, wan | 0, ruleId, revision, now)
      : this.#openInward(view, wish, wan | 0, ruleId, revision, now)
  }

  /**
   * A new connection of the box itself, going out. On the WAN address its port is kept unless a LAN socket has it.
   * @returns slot, NO_PORT, TABLE_FULL or NOT_MASQUERADABLE
   */
  openLocal(view: PacketView, wan: number, ruleId: number, revision: number, now: number): number {
    if (!canOpen(view, farPortOut(view))) return NOT_MASQUERADABLE
    if (this.#writer.full) return TABLE_FULL
    const own = view.source | 0
    const ownPort = nearPortOut(view)
    const far = view.destination | 0
    const farPort = farPortOut(view)
    let port = ownPort
    let flags: number = FLAG.local
    if (own !== (wan | 0)) flags |= FLAG.inside
    else if (!isPortless(view.protocol)) {
      port = this.#pools[protocolIndex(view.protocol)]!.acquire(own, ownPort, true, now)
      if (port < 0) return NO_PORT
      flags |= FLAG.holdsPort
    }
    if (this.#viewTaken(IN, view.protocol, own, port, far, farPort)) {
      if ((flags & FLAG.holdsPort) !== 0) this.#pools[protocolIndex(view.protocol)]!.release(port, true, now)
      return CLASH
    }
    return this.#open(
      view,
      OUT,
      own,
      ownPort,
      far,
      farPort,
      own,
      port,
      far,
      farPort,
      flags,
      ruleId,
      revision,
      now,
    )
  }

  /** The rule that admitted `slot`: the box's own connections are opened before the output chain sees their masq port. */
  admittedBy(slot: number, ruleId: number): void {
    this.#writer.setRule(slot, ruleId)
  }

  /**
   * A connection from outside that the box itself accepts: the box is the client side, and nothing is translated. It holds
   * no masq port: what the box listens on is reserved. The packet itself is still to be carried by inbound().
   * @returns slot, TABLE_FULL, NOT_MASQUERADABLE, CLASH, or NO_PORT when a LAN socket has that port
   */
  openLocalIn(view: PacketView, wan: number, ruleId: number, revision: number, now: number): number {
    if (!canOpen(view, farPortIn(view))) return NOT_MASQUERADABLE
    if (this.#writer.full) return TABLE_FULL
    const own = view.destination | 0
    const port = nearPortIn(view)
    const inside = own !== (wan | 0)
    const shared = !inside && (view.protocol === PROTOCOL.tcp || view.protocol === PROTOCOL.udp)
    if (shared && this.#pools[protocolIndex(view.protocol)]!.isOthers(port, own)) return NO_PORT
    const flags = FLAG.local | FLAG.fromOutside | (inside ? FLAG.inside : 0)
    const far = view.source | 0
    const farPort = farPortIn(view)
    if (this.#viewTaken(OUT, view.protocol, own, port, far, farPort)) return CLASH
    return this.#open(
      view,
      IN,
      own,
      port,
      far,
      farPort,
      own,
      port,
      far,
      farPort,
      flags,
      ruleId,
      revision,
      now,
    )
  }

  /**
   * Carries a packet to the server: state, timer, counters; then source becomes WAN address and masq port.
   * @param packets segments of a super-packet @param bytes of all of them, with their headers
   */
  outbound(view: PacketView, slot: number, now: number, packets = 1, bytes = view.totalLength): void {
    this.#touch(view, slot, OUT, now)
    const at = this.#slotsAt / 8 + slot * SLOT_DOUBLES
    this.#doubles[at + DOUBLE.packetsOut]! += packets
    this.#doubles[at + DOUBLE.bytesOut]! += bytes
    outward(view, this.table, slot)
  }

  /** Carries a packet from the server: the same the other way; destination becomes the client. */
  inbound(view: PacketView, slot: number, now: number, packets = 1, bytes = view.totalLength): void {
    this.#touch(view, slot, IN, now)
    const at = this.#slotsAt / 8 + slot * SLOT_DOUBLES
    this.#doubles[at + DOUBLE.packetsIn]! += packets
    this.#doubles[at + DOUBLE.bytesIn]! += bytes
    this.#halves[this.#slotsAt / 2 + slot * SLOT_HALVES + HALF.flags]! |= FLAG.replied
    inward(view, this.table, slot)
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
      this.#close(slot, END.expired, now)
      expired++
    }
    return expired
  }

  /** The opener is the near end. */
  #openOutward(
    view: PacketView,
    wish: Translation,
    wan: number,
    ruleId: number,
    revision: number,
    now: number,
  ): number {
    const { protocol } = view
    const near = view.source | 0
    const nearPort = nearPortOut(view)
    const asked = view.destination | 0
    const askedPort = farPortOut(view)
    const server = wish.destination === 0 ? asked : wish.destination | 0
    const serverPort = wish.destinationPort === 0 || !hasPorts(protocol) ? askedPort : wish.destinationPort
    const masq =
      wish.kind === SOURCE.masquerade || (wish.kind === SOURCE.address && (wish.source | 0) === wan)
    let source = near
    let port = nearPort
    let flags = wish.flags
    if (masq) {
      source = wan
      port = this.#masqPort(
        protocol,
        near,
        nearPort,
        wan,
        server,
        serverPort,
        wish.fromPort,
        wish.toPort,
        now,
      )
      if (!isPortless(protocol)) flags |= FLAG.holdsPort
    } else if (wish.kind !== SOURCE.keep) {
      source = wish.source | 0
      port = this.#otherPort(IN, protocol, source, nearPort, server, serverPort, wish)
    } else if (this.#viewTaken(IN, protocol, source, port, server, serverPort)) port = CLASH
    if (port < 0) return port
    if (wish.kind !== SOURCE.masquerade) flags |= FLAG.inside
    return this.#open(
      view,
      OUT,
      near,
      nearPort,
      asked,
      askedPort,
      source,
      port,
      server,
      serverPort,
      flags,
      ruleId,
      revision,
      now,
    )
  }

  /** The opener is the far end. */
  #openInward(
    view: PacketView,
    wish: Translation,
    wan: number,
    ruleId: number,
    revision: number,
    now: number,
  ): number {
    const { protocol } = view
    const reached = view.destination | 0
    const reachedPort = nearPortIn(view)
    const server = view.source | 0
    const serverPort = farPortIn(view)
    const client = wish.destination === 0 ? reached : wish.destination | 0
    const clientPort = wish.destinationPort === 0 || !hasPorts(protocol) ? reachedPort : wish.destinationPort
    let asked = server
    let askedPort = serverPort
    if (wish.kind !== SOURCE.keep) {
      asked = wish.source | 0
      // The far end's port is what has to be free here; an ICMP query has none that could be changed.
      askedPort = this.#otherFarPort(protocol, client, clientPort, asked, serverPort, wish)
    } else if (this.#viewTaken(OUT, protocol, client, clientPort, asked, askedPort)) return CLASH
    if (askedPort < 0) return askedPort
    const flags = wish.flags | FLAG.fromOutside | FLAG.explicitPort | (reached === wan ? 0 : FLAG.inside)
    return this.#open(
      view,
      IN,
      client,
      clientPort,
      asked,
      askedPort,
      reached,
      reachedPort,
      server,
      serverPort,
      flags,
      ruleId,
      revision,
      now,
    )
  }

  /** @returns a masq port on the WAN address for a LAN socket that makes the in view unique; or NO_PORT, CLASH */
  #masqPort(
    protocol: number,
    near: number,
    nearPort: number,
    wan: number,
    server: number,
    serverPort: number,
    from: number,
    to: number,
    now: number,
  ): number {
    if (isPortless(protocol)) return this.#viewTaken(IN, protocol, wan, 0, server, serverPort) ? CLASH : 0
    const pool = this.#pools[protocolIndex(protocol)]!
    const port =
      from === 0
        ? pool.acquire(near, nearPort, false, now)
        : pool.acquireWithin(near, nearPort, from, to, now)
    if (port < 0) return NO_PORT
    if (!this.#viewTaken(IN, protocol, wan, port, server, serverPort)) return port
    // The same LAN socket reaches the same server by two addresses; the second needs a port of its own.
    pool.release(port, false, now)
    const other = pool.acquireExtra(near, nearPort, from, to, now)
    return other < 0 ? NO_PORT : other
  }

  /** @returns a near port on an address that has no pool; or NO_PORT, CLASH */
  #otherPort(
    direction: Direction,
    protocol: number,
    address: number,
    wanted: number,
    far: number,
    farPort: number,
    wish: Translation,
  ): number {
    if (wish.kind === SOURCE.exact || isPortless(protocol)) {
      const port = wish.fromPort === 0 || !hasPorts(protocol) ? wanted : wish.fromPort
      return this.#viewTaken(direction, protocol, address, port, far, farPort) ? CLASH : port
    }
    const from = wish.fromPort === 0 ? classFrom(protocol, wanted) : wish.fromPort
    const to = wish.fromPort === 0 ? classTo(protocol, wanted) : wish.toPort
    let port = wanted >= from && wanted <= to ? wanted : this.#within(from, to)
    const tries = Math.min(to - from + 1, MOST_TRIES)
    for (let i = 0; i < tries; i++) {
      if (!this.#viewTaken(direction, protocol, address, port, far, farPort)) return port
      port = i === 0 ? this.#within(from, to) : port === to ? from : port + 1
    }
    return NO_PORT
  }

  /** @returns a far port on the out side, where the source of what comes in is translated; or NO_PORT, CLASH */
  #otherFarPort(
    protocol: number,
    client: number,
    clientPort: number,
    asked: number,
    wanted: number,
    wish: Translation,
  ): number {
    const fixed = wish.kind === SOURCE.exact || !hasPorts(protocol)
    const first = wish.fromPort === 0 || !hasPorts(protocol) ? wanted : wish.fromPort
    if (fixed) return this.#viewTaken(OUT, protocol, client, clientPort, asked, first) ? CLASH : first
    const from = wish.fromPort === 0 ? classFrom(protocol, wanted) : wish.fromPort
    const to = wish.fromPort === 0 ? classTo(protocol, wanted) : wish.toPort
    let port = wanted >= from && wanted <= to ? wanted : this.#within(from, to)
    const tries = Math.min(to - from + 1, MOST_TRIES)
    for (let i = 0; i < tries; i++) {
      if (!this.#viewTaken(OUT, protocol, client, clientPort, asked, port)) return port
      port = i === 0 ? this.#within(from, to) : port === to ? from : port + 1
    }
    return NO_PORT
  }

  #within(from: number, to: number): number {
    return from + Math.floor(((this.#random() >>> 0) / 2 ** 32) * (to - from + 1))
  }

  /** Whether a connection has this view already. */
  #viewTaken(
    direction: Direction,
    protocol: number,
    near: number,
    nearPort: number,
    far: number,
    farPort: number,
  ): boolean {
    return this.table.index.find(direction, protocol, near, (nearPort << 16) | farPort, far) >= 0
  }

  /** All addresses as signed 32-bit numbers. @param direction of the first packet */
  #open(
    view: PacketView,
    direction: Direction,
    client: number,
    clientPort: number,
    asked: number,
    askedPort: number,
    wan: number,
    masqPort: number,
    server: number,
    serverPort: number,
    flags: number,
    ruleId: number,
    revision: number,
    now: number,
  ): number {
    const { protocol } = view
    const holds = (flags & FLAG.holdsPort) !== 0
    const extra = holds && this.#pools[protocolIndex(protocol)]!.isExtra(masqPort)
    const slot = this.#writer.open(
      protocol,
      client,
      asked,
      (clientPort << 16) | askedPort,
      wan,
      server,
      (masqPort << 16) | serverPort,
      extra ? flags | FLAG.extraPort : flags,
      restState(protocol),
      this.#timeouts[firstState(protocol, direction, view.tcpFlags)]!,
      ruleId,
      revision,
      now,
    )
    this.#wheel.add(slot)
    return slot
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
    const flags = table.flags(slot)
    this.#wheel.remove(slot)
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
      if ((flags & FLAG.holdsPort) === 0) return
      const pool = this.#pools[protocolIndex(table.protocol(slot))]!
      const own = (flags & FLAG.local) !== 0
      const extra = (flags & FLAG.extraPort) !== 0
      pool.adopt(table.masqPort(slot), table.client(slot), table.clientPort(slot), own, extra)
    })
    for (const pool of this.#pools) pool.finishAdoption()
  }
}

/** Whole packets, and of ICMP only queries; a reply answers something and opens nothing. */
function canOpen(view: PacketView, farPort: number): boolean {
  if (farPort < 0 || view.isFragment) return false
  return view.protocol !== PROTOCOL.icmp || isQueryRequest(view.icmpType)
}

const hasPorts = (protocol: number): boolean => protocol === PROTOCOL.tcp || protocol === PROTOCOL.udp

/** SNAT keeps a port among its equals, as netfilter does: below 512, below 1024, the rest; ICMP ids are all alike. */
function classFrom(protocol: number, port: number): number {
  if (protocol === PROTOCOL.icmp) return 0
  return port < 512 ? 1 : port < 1024 ? 512 : 1024
}

function classTo(protocol: number, port: number): number {
  if (protocol === PROTOCOL.icmp) return 65535
  return port < 512 ? 511 : port < 1024 ? 1023 : 65535
}

/** The state in which a connection waits for its first packet. */
function restState(protocol: number): number {
  if (protocol === PROTOCOL.tcp) return STATE.NONE
  if (protocol === PROTOCOL.udp) return STATE.UDP
  return protocol === PROTOCOL.icmp ? STATE.ICMP : STATE.OTHER
}

/** The state to which its first packet will take it: the timeout that it is opened with. */
function firstState(protocol: number, direction: Direction, tcpFlags: number): number {
  return protocol === PROTOCOL.tcp ? nextTcpState(STATE.NONE, direction, tcpFlags) : restState(protocol)
}

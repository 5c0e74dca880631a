/**
 * How connections come to life: which of their four ends are translated to what, and that their two views are nobody else's.
 *
 * Every open…() answers with the slot, or with one of no-slot.ts; then nothing was opened, no port is held, and the packet
 * is as it was. One that was opened waits for its first packet, which outbound() or inbound() of the Masquerader is to carry.
 * All addresses that are handed about in here are signed 32-bit numbers, which the engine passes without making objects of them.
 */
import { type PacketView, PROTOCOL } from '@bauta/packet'
import { ClassicPorts } from './classic-ports.ts'
import { FLAG } from './connection-fields.ts'
import { isQueryRequest } from './icmp-queries.ts'
import type { KeyIndex } from './key-index.ts'
import { type Direction, IN, OUT } from './key-index.ts'
import { protocolIndex } from './layout.ts'
import type { LooseUdp } from './loose-udp.ts'
import type { MachineLimit } from './machine-limit.ts'
import { CLASH, MACHINE_LIMIT, NO_PORT, NOT_MASQUERADABLE, TABLE_FULL } from './no-slot.ts'
import type { PortPool } from './ports.ts'
import { nextTcpState, STATE } from './states.ts'
import type { TableWriter } from './table-writer.ts'
import { SOURCE, type Translation } from './translation.ts'
import { farPortIn, farPortOut, hasPorts, isPortless, nearPortIn, nearPortOut } from './view-keys.ts'
import { Views } from './views.ts'
import type { ExpiryWheel } from './wheel.ts'

export class Opener {
  readonly #writer: TableWriter
  readonly #wheel: ExpiryWheel
  readonly #views: Views
  readonly #pools: readonly PortPool[]
  readonly #timeouts: Int32Array
  readonly #loose: LooseUdp
  readonly #machines: MachineLimit
  readonly classic: ClassicPorts

  /** @param timeouts ticks by state; may change at any time */
  constructor(
    index: KeyIndex,
    writer: TableWriter,
    wheel: ExpiryWheel,
    pools: readonly PortPool[],
    timeouts: Int32Array,
    random: () => number,
    loose: LooseUdp,
    machines: MachineLimit,
  ) {
    this.#loose = loose
    this.#machines = machines
    this.#writer = writer
    this.#wheel = wheel
    this.#views = new Views(index, random)
    this.#pools = pools
    this.#timeouts = timeouts
    this.classic = new ClassicPorts(this.#views, pools, loose)
  }

  /**
   * A new connection of a LAN machine; the Masquerader's findOut() has found none. The packet itself is still to be carried by outbound().
   * @param wan the WAN address now
   * @returns slot, NO_PORT, TABLE_FULL, NOT_MASQUERADABLE or CLASH
   */
  openOut(view: PacketView, wan: number, ruleId: number, revision: number, now: number): number {
    const farPort = farPortOut(view)
    if (!canOpen(view, farPort)) return NOT_MASQUERADABLE
    if (this.#writer.full) return TABLE_FULL
    const near = view.source | 0
    if (this.#machines.isReached(near)) return MACHINE_LIMIT
    const far = view.destination | 0
    const nearPort = nearPortOut(view)
    const port = this.#masqPort(view.protocol, near, nearPort, wan | 0, far, farPort, 0, 0, now)
    if (port < 0) return port
    const flags = isPortless(view.protocol) ? 0 : FLAG.holdsPort | this.#looseFlag(view.protocol, 0)
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
    if (this.#views.taken(IN, view.protocol, own, port, far, farPort)) {
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
    if (this.#views.taken(OUT, view.protocol, own, port, far, farPort)) return CLASH
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
    if ((wish.flags & FLAG.local) === 0 && this.#machines.isReached(near)) return MACHINE_LIMIT
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
      if (server === asked && serverPort === askedPort) flags |= this.#looseFlag(protocol, wish.fromPort)
    } else if (wish.kind !== SOURCE.keep) {
      source = wish.source | 0
      port = this.#views.nearPort(protocol, source, nearPort, server, serverPort, wish)
    } else if (this.#views.taken(IN, protocol, source, port, server, serverPort)) port = CLASH
    if (port < 0) return port
    // A source that a rule gave, or that was kept, does not go away with the WAN address; a forward's own port does.
    if (wish.kind === SOURCE.address || source !== wan) flags |= FLAG.inside
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
      askedPort = this.#views.farPort(protocol, client, clientPort, asked, serverPort, wish)
    } else if (this.#views.taken(OUT, protocol, client, clientPort, asked, askedPort)) return CLASH
    if (askedPort < 0) return askedPort
    let flags = wish.flags | FLAG.fromOutside | (reached === wan ? 0 : FLAG.inside)
    if ((flags & FLAG.holdsPort) === 0) flags |= FLAG.explicitPort
    // The mapping through which it came lives as long as this connection, too.
    else if (!this.#hold(protocol, client, clientPort, reachedPort, now)) return CLASH
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

  /** One more connection through the port that a LAN socket has. @returns whether it has that port */
  #hold(protocol: number, client: number, clientPort: number, port: number, now: number): boolean {
    const pool = this.#pools[protocolIndex(protocol)]!
    const beside =
      pool.isExtra(port) && pool.ownerOf(port) === client && pool.ownerPortOf(port) === clientPort
    const held = beside
      ? pool.acquireWithin(client, clientPort, port, port, now)
      : pool.acquire(client, clientPort, false, now)
    if (held >= 0 && held !== port) pool.release(held, false, now)
    return held === port
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
    if (isPortless(protocol)) return this.#views.taken(IN, protocol, wan, 0, server, serverPort) ? CLASH : 0
    const pool = this.#pools[protocolIndex(protocol)]!
    if (from === 0 && pool.classic)
      return this.classic.acquire(protocol, near, nearPort, wan, server, serverPort)
    const port =
      from === 0
        ? pool.acquire(near, nearPort, false, now)
        : pool.acquireWithin(near, nearPort, from, to, now)
    if (port < 0) return NO_PORT
    if (!this.#views.taken(IN, protocol, wan, port, server, serverPort)) return port
    // The same LAN socket reaches the same server by two addresses; the second needs a port of its own.
    pool.release(port, false, now)
    const other = pool.acquireExtra(near, nearPort, from, to, now)
    return other < 0 ? NO_PORT : other
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
    const counted = (flags & (FLAG.local | FLAG.fromOutside)) === 0
    const slot = this.#writer.open(
      protocol,
      client,
      asked,
      (clientPort << 16) | askedPort,
      wan,
      server,
      (masqPort << 16) | serverPort,
      (extra ? flags | FLAG.extraPort : flags) | (counted ? FLAG.ofMachine : 0),
      restState(protocol),
      this.#timeouts[firstState(protocol, direction, view.tcpFlags)]!,
      ruleId,
      revision,
      now,
    )
    this.#wheel.add(slot)
    if ((flags & FLAG.loose) !== 0) this.#loose.add(slot)
    if (counted) this.#machines.add(client)
    return slot
  }

  /** @param from ports that a rule names are not 2.2's */
  #looseFlag(protocol: number, from: number): number {
    return protocol === PROTOCOL.udp && this.#loose.on && from === 0 ? FLAG.loose : 0
  }
}

/** Whole packets, and of ICMP only queries; a reply answers something and opens nothing. */
function canOpen(view: PacketView, farPort: number): boolean {
  if (farPort < 0 || view.isFragment) return false
  return view.protocol !== PROTOCOL.icmp || isQueryRequest(view.icmpType)
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

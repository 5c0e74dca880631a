/**
 * The masq ports of one protocol: who has which, who may have it next.
 *
 * Theory of operation
 *
 * Goals. A LAN socket (client address and port) has one masq port for all its connections, towards whatever server
 * (endpoint-independent mapping: RFC 4787 REQ-1, RFC 5382 REQ-1), and no two LAN sockets ever have the same one (REQ-3, no
 * overloading). An outsider cannot guess the port (RFC 6056), nor can a LAN machine shadow a service of the box by owning
 * its port. The same holds for ICMP, where the identifier takes the place of the port (RFC 5508 REQ-1).
 *
 * A port is in one of three conditions:
 *
 *   used     `uses` > 0 connections of its owner go through it
 *   resting  the last of them ended less than 120 s ago (RFC 6888 REQ-8): only its last owner may have it back
 *   free     anybody may have it; its last owner, if still remembered, is asked first
 *
 * and it is *available* when it is free, inside the configured range and not reserved. Reserved ports are those on which
 * the box itself listens; the box's own connections may use them, nobody else may. Changing the range or a reservation
 * concerns new connections only.
 *
 * The choice for a LAN socket without a port: its own port number if available; else the first available one from a random
 * place on; else the resting one that has rested longest, because late packets of its former connections are a smaller
 * evil than none of the new ones working; else none. The box's own connections keep their port number in or out of the
 * range, unless a LAN socket has it or had it a moment ago; then they are translated like any other.
 *
 * Extra ports. A rule may name the ports that may be used (MASQ --to-ports), and a LAN socket may reach the same server by
 * two addresses, which the server could not tell apart. Where the socket's own port will not do it gets another one beside it.
 * Such a port belongs to the connections it was taken for, and is not remembered for its socket.
 *
 * Counting. `exact`: the ports of the range neither used nor reserved. `classic` (2.2, PORT_MASQ_MUL): starts at ten times
 * the range and goes down by one for every masqueraded connection. Then classic-ports.ts chooses, not this pool: ports are shared
 * by sockets that talk to different servers (share()), belong to nobody in particular (they count as extra), and do not rest.
 *
 * What must outlive the process (owner and rest of every port) lies in the table's memory. How many connections use a port
 * is counted from the connections themselves at a restart. One thread only; nothing allocates after the constructor
 * except configure() and the adoption.
 */

import { PORT_PRESETS, type Ports } from '@bauta/config'
import { hashKey } from './hash.ts'
import { LanSockets } from './lan-sockets.ts'
import {
  HEADER_WORD,
  OWNER_AT,
  OWNER_PORT_AT,
  PORTS_PER_PROTOCOL,
  REST_AT,
  TICKS_PER_SECOND,
} from './layout.ts'
import { PortBitmap } from './port-bitmap.ts'
import { RestQueue } from './rest-queue.ts'
import type { TableMemory } from './table-memory.ts'
import { writtenIn } from './written.ts'

/** RFC 6888 REQ-8: a port is not given to another for 120 s. */
export const REST_TICKS = 120 * TICKS_PER_SECOND
/** 2.2: PORT_MASQ_MUL */
const CLASSIC_MULTIPLE = 10

/** Both ends inclusive. */
export interface PortRange {
  from: number
  to: number
}

export class PortPool {
  readonly #words: Int32Array
  readonly #freeWord: number
  readonly #owner: Int32Array
  readonly #ownerPort: Uint16Array
  readonly #uses = new Int32Array(PORTS_PER_PROTOCOL)
  /** Ports that connections go through: where #uses is not 0. */
  readonly #used = new PortBitmap()
  readonly #available = new PortBitmap()
  readonly #reserved = new PortBitmap()
  /** Ports that forwards name; reserved like those of the box. */
  readonly #named = new PortBitmap()
  /** Used ports that are not their LAN socket's one port. */
  readonly #extra = new PortBitmap()
  readonly #resting: RestQueue
  readonly #sockets: LanSockets
  readonly #random: () => number
  #from: number = PORT_PRESETS.standard.from
  #to: number = PORT_PRESETS.standard.to
  #classic = false
  /** Ports of the range that are used or reserved. */
  #taken = 0
  /** Connections of LAN sockets. */
  #masqueraded = 0

  /**
   * @param protocol 0 UDP, 1 TCP, 2 ICMP
   * @param random 32 random bits per call, as any number; a signed one spares the engine an object
   */
  constructor(memory: TableMemory, protocol: number, seed: number, random: () => number) {
    const buffer = memory.words.buffer
    const first = protocol * PORTS_PER_PROTOCOL
    this.#words = memory.words
    this.#freeWord = HEADER_WORD.freePorts + protocol
    this.#owner = new Int32Array(buffer, OWNER_AT + first * 4, PORTS_PER_PROTOCOL)
    this.#ownerPort = new Uint16Array(buffer, OWNER_PORT_AT + first * 2, PORTS_PER_PROTOCOL)
    this.#resting = new RestQueue(new Float64Array(buffer, REST_AT + first * 8, PORTS_PER_PROTOCOL))
    this.#sockets = new LanSockets(this.#owner, this.#ownerPort, seed)
    this.#random = random
    this.#recount()
  }

  /** What free() is with no connection at all and nothing reserved. */
  get capacity(): number {
    return (this.#to - this.#from + 1) * (this.#classic ? CLASSIC_MULTIPLE : 1)
  }

  get free(): number {
    return Math.max(0, this.capacity - (this.#classic ? this.#masqueraded : this.#taken))
  }

  /** @returns how many connections go through the port */
  uses(port: number): number {
    return this.#uses[port]!
  }

  isResting(port: number): boolean {
    return this.#resting.has(port)
  }

  /** Whether a LAN socket other than `owner` (signed 32-bit) is using the port. */
  isOthers(port: number, owner: number): boolean {
    return this.#uses[port] !== 0 && this.#owner[port] !== owner
  }

  /** Whether a used port is one beside its LAN socket's own. */
  isExtra(port: number): boolean {
    return this.#extra.has(port)
  }

  get from(): number {
    return this.#from
  }

  get to(): number {
    return this.#to
  }

  get classic(): boolean {
    return this.#classic
  }

  /** classic: whether a connection of a LAN socket may go through the port at all. */
  mayShare(port: number): boolean {
    return !this.#isReserved(port)
  }

  /** classic: one more connection through `port`. @param whole the port is this socket's alone @returns the port */
  share(port: number, client: number, clientPort: number, whole: boolean): number {
    if (this.#uses[port] === 0) {
      const before = whole ? this.#sockets.find(client, clientPort) : -1
      if (before >= 0) this.#forget(before)
      this.#give(port, client, clientPort, !whole)
    }
    return this.#count(port)
  }

  configure(ports: Ports): void {
    this.#from = ports.from
    this.#to = ports.to
    this.#classic = ports.counting === 'classic'
    this.#recount()
  }

  setReserved(port: number, on: boolean): void {
    if (on === this.#reserved.has(port)) return
    if (on) this.#reserved.add(port)
    else this.#reserved.delete(port)
    if (this.#inRange(port) && this.#uses[port] === 0 && !this.#named.has(port)) this.#taken += on ? 1 : -1
    this.#offer(port)
    this.#publish()
  }

  /** Replaces the ports that forwards name. */
  setNamed(ranges: readonly PortRange[]): void {
    this.#named.clear()
    for (const { from, to } of ranges) for (let port = from; port <= to; port++) this.#named.add(port)
    this.#recount()
  }

  /** @returns the port that a LAN socket's connections go through now, or -1 */
  portOf(client: number, clientPort: number): number {
    const port = this.#sockets.find(client, clientPort)
    return port >= 0 && this.#uses[port] !== 0 ? port : -1
  }

  /** @returns whose the port is while connections go through it, signed; 0: nobody's, or that of several sockets */
  ownerOf(port: number): number {
    if (this.#uses[port] === 0 || (this.#classic && this.#extra.has(port))) return 0
    return this.#owner[port]!
  }

  ownerPortOf(port: number): number {
    return this.#ownerPort[port]!
  }

  clearReserved(): void {
    this.#reserved.clear()
    this.#recount()
  }

  /**
   * Counts one more connection of a LAN socket.
   * @param client signed 32-bit
   * @param own the box's own connection, which keeps its port where it can
   * @returns its masq port, or -1 when there is none
   */
  acquire(client: number, clientPort: number, own: boolean, now: number): number {
    if (this.#classic && !own && this.#masqueraded >= this.capacity) return -1
    this.#wake(now)
    let port = this.#sockets.find(client, clientPort)
    if (port >= 0 && this.#uses[port] === 0 && !this.#allowed(port, own && port === clientPort)) {
      this.#forget(port)
      port = -1
    }
    if (port < 0) {
      port = this.#choose(clientPort, own)
      if (port < 0) return -1
      this.#give(port, client, clientPort, false)
    }
    if (!own) this.#masqueraded++
    this.#use(port)
    return port
  }

  /**
   * As acquire() for a LAN socket, but only ports from `from` to `to` will do, whatever the settings' range.
   * @returns its masq port, or -1
   */
  acquireWithin(client: number, clientPort: number, from: number, to: number, now: number): number {
    if (this.#classic && this.#masqueraded >= this.capacity) return -1
    this.#wake(now)
    let port = this.#sockets.find(client, clientPort)
    if (port >= 0 && this.#uses[port] === 0 && !(port >= from && port <= to)) {
      this.#forget(port)
      port = -1
    }
    if (port >= from && port <= to) return this.#count(port)
    const known = port >= 0
    // The socket's connections under the same rule share a port as long as the search meets it first.
    port = this.#search(client, clientPort, from, to, known)
    if (port < 0) return -1
    if (this.#uses[port] === 0) this.#give(port, client, clientPort, known)
    return this.#count(port)
  }

  /** A port that no other connection goes through. @param from 0: the settings' range @returns -1: there is none */
  acquireExtra(client: number, clientPort: number, from: number, to: number, now: number): number {
    if (this.#classic && this.#masqueraded >= this.capacity) return -1
    this.#wake(now)
    const port =
      from === 0 ? this.#choose(clientPort, false) : this.#search(client, clientPort, from, to, false)
    if (port < 0 || this.#uses[port] !== 0) return -1
    this.#give(port, client, clientPort, true)
    return this.#count(port)
  }

  /** One connection fewer through this port; after the last one the port rests. */
  release(port: number, own: boolean, now: number): void {
    if (!own) this.#masqueraded--
    this.#uses[port]!--
    if (this.#uses[port] === 0) {
      this.#used.delete(port)
      if (this.#inRange(port) && !this.#isReserved(port)) this.#taken--
      if (this.#classic) {
        this.#forget(port)
        this.#resting.forgo(port)
        this.#offer(port)
      } else {
        this.#resting.add(port, now + REST_TICKS)
        if (this.#extra.has(port)) this.#forget(port)
      }
    }
    this.#publish()
  }

  /** Adoption, first part: tells of one connection that was found in the memory. */
  adopt(port: number, client: number, clientPort: number, own: boolean, extra = false): void {
    if (extra) this.#extra.add(port)
    this.#owner[port] = client
    this.#ownerPort[port] = clientPort
    this.#uses[port]!++
    this.#used.add(port)
    if (!own) this.#masqueraded++
    this.#resting.forgo(port)
  }

  /** Adoption, second part: every connection has been told of. */
  finishAdoption(): void {
    this.#resting.rebuild()
    for (const port of this.#used) if (!this.#extra.has(port)) this.#sockets.add(port)
    const owner = this.#owner
    for (const [from, to] of writtenIn(owner))
      for (let port = from; port < to; port++) {
        if (owner[port] === 0 || this.#used.has(port)) continue
        // A socket that was killed in the middle of changing ports is remembered with the one it uses.
        if (this.#sockets.find(owner[port]!, this.#ownerPort[port]!) >= 0) owner[port] = 0
        else this.#sockets.add(port)
      }
    this.#recount()
  }

  #choose(clientPort: number, own: boolean): number {
    const kept = own
      ? this.#uses[clientPort] === 0 && !this.#resting.has(clientPort)
      : this.#available.has(clientPort)
    if (kept) return clientPort
    if (this.#available.size > 0) {
      const share = (this.#random() >>> 0) / 2 ** 32
      const start = this.#from + Math.floor(share * (this.#to - this.#from + 1))
      return this.#available.search(start, this.#from, this.#to)
    }
    let port = this.#resting.first
    while (port >= 0 && !this.#allowed(port, false)) port = this.#resting.after(port)
    return port
  }

  /** A port of a named range: one that the socket has there already, else its own number, else the first that is to be had. */
  #search(client: number, clientPort: number, from: number, to: number, mine: boolean): number {
    const size = to - from + 1
    const inside = clientPort >= from && clientPort <= to
    const start = inside ? clientPort : from + ((hashKey(0, client, 0, clientPort, 0) >>> 0) % size)
    let rested = -1
    for (let i = 0; i < size; i++) {
      const port = from + ((start - from + i) % size)
      if (this.#uses[port] !== 0) {
        const same = this.#owner[port] === client && this.#ownerPort[port] === clientPort
        if (mine && same) return port
      } else if (!this.#isReserved(port)) {
        if (!this.#resting.has(port)) return port
        if (rested < 0) rested = port
      }
    }
    return rested
  }

  /** Makes a port without connections the socket's own, or one beside it. */
  #give(port: number, client: number, clientPort: number, extra: boolean): void {
    this.#forget(port)
    this.#owner[port] = client
    this.#ownerPort[port] = clientPort
    if (extra) this.#extra.add(port)
    else this.#sockets.add(port)
  }

  #count(port: number): number {
    this.#masqueraded++
    this.#use(port)
    return port
  }

  #use(port: number): void {
    if (this.#uses[port] === 0) {
      if (this.#resting.has(port)) this.#resting.remove(port)
      this.#used.add(port)
      this.#available.delete(port)
      if (this.#inRange(port) && !this.#isReserved(port)) this.#taken++
    }
    this.#uses[port]!++
    this.#publish()
  }

  #forget(port: number): void {
    if (this.#owner[port] === 0) return
    if (this.#extra.has(port)) this.#extra.delete(port)
    else this.#sockets.remove(port)
    this.#owner[port] = 0
  }

  #wake(now: number): void {
    let port = this.#resting.wake(now)
    while (port >= 0) {
      this.#offer(port)
      port = this.#resting.wake(now)
    }
  }

  #isReserved(port: number): boolean {
    return this.#reserved.has(port) || this.#named.has(port)
  }

  #inRange(port: number): boolean {
    return port >= this.#from && port <= this.#to
  }

  /** Whether a new connection may be given this port as far as the settings go. */
  #allowed(port: number, kept: boolean): boolean {
    return kept || (this.#inRange(port) && !this.#isReserved(port))
  }

  /** Brings the set of available ports up to date with one port's condition. */
  #offer(port: number): void {
    const free = this.#uses[port] === 0 && !this.#resting.has(port)
    if (free && this.#allowed(port, false)) this.#available.add(port)
    else this.#available.delete(port)
  }

  #recount(): void {
    const [from, to] = [this.#from, this.#to]
    const available = this.#available
    available.unite([this.#used, this.#reserved, this.#named])
    this.#taken = available.countBetween(from, to)
    available.unite([this.#used, this.#reserved, this.#named, this.#resting.ports])
    available.invert(from, to)
    this.#publish()
  }

  /** Shows the figures to the other threads. */
  #publish(): void {
    this.#words[this.#freeWord] = this.free
    this.#words[HEADER_WORD.portCapacity] = this.capacity
  }
}

/**
 * What helpers may open: expectations, and the GRE calls of PPTP. The one place that says what is refused: a port below 1024 or
 * X11's, another machine than the one that speaks, more than the limits allow.
 */
import { HELPER_NAMES, type Ports } from '@bauta/config'
import { FLAG } from '../connection-fields.ts'
import { IN, type KeyIndex, OUT } from '../key-index.ts'
import { HALF, PROTOCOLS, protocolIndex, SLOT_HALVES, TICKS_PER_SECOND } from '../layout.ts'
import type { PortPool } from '../ports.ts'
import { STATE } from '../states.ts'
import type { ConnectionTable } from '../table.ts'
import type { TableWriter } from '../table-writer.ts'
import type { ExpiryWheel } from '../wheel.ts'
import { type Expectations, KIND } from './expectations.ts'
import { type Expectation, isSafePort } from './helper.ts'
import type { Links } from './links.ts'

export const GRE = 47
/** How long a GRE number waits for the server's; also how many random ones are tried. */
const CALL_SECONDS = 120
const MOST_TRIES = 64

export interface OpeningParts {
  table: ConnectionTable
  index: KeyIndex
  writer: TableWriter
  wheel: ExpiryWheel
  pools: readonly PortPool[]
  timeouts: Int32Array
  random: () => number
  expectations: Expectations
  links: Links
  /** Ends a connection. */
  close: (slot: number, now: number) => void
}

/** Addresses as numbers, 0: any. */
export interface Announcement {
  protocol: number
  near: number
  nearPort: number
  masqPort: number
  far: number
  farPort: number
  seconds: number
}

export class Opening {
  readonly #parts: OpeningParts
  readonly #halves: Int16Array
  readonly #notesAt: number
  /** The settings' range of masq ports. */
  #from = 1024
  #to = 65_535

  constructor(parts: OpeningParts) {
    this.#parts = parts
    this.#halves = parts.table.memory.halves
    this.#notesAt = parts.table.memory.slotsAt / 2 + HALF.note
  }

  configure({ from, to }: Ports): void {
    this.#from = from
    this.#to = to
  }

  expect(slot: number, wanted: Expectation, now: number): number {
    const { expectations } = this.#parts
    if (!this.#isLegal(slot, wanted)) return this.#refuse()
    const known = this.#same(slot, wanted)
    if (known >= 0) {
      expectations.renew(known, now + wanted.seconds * TICKS_PER_SECOND)
      return expectations.masqPort(known)
    }
    if (wanted.opener === OUT) return this.#enter(slot, wanted, 0, now)
    if (!this.#isTranslated(slot)) return this.#enter(slot, wanted, wanted.nearPort, now)
    const pool = this.#pool(wanted.protocol)
    const { near, nearPort, masqPort } = wanted
    const port =
      masqPort === 0
        ? pool.acquire(near | 0, nearPort, false, now)
        : pool.acquireWithin(near | 0, nearPort, masqPort, masqPort, now)
    if (port < 0) return this.#refuse()
    return this.#enter(slot, wanted, port, now)
  }

  expectPair(slot: number, wanted: Expectation, now: number): number {
    const { expectations } = this.#parts
    const first = wanted.nearPort
    if (!isSafePort(first + 1, wanted.protocol) || wanted.opener !== IN || !this.#isLegal(slot, wanted))
      return this.#refuse()
    if (!this.#isTranslated(slot)) return this.#enterPlainPair(slot, wanted, now)
    const pool = this.#pool(wanted.protocol)
    const until = now + wanted.seconds * TICKS_PER_SECOND
    const known = this.#same(slot, wanted)
    wanted.nearPort = first + 1
    const second = this.#same(slot, wanted)
    wanted.nearPort = first
    if (known >= 0 && second >= 0) {
      expectations.renew(known, until)
      expectations.renew(second, until)
      return expectations.masqPort(known)
    }
    const port = this.#acquirePair(pool, wanted.near | 0, first, now)
    if (port < 0) return this.#refuse()
    const entered = this.#enter(slot, wanted, port, now)
    wanted.nearPort = first + 1
    const both = entered < 0 ? -1 : this.#enter(slot, wanted, port + 1, now)
    wanted.nearPort = first
    if (entered < 0) pool.release(port + 1, false, now)
    else if (both < 0) expectations.end(this.#same(slot, wanted), now)
    return both < 0 ? -1 : port
  }

  /**
   * A way in that a program on the box asks for, not a conversation (ip_masq_user of 2.2). Asked again it begins to wait anew.
   * @param wan the WAN address @returns false: the port is somebody's, or not safe, or too much is waited for
   */
  announce(wanted: Announcement, wan: number, now: number): boolean {
    const { expectations } = this.#parts
    const { protocol, nearPort, masqPort, farPort, seconds } = wanted
    if (!isSafePort(nearPort, protocol) || !isSafePort(masqPort, protocol)) return false
    const near = wanted.near | 0
    const far = wanted.far | 0
    const until = now + seconds * TICKS_PER_SECOND
    const known = expectations.findOwnerless(protocol, masqPort)
    if (known >= 0) expectations.end(known, now)
    const pool = this.#pool(protocol)
    if (pool.acquireWithin(near, nearPort, masqPort, masqPort, now) < 0) return false
    // Who is named with his port is one connection; anybody else may come as often as there is time.
    const flags = KIND.holdsPort | (far !== 0 && farPort !== 0 ? 0 : KIND.permanent)
    const made = expectations.add(protocol, flags, near, nearPort, masqPort, far, farPort, wan | 0, -1, until)
    if (made < 0) pool.release(masqPort, false, now)
    return made >= 0
  }

  /** @returns whether such a way in was open */
  withdraw(protocol: number, masqPort: number, now: number): boolean {
    const { expectations } = this.#parts
    const known = expectations.findOwnerless(protocol, masqPort)
    if (known >= 0) expectations.end(known, now)
    return known >= 0
  }

  forget(slot: number, now: number): void {
    this.#parts.expectations.forget(slot, now)
  }

  masqPortOf(protocol: number, near: number, nearPort: number): number {
    const pool = protocolIndex(protocol)
    return pool < 0 || pool >= PROTOCOLS ? -1 : this.#parts.pools[pool]!.portOf(near, nearPort)
  }

  ownerOf(protocol: number, masqPort: number): number {
    return this.#pool(protocol).ownerOf(masqPort) >>> 0
  }

  ownerPortOf(protocol: number, masqPort: number): number {
    return this.#pool(protocol).ownerPortOf(masqPort)
  }

  reserveCall(slot: number, clientCall: number, now: number): number {
    const { table, expectations, random } = this.#parts
    const near = table.clientBits(slot)
    const far = table.serverBits(slot)
    const wan = table.wanBits(slot)
    const until = now + CALL_SECONDS * TICKS_PER_SECOND
    const known = expectations.findCall(slot, 'near', clientCall)
    if (known >= 0) {
      if (expectations.farPort(known) === 0) expectations.renew(known, until)
      return expectations.masqPort(known)
    }
    let call = clientCall
    for (let i = 0; i < MOST_TRIES; i++) {
      if (call !== 0 && !this.#isCallTaken(wan, call, far)) {
        const flags = KIND.call | KIND.controlled
        const made = expectations.add(GRE, flags, near, clientCall, call, far, 0, wan, slot, until)
        return made < 0 ? -1 : call
      }
      call = random() & 0xffff
    }
    return this.#refuse()
  }

  clientCallOf(slot: number, masqCall: number): number {
    const { expectations } = this.#parts
    const call = expectations.findCall(slot, 'masq', masqCall)
    return call < 0 ? -1 : expectations.nearPort(call)
  }

  masqCallOf(slot: number, serverCall: number): number {
    const { expectations } = this.#parts
    const call = serverCall === 0 ? -1 : expectations.findCall(slot, 'far', serverCall)
    return call < 0 ? -1 : expectations.masqPort(call)
  }

  openCall(slot: number, masqCall: number, serverCall: number, now: number): boolean {
    const { table, index, writer, wheel, timeouts, expectations, links } = this.#parts
    const promised = expectations.findCall(slot, 'masq', masqCall)
    if (promised < 0) return false
    // The server says it again.
    if (this.#tunnel(slot, masqCall) >= 0) return true
    const clientCall = expectations.nearPort(promised)
    const client = table.clientBits(slot)
    const wan = table.wanBits(slot)
    const server = table.serverBits(slot)
    const asked = table.askedBits(slot)
    const former = index.find(OUT, GRE, client, serverCall, asked)
    if (former >= 0) this.#parts.close(former, now)
    if (writer.full || index.find(IN, GRE, wan, masqCall << 16, server) >= 0) return this.#refuse() > 0
    expectations.answerCall(promised, serverCall)
    const timeout = timeouts[STATE.OTHER]!
    const tunnel = writer.open(
      GRE,
      client,
      asked,
      serverCall,
      wan,
      server,
      masqCall << 16,
      FLAG.expected,
      STATE.OTHER,
      timeout,
      table.ruleId(slot),
      table.revision(slot),
      now,
    )
    wheel.add(tunnel)
    this.#halves[this.#notesAt + tunnel * SLOT_HALVES] = clientCall
    links.tie(tunnel, slot)
    return true
  }

  endCall(slot: number, masqCall: number, now: number): void {
    const { expectations, close } = this.#parts
    const call = expectations.findCall(slot, 'masq', masqCall)
    if (call >= 0) expectations.end(call, now)
    const tunnel = this.#tunnel(slot, masqCall)
    if (tunnel >= 0) close(tunnel, now)
  }

  /** @returns the slot of an open call of this conversation, or -1 */
  #tunnel(slot: number, masqCall: number): number {
    const { table, index } = this.#parts
    const tunnel = index.find(IN, GRE, table.wanBits(slot), masqCall << 16, table.serverBits(slot))
    return tunnel >= 0 && table.controller(tunnel) === slot ? tunnel : -1
  }

  #isCallTaken(wan: number, call: number, far: number): boolean {
    const { index, expectations } = this.#parts
    return index.find(IN, GRE, wan, call << 16, far) >= 0 || expectations.callTaken(wan, call, far)
  }

  /** Only between the machines that speak; and what comes in, only to a port that nobody minds. */
  #isLegal(slot: number, wanted: Expectation): boolean {
    const { protocol, opener, near, nearPort, target, targetPort } = wanted
    const server = this.#parts.table.serverBits(slot)
    if ((near | 0) !== this.#parts.table.clientBits(slot)) return false
    if (protocol !== 6 && protocol !== 17) return false
    if (opener === OUT) return target === 0 || ((target | 0) === server && isSafePort(targetPort))
    return isSafePort(nearPort, protocol)
  }

  #same(slot: number, { protocol, opener, near, nearPort, far, farPort }: Expectation): number {
    const kind = opener === OUT ? KIND.out : 0
    return this.#parts.expectations.findSame(slot, protocol, kind, near | 0, nearPort, far | 0, farPort)
  }

  /** @param port acquired for it; given back where there is no room. 0 for OUT */
  #enter(slot: number, wanted: Expectation, port: number, now: number): number {
    const { table, expectations } = this.#parts
    const { protocol, near, nearPort, far, farPort, seconds, permanent, controlled } = wanted
    const holds = wanted.opener === IN && this.#isTranslated(slot)
    const flags =
      (holds ? KIND.holdsPort : 0) |
      (wanted.opener === OUT ? KIND.out : 0) |
      (permanent ? KIND.permanent : 0) |
      (controlled ? KIND.controlled : 0)
    const until = now + seconds * TICKS_PER_SECOND
    const wan = table.wanBits(slot)
    const i = expectations.add(protocol, flags, near | 0, nearPort, port, far | 0, farPort, wan, slot, until)
    if (i < 0) {
      if (holds) this.#pool(protocol).release(port, false, now)
      return -1
    }
    if (wanted.target !== 0) expectations.setTarget(i, wanted.target | 0, wanted.targetPort)
    if (wanted.helper) expectations.setChild(i, HELPER_NAMES.indexOf(wanted.helper) + 1, wanted.stage)
    return port
  }

  /** Not translated: nothing has to be found. */
  #enterPlainPair(slot: number, wanted: Expectation, now: number): number {
    const first = wanted.nearPort
    const entered = this.expect(slot, wanted, now)
    wanted.nearPort = first + 1
    const both = entered < 0 ? -1 : this.expect(slot, wanted, now)
    wanted.nearPort = first
    return both < 0 ? -1 : first
  }

  /** Whether the far side knows the machine by another address: where packets are only routed, it is reached by its own. */
  #isTranslated(slot: number): boolean {
    const { table } = this.#parts
    return table.wanBits(slot) !== table.clientBits(slot)
  }

  /** The socket's own port if that one is even and the next is free for its neighbour; else a random pair. @returns the even one */
  #acquirePair(pool: PortPool, near: number, nearPort: number, now: number): number {
    const own = pool.acquire(near, nearPort, false, now)
    if (own >= 0) {
      const fits =
        (own & 1) === 0 && pool.acquireWithin(near, nearPort + 1, own + 1, own + 1, now) === own + 1
      if (fits) return own
      pool.release(own, false, now)
    }
    const pairs = (this.#to - this.#from) >> 1
    for (let i = 0; i < MOST_TRIES && pairs > 0; i++) {
      const even = ((this.#from + 1) & ~1) + 2 * Math.floor(((this.#parts.random() >>> 0) / 2 ** 32) * pairs)
      if (even + 1 > this.#to || pool.acquireWithin(near, nearPort, even, even, now) < 0) continue
      if (pool.acquireWithin(near, nearPort + 1, even + 1, even + 1, now) >= 0) return even
      pool.release(even, false, now)
    }
    return -1
  }

  #pool(protocol: number): PortPool {
    return this.#parts.pools[protocolIndex(protocol)]!
  }

  #refuse(): -1 {
    this.#parts.expectations.refused++
    return -1
  }
}

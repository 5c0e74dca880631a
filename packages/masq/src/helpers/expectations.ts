/**
 * What helpers wait for: connections that a conversation has announced, and that are let in because of it.
 *
 * Theory of operation
 *
 * A small table of its own beside that of the connections, in the same memory (layout.ts, EXPECTATION), so that a packet thread that
 * starts again still lets in what was announced. It is searched only for packets that belong to no connection, and only as far as
 * it was ever filled since it was last empty.
 *
 * An expectation is of one of three kinds. IN: the far side will come to a port of the WAN address and is led to a LAN socket; the
 * far end is known as far as the conversation named it. The port is the one that the LAN socket has by the mapping of ports.ts, and is held
 * while the expectation stands: nobody else can get it, and the socket keeps it. OUT: the near side will go out; nothing needs to be
 * opened for that, but the connection counts as RELATED and keeps its controller alive. CALL: what a call of PPTP is called by whom; it
 * waits for the server's own number, and then is remembered as long as the call.
 *
 * It ends when it is met (unless permanent), when its time is over (2.2: LISTEN, 120 s), when the connection that made it ends and it
 * was controlled by it, when its helper is switched off, or when the WAN address changes.
 *
 * Limits: EXPECTATIONS in all, MOST_OF_ONE for one connection. Beyond them nothing is expected, and `refused` counts it.
 */
import type { Direction } from '../key-index.ts'
import { IN, OUT } from '../key-index.ts'
import { EXPECTATION, EXPECTATION_BYTES, EXPECTATIONS, EXPECTATIONS_AT, protocolIndex } from '../layout.ts'
import type { PortPool } from '../ports.ts'
import type { ConnectionTable } from '../table.ts'

/** What one control connection may have announced at a time. */
export const MOST_OF_ONE = 32

/** Bits of the flags. */
export const KIND = { out: 1, permanent: 2, controlled: 4, holdsPort: 8, call: 16 } as const

const WORDS = EXPECTATION_BYTES / 4

export class Expectations {
  readonly #words: Int32Array
  readonly #doubles: Float64Array
  readonly #bytes: Uint8Array
  readonly #table: ConnectionTable
  readonly #pools: readonly PortPool[]
  /** Places at and above this one are free. */
  #limit = 0
  #count = 0
  /** No expectation ends by its time before this tick. */
  #soonest = Number.POSITIVE_INFINITY
  /** How many could not be made. */
  refused = 0

  constructor(table: ConnectionTable, pools: readonly PortPool[]) {
    this.#words = table.memory.words
    this.#doubles = table.memory.doubles
    this.#bytes = table.memory.bytes
    this.#table = table
    this.#pools = pools
  }

  get count(): number {
    return this.#count
  }

  /** After a restart, between the two parts of the pools' own adoption. */
  adopt(): void {
    for (let i = 0; i < EXPECTATIONS; i++) {
      if (!this.used(i)) continue
      this.#count++
      this.#limit = i + 1
      this.#soonest = 0
      if ((this.flags(i) & KIND.holdsPort) === 0) continue
      const pool = this.#pools[protocolIndex(this.protocol(i))]!
      pool.adopt(this.masqPort(i), this.near(i) >>> 0, this.nearPort(i), false)
    }
  }

  used(i: number): boolean {
    return this.#bytes[byteAt(i) + EXPECTATION.protocol] !== 0
  }
  protocol(i: number): number {
    return this.#bytes[byteAt(i) + EXPECTATION.protocol]!
  }
  flags(i: number): number {
    return this.#bytes[byteAt(i) + EXPECTATION.flags]!
  }
  /** The helper that reads the connection, 0: none; and its stage at first. */
  childHelper(i: number): number {
    return this.#bytes[byteAt(i) + EXPECTATION.childHelper]!
  }
  childStage(i: number): number {
    return this.#bytes[byteAt(i) + EXPECTATION.childStage]!
  }
  /** The helper that announced it. */
  helper(i: number): number {
    return this.#bytes[byteAt(i) + EXPECTATION.helper]!
  }
  /** Addresses as signed numbers. */
  near(i: number): number {
    return this.#words[wordAt(i) + EXPECTATION.near]!
  }
  far(i: number): number {
    return this.#words[wordAt(i) + EXPECTATION.far]!
  }
  wan(i: number): number {
    return this.#words[wordAt(i) + EXPECTATION.wan]!
  }
  nearPort(i: number): number {
    return this.#words[wordAt(i) + EXPECTATION.nearPorts]! >>> 16
  }
  masqPort(i: number): number {
    return this.#words[wordAt(i) + EXPECTATION.nearPorts]! & 0xffff
  }
  farPort(i: number): number {
    return this.#words[wordAt(i) + EXPECTATION.farPort]! & 0xffff
  }
  /** The slot of the connection that announced it, or -1 where that one has ended. */
  controller(i: number): number {
    const slot = this.#words[wordAt(i) + EXPECTATION.controller]! - 1
    const generation = this.#words[wordAt(i) + EXPECTATION.controllerGeneration]!
    return slot >= 0 && (this.#table.generation(slot) | 0) === generation ? slot : -1
  }

  /**
   * Enters one; the port, where it holds one, has been acquired for it.
   * @param controller the slot of the conversation; -1: none announced it
   * @returns its place, or -1: too many, and nothing was entered
   */
  add(
    protocol: number,
    flags: number,
    near: number,
    nearPort: number,
    masqPort: number,
    far: number,
    farPort: number,
    wan: number,
    controller: number,
    until: number,
  ): number {
    const i = this.#room(controller)
    if (i < 0) {
      this.refused++
      return -1
    }
    const words = this.#words
    const at = wordAt(i)
    words[at + EXPECTATION.near] = near
    words[at + EXPECTATION.nearPorts] = (nearPort << 16) | masqPort
    words[at + EXPECTATION.far] = far
    words[at + EXPECTATION.farPort] = farPort
    words[at + EXPECTATION.wan] = wan
    words[at + EXPECTATION.controller] = controller + 1
    words[at + EXPECTATION.controllerGeneration] = controller < 0 ? 0 : this.#table.generation(controller)
    words[at + EXPECTATION.target] = 0
    words[at + EXPECTATION.targetPort] = 0
    this.#doubles[byteAt(i) / 8 + EXPECTATION.expiresAt] = until
    this.#bytes[byteAt(i) + EXPECTATION.flags] = flags
    this.#bytes[byteAt(i) + EXPECTATION.childHelper] = 0
    this.#bytes[byteAt(i) + EXPECTATION.childStage] = 0
    this.#bytes[byteAt(i) + EXPECTATION.helper] = controller < 0 ? 0 : this.#table.helper(controller)
    // Last: what has a protocol is complete.
    this.#bytes[byteAt(i) + EXPECTATION.protocol] = protocol
    this.#soonest = Math.min(this.#soonest, until)
    this.#count++
    if (i >= this.#limit) this.#limit = i + 1
    return i
  }

  setChild(i: number, helper: number, stage: number): void {
    this.#bytes[byteAt(i) + EXPECTATION.childHelper] = helper
    this.#bytes[byteAt(i) + EXPECTATION.childStage] = stage
  }

  /** OUT: whom the far end stands for. */
  setTarget(i: number, address: number, port: number): void {
    this.#words[wordAt(i) + EXPECTATION.target] = address
    this.#words[wordAt(i) + EXPECTATION.targetPort] = port
  }
  target(i: number): number {
    return this.#words[wordAt(i) + EXPECTATION.target]!
  }
  targetPort(i: number): number {
    return this.#words[wordAt(i) + EXPECTATION.targetPort]!
  }

  renew(i: number, until: number): void {
    this.#doubles[byteAt(i) / 8 + EXPECTATION.expiresAt] = until
    this.#soonest = Math.min(this.#soonest, until)
  }

  /** @returns the place of what waits for a packet on this way that has no connection, or -1. Addresses as signed numbers */
  find(
    direction: Direction,
    protocol: number,
    near: number,
    nearPort: number,
    far: number,
    farPort: number,
  ): number {
    for (let i = 0; i < this.#limit; i++) {
      if (this.protocol(i) !== protocol || !this.used(i)) continue
      const flags = this.flags(i)
      if ((flags & KIND.call) !== 0 || ((flags & KIND.out) !== 0) !== (direction === OUT)) continue
      const port = this.farPort(i)
      const at = this.far(i)
      if ((at !== 0 && at !== far) || (port !== 0 && port !== farPort)) continue
      if (direction === IN) {
        if (this.wan(i) === near && this.masqPort(i) === nearPort) return i
      } else if (this.near(i) === near && (this.nearPort(i) === 0 || this.nearPort(i) === nearPort)) return i
    }
    return -1
  }

  /** @returns one that `slot` has announced already with these ends, or -1 */
  findSame(
    slot: number,
    protocol: number,
    kind: number,
    near: number,
    nearPort: number,
    far: number,
    farPort: number,
  ): number {
    for (let i = 0; i < this.#limit; i++) {
      if (this.protocol(i) !== protocol || this.controller(i) !== slot) continue
      if (((this.flags(i) ^ kind) & (KIND.out | KIND.call)) !== 0) continue
      if (this.near(i) !== near || this.nearPort(i) !== nearPort) continue
      if (this.far(i) === far && this.farPort(i) === farPort) return i
    }
    return -1
  }

  /** @returns a call of PPTP that `slot` has, by the number that one of the three calls it by; or -1 */
  findCall(slot: number, by: 'near' | 'masq' | 'far', call: number): number {
    for (let i = 0; i < this.#limit; i++) {
      if ((this.flags(i) & KIND.call) === 0 || !this.used(i) || this.controller(i) !== slot) continue
      const number = by === 'near' ? this.nearPort(i) : by === 'masq' ? this.masqPort(i) : this.farPort(i)
      if (number === call) return i
    }
    return -1
  }

  /** The far end has named its call too; from now on it is remembered as long as the conversation lasts. */
  answerCall(i: number, farCall: number): void {
    this.#words[wordAt(i) + EXPECTATION.farPort] = farCall
    this.#doubles[byteAt(i) / 8 + EXPECTATION.expiresAt] = Number.POSITIVE_INFINITY
  }

  /** Whether a GRE number is promised to a server already. */
  callTaken(wan: number, masqCall: number, far: number): boolean {
    for (let i = 0; i < this.#limit; i++)
      if (this.used(i) && (this.flags(i) & KIND.call) !== 0)
        if (this.wan(i) === wan && this.masqPort(i) === masqCall && this.far(i) === far) return true
    return false
  }

  /** @returns a way in at this port of the WAN address that no conversation announced, or -1 */
  findOwnerless(protocol: number, masqPort: number): number {
    for (let i = 0; i < this.#limit; i++) {
      if (this.protocol(i) !== protocol || this.masqPort(i) !== masqPort) continue
      const ownerless = this.#words[wordAt(i) + EXPECTATION.controller] === 0
      if (ownerless && (this.flags(i) & KIND.holdsPort) !== 0) return i
    }
    return -1
  }

  /** It is over; its port rests, unless something else goes through it. */
  end(i: number, now: number): void {
    const protocol = this.protocol(i)
    if ((this.flags(i) & KIND.holdsPort) !== 0)
      this.#pools[protocolIndex(protocol)]!.release(this.masqPort(i), false, now)
    this.#bytes[byteAt(i) + EXPECTATION.protocol] = 0
    this.#count--
    if (this.#count === 0) {
      this.#limit = 0
      this.#soonest = Number.POSITIVE_INFINITY
    }
  }

  /** The connection has ended: what it controls is not waited for any longer. */
  endOf(slot: number, now: number): void {
    for (let i = 0; i < this.#limit; i++)
      if (this.used(i) && (this.flags(i) & KIND.controlled) !== 0 && this.controller(i) === slot)
        this.end(i, now)
  }

  /** Takes back what the conversation has announced so far. */
  forget(slot: number, now: number): void {
    for (let i = 0; i < this.#limit; i++) if (this.used(i) && this.controller(i) === slot) this.end(i, now)
  }

  endOfHelper(helper: number, now: number): void {
    for (let i = 0; i < this.#limit; i++) if (this.used(i) && this.helper(i) === helper) this.end(i, now)
  }

  /** Another WAN address than `wan` (signed) has nothing to come. */
  retainOnly(wan: number, now: number): void {
    for (let i = 0; i < this.#limit; i++) if (this.used(i) && this.wan(i) !== wan) this.end(i, now)
  }

  expire(now: number): void {
    if (this.#count === 0 || now < this.#soonest) return
    let soonest = Number.POSITIVE_INFINITY
    for (let i = 0; i < this.#limit; i++) {
      if (!this.used(i)) continue
      const until = this.#doubles[byteAt(i) / 8 + EXPECTATION.expiresAt]!
      if (until <= now) this.end(i, now)
      else soonest = Math.min(soonest, until)
    }
    this.#soonest = soonest
  }

  #room(controller: number): number {
    let free = -1
    let mine = 0
    for (let i = 0; i < this.#limit; i++)
      if (!this.used(i)) {
        if (free < 0) free = i
      } else if (this.controller(i) === controller) mine++
    if (mine >= MOST_OF_ONE) return -1
    return free >= 0 ? free : this.#limit < EXPECTATIONS ? this.#limit : -1
  }
}

const byteAt = (i: number): number => EXPECTATIONS_AT + i * EXPECTATION_BYTES
const wordAt = (i: number): number => EXPECTATIONS_AT / 4 + i * WORDS

/**
 * The writing side of the connection table: slots come to life and end here, in the order that table.ts promises.
 * There is one writer for a table. Free slots that were used before are linked through their `next` words.
 */
import { FLAG } from './connection-fields.ts'
import type { Direction, KeyIndex } from './key-index.ts'
import { OUT } from './key-index.ts'
import {
  BYTE,
  DOUBLE,
  HALF,
  HEADER_DOUBLE,
  HEADER_WORD,
  KINDS,
  kindIndex,
  SLOT_BYTES,
  SLOT_DOUBLES,
  SLOT_HALVES,
  SLOT_WORDS,
  WORD,
} from './layout.ts'
import type { ConnectionTable } from './table.ts'

/** How a connection came to its end: which counter goes up. */
export const END = { expired: HEADER_DOUBLE.expired, ended: HEADER_DOUBLE.ended } as const
export type End = (typeof END)[keyof typeof END]

const NONE = -1

export class TableWriter {
  readonly #table: ConnectionTable
  readonly #index: KeyIndex
  readonly #words: Int32Array
  readonly #doubles: Float64Array
  readonly #bytes: Uint8Array
  readonly #halves: Int16Array
  readonly #slotsAt: number
  #free = NONE

  constructor(table: ConnectionTable) {
    this.#table = table
    this.#index = table.index
    this.#words = table.memory.words
    this.#doubles = table.memory.doubles
    this.#bytes = table.memory.bytes
    this.#halves = table.memory.halves
    this.#slotsAt = table.memory.slotsAt
  }

  get full(): boolean {
    return this.#free === NONE && this.#words[HEADER_WORD.touched] === this.#table.capacity
  }

  /**
   * Opens a connection; there is room. Addresses as signed 32-bit numbers, ports packed as in WORD.
   * The timing fields are set for a connection that is to expire at `now + timeout`.
   * @returns its slot
   */
  open(
    protocol: number,
    client: number,
    asked: number,
    outPorts: number,
    wan: number,
    server: number,
    inPorts: number,
    flags: number,
    state: number,
    timeout: number,
    ruleId: number,
    revision: number,
    now: number,
  ): number {
    const slot = this.#take()
    const words = this.#words
    const at = this.#slotsAt / 4 + slot * SLOT_WORDS
    const doubles = this.#doubles
    const doubleAt = this.#slotsAt / 8 + slot * SLOT_DOUBLES
    const generation = words[at + WORD.generation]!
    Atomics.store(words, at + WORD.generation, (generation + 1) | 0)
    for (let i = at + 1; i < at + SLOT_WORDS; i++) words[i] = 0
    words[at + WORD.client] = client
    words[at + WORD.asked] = asked
    words[at + WORD.server] = server
    words[at + WORD.wan] = wan
    words[at + WORD.outPorts] = outPorts
    words[at + WORD.inPorts] = inPorts
    words[at + WORD.timeout] = timeout
    words[at + WORD.ruleId] = ruleId
    words[at + WORD.revision] = revision
    doubles[doubleAt + DOUBLE.createdAt] = now
    doubles[doubleAt + DOUBLE.lastSeen] = now
    doubles[doubleAt + DOUBLE.expiresAt] = now + timeout
    this.#bytes[this.#slotsAt + slot * SLOT_BYTES + BYTE.state] = state
    this.#halves[this.#slotsAt / 2 + slot * SLOT_HALVES + HALF.flags] = flags
    this.#bytes[this.#slotsAt + slot * SLOT_BYTES + BYTE.protocol] = protocol
    Atomics.store(words, at + WORD.generation, (generation + 2) | 0)
    this.#index.insert(slot)
    this.#doubles[HEADER_DOUBLE.opened + kindIndex(protocol)]!++
    this.#countOne(protocol)
    return slot
  }

  /** Records the rule that admitted a connection, where it was opened before the rule was known. */
  setRule(slot: number, ruleId: number): void {
    this.#words[this.#slotsAt / 4 + slot * SLOT_WORDS + WORD.ruleId] = ruleId
  }

  /** Says which directions of a connection the kernel is to carry, and why not others; hops are set before. */
  setCarry(slot: number, carry: number): void {
    Atomics.store(this.#bytes, this.#slotsAt + slot * SLOT_BYTES + BYTE.carry, carry)
  }

  /** What a connection has counted in one direction. */
  setCounts(slot: number, direction: Direction, packets: number, bytes: number): void {
    const at = this.#slotsAt / 8 + slot * SLOT_DOUBLES
    this.#doubles[at + (direction === OUT ? DOUBLE.packetsOut : DOUBLE.packetsIn)] = packets
    this.#doubles[at + (direction === OUT ? DOUBLE.bytesOut : DOUBLE.bytesIn)] = bytes
  }

  setHops(slot: number, out: number, back: number): void {
    const at = this.#slotsAt + slot * SLOT_BYTES
    this.#bytes[at + BYTE.hopOut] = out
    this.#bytes[at + BYTE.hopIn] = back
  }

  /**
   * Another far end, the same in both views; none of the two is another connection's. Addresses signed. One view is changed after the other, and
   * in each the address before the port: so whoever is killed in between leaves one of the two whole, and #mendFarEnd knows which.
   */
  setFarEnd(slot: number, far: number, farPort: number): void {
    const words = this.#words
    const at = this.#slotsAt / 4 + slot * SLOT_WORDS
    this.#index.remove(slot)
    words[at + WORD.asked] = far
    words[at + WORD.outPorts] = (words[at + WORD.outPorts]! & 0xffff0000) | farPort
    words[at + WORD.server] = far
    words[at + WORD.inPorts] = (words[at + WORD.inPorts]! & 0xffff0000) | farPort
    this.#index.insert(slot)
  }

  /** Another WAN address (signed); the in view that comes of it is no other connection's. */
  setWan(slot: number, wan: number): void {
    const at = this.#slotsAt / 4 + slot * SLOT_WORDS
    this.#index.remove(slot)
    this.#words[at + WORD.wan] = wan
    this.#index.insert(slot)
  }

  /** Ends a connection: its slot is free afterwards. */
  close(slot: number, end: End): void {
    const protocol = kindIndex(this.#table.protocol(slot))
    this.#index.remove(slot)
    this.#vacate(slot)
    this.#words[HEADER_WORD.count]!--
    this.#words[HEADER_WORD.counts + protocol]!--
    this.#doubles[end + protocol]!++
  }

  /**
   * Adoption: puts the index right, and builds the free list and the counts anew.
   * @param found is told every connection
   */
  adopt(found: (slot: number) => void): void {
    const table = this.#table
    const lives = new Uint8Array(table.limit)
    for (let slot = 0; slot < lives.length; slot++) {
      if (!this.#lives(slot)) continue
      lives[slot] = 1
      if ((table.flags(slot) & FLAG.loose) !== 0) this.#mendFarEnd(slot)
    }
    this.#index.repair(lives)
    this.#words[HEADER_WORD.count] = 0
    this.#words.fill(0, HEADER_WORD.counts, HEADER_WORD.counts + KINDS)
    this.#free = NONE
    // Downward, so that the lowest free slots are the first to be used again.
    for (let slot = lives.length - 1; slot >= 0; slot--) {
      if (lives[slot] === 0) {
        this.#vacate(slot)
        continue
      }
      this.#countOne(table.protocol(slot))
      found(slot)
    }
    this.#balance()
  }

  /**
   * Whether there is a connection that goes on. One that no packet has gone through yet was being opened, and may lack what comes
   * after (its helper, say): its sender, who has seen nothing of it, will try again.
   */
  #lives(slot: number): boolean {
    const table = this.#table
    if ((table.generation(slot) & 1) !== 0 || !table.used(slot)) return false
    return table.packetsOut(slot) + table.packetsIn(slot) > 0
  }

  /** After a kill in the middle of setFarEnd(): the view whose address and port belong together says what the other one is. */
  #mendFarEnd(slot: number): void {
    const words = this.#words
    const at = this.#slotsAt / 4 + slot * SLOT_WORDS
    const inWhole = words[at + WORD.asked] !== words[at + WORD.server]
    const [address, ports] = inWhole ? [WORD.server, WORD.inPorts] : [WORD.asked, WORD.outPorts]
    const far = words[at + address]!
    const farPort = words[at + ports]! & 0xffff
    words[at + WORD.asked] = far
    words[at + WORD.server] = far
    words[at + WORD.outPorts] = (words[at + WORD.outPorts]! & 0xffff0000) | farPort
    words[at + WORD.inPorts] = (words[at + WORD.inPorts]! & 0xffff0000) | farPort
  }

  /** A kill may have come between an opening or an end and its count. What ended uncounted is counted as ended. */
  #balance(): void {
    const doubles = this.#doubles
    for (let kind = 0; kind < KINDS; kind++) {
      const alive =
        doubles[HEADER_DOUBLE.opened + kind]! -
        doubles[HEADER_DOUBLE.expired + kind]! -
        doubles[HEADER_DOUBLE.ended + kind]!
      const there = this.#words[HEADER_WORD.counts + kind]!
      if (alive < there) doubles[HEADER_DOUBLE.opened + kind]! += there - alive
      else doubles[HEADER_DOUBLE.ended + kind]! += alive - there
    }
  }

  #take(): number {
    const slot = this.#free
    if (slot === NONE) return this.#words[HEADER_WORD.touched]!++
    this.#free = this.#words[this.#slotsAt / 4 + slot * SLOT_WORDS + WORD.next]!
    return slot
  }

  /** Leaves a slot free and its generation even and higher, whatever it was. */
  #vacate(slot: number): void {
    const words = this.#words
    const at = this.#slotsAt / 4 + slot * SLOT_WORDS
    const changing = words[at + WORD.generation]! | 1
    Atomics.store(words, at + WORD.generation, changing)
    this.#bytes[this.#slotsAt + slot * SLOT_BYTES + BYTE.protocol] = 0
    words[at + WORD.next] = this.#free
    Atomics.store(words, at + WORD.generation, (changing + 1) | 0)
    this.#free = slot
  }

  #countOne(protocol: number): void {
    const words = this.#words
    words[HEADER_WORD.counts + kindIndex(protocol)]!++
    const count = ++words[HEADER_WORD.count]!
    if (count > words[HEADER_WORD.highWater]!) words[HEADER_WORD.highWater] = count
  }
}

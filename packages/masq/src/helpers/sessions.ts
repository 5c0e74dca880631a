/**
 * The records of the streams that helpers read: how far each is read, and by how much it has been shifted.
 *
 * One record (layout.ts, ADJUSTMENT) for each TCP connection with a helper, both directions; its number stands in the slot. It is taken
 * at the SYN, because a stream that was not seen from its first byte is not read at all, and given back when the connection ends. They
 * lie in the table's memory: a packet thread that starts again goes on where the other one was.
 *
 * What is only needed until the other end has acknowledged it, the text that was put in and what is held back, lies in `Passage`
 * objects here, made when they are first needed, and is lost with the thread: see stream.ts for what that means.
 *
 * There are MOST_SESSIONS. Beyond them a connection lives without its helper; that is counted.
 */
import type { Direction } from '../key-index.ts'
import { IN, OUT } from '../key-index.ts'
import {
  ADJUST_AT,
  ADJUSTMENT,
  ADJUSTMENT_BYTES,
  ADJUSTMENT_HALF,
  ADJUSTMENT_RECORDS,
  HALF,
  SLOT_HALVES,
} from '../layout.ts'
import type { ConnectionTable } from '../table.ts'

/** Number 0 is nobody's. */
export const MOST_SESSIONS = ADJUSTMENT_RECORDS - 1

/** Bits of `known`: in which directions the stream is followed from its first byte. */
const KNOWN = { out: 1, in: 2 } as const

/** What one direction of one stream has put in, and what it holds back; all positions as the sender counts. */
export class Passage {
  /** The last change: this much at `editAt` became `editText`. 0: there was none that is remembered. */
  editAt = 0
  editLength = 0
  editText: Uint8Array = new Uint8Array(0)
  /** What was added to positions before it, and is behind it. */
  deltaBefore = 0
  deltaBehind = 0
  /** The receiver has acknowledged all of it. */
  acknowledged = true
  /** Received and not passed on; ends where the stream is read to. */
  held: Uint8Array = new Uint8Array(0)
  heldLength = 0
  /** Its sender was told that it has arrived. */
  vouched = false
}

export class Sessions {
  readonly #words: Int32Array
  readonly #halves: Int16Array
  readonly #slotsAt: number
  readonly #free = new Int32Array(ADJUSTMENT_RECORDS)
  #freeCount = 0
  readonly #passages: (Passage | undefined)[] = []
  /** How far each direction was acknowledged, and whether that is known. */
  readonly #acknowledged = new Int32Array(2 * ADJUSTMENT_RECORDS)
  readonly #heard = new Uint8Array(2 * ADJUSTMENT_RECORDS)

  constructor(table: ConnectionTable) {
    this.#words = table.memory.words
    this.#halves = table.memory.halves
    this.#slotsAt = table.memory.slotsAt
    for (let number = MOST_SESSIONS; number > 0; number--) this.#free[this.#freeCount++] = number
  }

  /** After a restart: which records are in use is what the connections say. */
  adopt(table: ConnectionTable): void {
    const used = new Uint8Array(ADJUSTMENT_RECORDS)
    for (let slot = 0; slot < table.limit; slot++)
      if (table.used(slot) && table.adjustment(slot) !== 0) used[table.adjustment(slot)] = 1
    this.#freeCount = 0
    for (let number = MOST_SESSIONS; number > 0; number--)
      if (used[number] === 0) this.#free[this.#freeCount++] = number
  }

  /** @returns the number of a record for a connection, or 0: there is none left */
  take(slot: number): number {
    if (this.#freeCount === 0) return 0
    const number = this.#free[--this.#freeCount]!
    this.reset(number)
    this.#halves[this.#slotsAt / 2 + slot * SLOT_HALVES + HALF.adjustment] = number
    return number
  }

  giveBack(number: number): void {
    this.#passages[2 * number] = undefined
    this.#passages[2 * number + 1] = undefined
    this.#free[this.#freeCount++] = number
  }

  /** A new stream in both directions. */
  reset(number: number): void {
    this.#words.fill(0, at(number), at(number) + ADJUSTMENT_BYTES / 4)
    this.#passages[2 * number] = undefined
    this.#passages[2 * number + 1] = undefined
    this.#heard.fill(0, 2 * number, 2 * number + 2)
  }

  /** @param position as the sender counts */
  setAcknowledged(number: number, direction: Direction, position: number): void {
    const place = 2 * number + direction
    if (this.#heard[place] === 1 && ((position - this.#acknowledged[place]!) | 0) <= 0) return
    this.#heard[place] = 1
    this.#acknowledged[place] = position
  }

  hasAcknowledged(number: number, direction: Direction, position: number): boolean {
    const place = 2 * number + direction
    return this.#heard[place] === 1 && ((this.#acknowledged[place]! - position) | 0) >= 0
  }

  /** @returns what one direction holds and has put in, where there ever was anything */
  passage(number: number, direction: Direction): Passage | undefined {
    return this.#passages[2 * number + direction]
  }

  ensurePassage(number: number, direction: Direction): Passage {
    const found = this.#passages[2 * number + direction]
    if (found) return found
    const made = new Passage()
    this.#passages[2 * number + direction] = made
    return made
  }

  known(number: number, direction: Direction): boolean {
    return (this.#words[at(number) + ADJUSTMENT.known]! & bit(direction)) !== 0
  }
  setKnown(number: number, direction: Direction, on: boolean): void {
    if (on) this.#words[at(number) + ADJUSTMENT.known]! |= bit(direction)
    else this.#words[at(number) + ADJUSTMENT.known]! &= ~bit(direction)
  }
  /** The position up to which the stream was read. */
  readTo(number: number, direction: Direction): number {
    return this.#words[at(number) + ADJUSTMENT.readToOut + direction]!
  }
  setReadTo(number: number, direction: Direction, position: number): void {
    this.#words[at(number) + ADJUSTMENT.readToOut + direction] = position
  }
  initSeq(number: number, direction: Direction): number {
    return this.#words[at(number) + ADJUSTMENT.initSeqOut + direction]!
  }
  delta(number: number, direction: Direction): number {
    const low = this.#halves[2 * at(number) + half(direction)]! & 0xffff
    return (this.#halves[2 * at(number) + ADJUSTMENT_HALF.highOut + direction]! << 16) | low
  }
  /** One change alone is never larger than a packet, so 16 bits tell how far the two are apart. */
  previousDelta(number: number, direction: Direction): number {
    const low = 2 * at(number) + half(direction)
    const apart = ((this.#halves[low]! - this.#halves[low + 1]!) << 16) >> 16
    return this.delta(number, direction) - apart
  }
  /** As 2.2 did: what was the delta becomes the previous one. @param position of the packet that was changed, as its sender counts */
  shift(number: number, direction: Direction, position: number, growth: number): void {
    const before = this.delta(number, direction)
    this.#words[at(number) + ADJUSTMENT.initSeqOut + direction] = position
    this.#halves[2 * at(number) + half(direction) + 1] = before
    this.#halves[2 * at(number) + half(direction)] = before + growth
    this.#halves[2 * at(number) + ADJUSTMENT_HALF.highOut + direction] = (before + growth) >> 16
  }
}

const at = (number: number): number => (ADJUST_AT + number * ADJUSTMENT_BYTES) / 4
const bit = (direction: Direction): number => (direction === OUT ? KNOWN.out : KNOWN.in)
const half = (direction: Direction): number =>
  direction === IN ? ADJUSTMENT_HALF.deltaIn : ADJUSTMENT_HALF.deltaOut

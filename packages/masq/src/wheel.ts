/**
 * Expiry: which connection to look at, and when. The timer wheel of Linux 2.2 (timer.c), made lazy.
 *
 * Theory of operation
 *
 * Four levels of 256 buckets. A bucket of level 0 is one tick wide, of level 1 256 ticks, and so on; a bucket is a doubly
 * linked list through the slots. The wheel turns tick by tick; when level 0 has gone round, the next bucket of level 1 is
 * dealt out over it, and so upward. Entering and leaving cost a few stores, whatever the number of connections.
 *
 * Lazy means that a packet does not touch the wheel: it only stores `expiresAt`, which mostly moves away. When the wheel
 * comes to a slot it reads `expiresAt`, and either the connection is due or it is entered anew for that tick. So a busy
 * connection costs one visit per timeout, and the invariant is `wheelAt <= expiresAt`: the wheel may come too early, never
 * too late, and expiry is exact to the tick. Only a packet that brings the deadline nearer (a FIN, an RST, the first one
 * after a shorter setting) must call hasten().
 *
 * The work of one round is bounded by a budget of visited slots; what is left over is done in the next round. Empty ticks
 * are free: where level 0 is empty, 256 of them are one step. The links lie in the slots but are rebuilt at a restart; of the wheel's own state only
 * the tick it has reached outlives the process.
 */

import { DOUBLE, HEADER_DOUBLE, SLOT_DOUBLES, SLOT_WORDS, WORD } from './layout.ts'
import type { TableMemory } from './table-memory.ts'

const LEVELS = 4
const BUCKET_BITS = 8
const BUCKETS = 1 << BUCKET_BITS
const LAST_BUCKET = BUCKETS - 1
/** The farthest bucket, in ticks ahead; what is due later is met there and entered anew. */
const HORIZON = 2 ** 31

const NONE = -1
const UNLINKED = -1

export class ExpiryWheel {
  readonly #words: Int32Array
  readonly #doubles: Float64Array
  readonly #slotWords: number
  readonly #slotDoubles: number
  /** The first slot of every bucket, level by level. The first slot's `previous` is -2 - bucket. */
  readonly #first = new Int32Array(LEVELS * BUCKETS).fill(NONE)
  /** How many buckets of level 0 are not empty. */
  #nearBuckets = 0
  /** All ticks before this one are done. */
  #tick: number
  #budget = 0

  constructor(memory: TableMemory) {
    this.#words = memory.words
    this.#doubles = memory.doubles
    this.#slotWords = memory.slotsAt / 4
    this.#slotDoubles = memory.slotsAt / 8
    this.#tick = this.#doubles[HEADER_DOUBLE.wheelTick]!
  }

  /** With no connection in it the wheel need not turn through the past. */
  startAt(tick: number): void {
    this.#tick = Math.max(this.#tick, tick)
  }

  /** Enters a slot for the tick at which it expires as things are now. */
  add(slot: number): void {
    const at = this.#slotDoubles + slot * SLOT_DOUBLES
    const tick = this.#tick
    const due = Math.min(Math.max(this.#doubles[at + DOUBLE.expiresAt]!, tick), tick + HORIZON)
    this.#doubles[at + DOUBLE.wheelAt] = due
    let level = 0
    let turns = (due - tick) >>> BUCKET_BITS
    while (turns !== 0) {
      turns >>>= BUCKET_BITS
      level++
    }
    this.#link(slot, level * BUCKETS + ((due >>> (BUCKET_BITS * level)) & LAST_BUCKET))
  }

  /** Takes a slot out; one that nextDue() has handed over is out already. */
  remove(slot: number): void {
    const words = this.#words
    const at = this.#slotWords + slot * SLOT_WORDS
    const next = words[at + WORD.next]!
    const previous = words[at + WORD.previous]!
    if (previous === UNLINKED) return
    if (next !== NONE) words[this.#slotWords + next * SLOT_WORDS + WORD.previous] = previous
    if (previous >= 0) words[this.#slotWords + previous * SLOT_WORDS + WORD.next] = next
    else this.#setFirst(-2 - previous, next)
    words[at + WORD.previous] = UNLINKED
  }

  /** To be called when `expiresAt` was set; moves the slot only if the wheel would come too late. */
  hasten(slot: number): void {
    const at = this.#slotDoubles + slot * SLOT_DOUBLES
    if (this.#doubles[at + DOUBLE.expiresAt]! >= this.#doubles[at + DOUBLE.wheelAt]!) return
    this.remove(slot)
    this.add(slot)
  }

  /** Begins a round of work. @param budget how many slots may be visited */
  begin(budget: number): void {
    this.#budget = budget
  }

  /** @returns a slot that is due at or before `now` and no longer in the wheel; -1 when none is left or the budget is spent */
  nextDue(now: number): number {
    while (this.#tick <= now && this.#dealOut()) {
      const slot = this.#first[this.#tick & LAST_BUCKET]!
      if (slot === NONE) {
        this.#turn(now)
        continue
      }
      if (this.#budget-- <= 0) break
      this.remove(slot)
      if (this.#doubles[this.#slotDoubles + slot * SLOT_DOUBLES + DOUBLE.expiresAt]! <= this.#tick)
        return slot
      this.add(slot)
    }
    this.#doubles[HEADER_DOUBLE.wheelTick] = this.#tick
    return -1
  }

  /** On to the next tick, or over the rest of level 0 where it is empty. */
  #turn(now: number): void {
    const untilNextTurn = LAST_BUCKET - (this.#tick & LAST_BUCKET)
    this.#tick += this.#nearBuckets === 0 ? Math.min(untilNextTurn, now - this.#tick) + 1 : 1
  }

  /**
   * At the start of a turn: spreads the slots of the next bucket of the level above over this one, and so upward where that
   * level has gone round as well. @returns false when the budget ran out; the rest is still in place then
   */
  #dealOut(): boolean {
    for (let level = 1; level < LEVELS; level++) {
      if ((this.#tick & (2 ** (BUCKET_BITS * level) - 1)) !== 0) break
      const bucket = level * BUCKETS + ((this.#tick >>> (BUCKET_BITS * level)) & LAST_BUCKET)
      for (let slot = this.#first[bucket]!; slot !== NONE; slot = this.#first[bucket]!) {
        if (this.#budget-- <= 0) return false
        this.remove(slot)
        this.add(slot)
      }
    }
    return true
  }

  #link(slot: number, bucket: number): void {
    const words = this.#words
    const at = this.#slotWords + slot * SLOT_WORDS
    const next = this.#first[bucket]!
    words[at + WORD.next] = next
    words[at + WORD.previous] = -2 - bucket
    if (next !== NONE) words[this.#slotWords + next * SLOT_WORDS + WORD.previous] = slot
    this.#setFirst(bucket, slot)
  }

  #setFirst(bucket: number, slot: number): void {
    if (bucket < BUCKETS) {
      if (this.#first[bucket] === NONE) this.#nearBuckets++
      if (slot === NONE) this.#nearBuckets--
    }
    this.#first[bucket] = slot
  }
}

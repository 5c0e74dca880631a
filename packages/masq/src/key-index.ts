/**
 * From a packet's addresses and ports to the slot of its connection, in one or two cache lines.
 *
 * Theory of operation
 *
 * Every connection is entered twice: by its LAN-side key (client, asked address, both ports, protocol) and by its WAN-side
 * key (WAN address, server, both ports, protocol). The two directions share one array of buckets and differ in the hash.
 *
 * A bucket is one cache line: 15 entries and, in the last word, the number of entries that wanted a place here, found none
 * and went on to a later bucket. An entry is
 *
 *     direction (1 bit) | tag (7 bits of the hash) | slot + 1 (24 bits)          0: empty
 *
 * and so no two of them are alike.
 *
 * A lookup reads the home bucket, compares the full key only where direction and tag agree, and goes on to the next bucket
 * only while the count of those that went on is not zero. With both keys of a full table in place a bucket holds 8 of its
 * 15 on average, so hardly any lookup goes on.
 *
 * An entry never moves once it is written: removing one leaves a hole for the next newcomer and takes back the counts
 * along the way. So a reader in another thread (or in the kernel) that races with the writer can miss an entry that is
 * just coming or going, and nothing else; a miss costs it the slow path. Only one thread writes.
 */

import { hashKey } from './hash.ts'
import { BUCKET_WAYS, BUCKET_WORDS, BYTE, SLOT_BYTES, SLOT_WORDS, SLOTS_PER_BUCKET, WORD } from './layout.ts'
import type { TableMemory } from './table-memory.ts'
import { writtenIn } from './written.ts'

export const OUT = 0
export const IN = 1
export type Direction = typeof OUT | typeof IN

/** Direction and tag: what an entry and a key must have in common before the slot is looked at. */
const MARK = 0xff000000 | 0
const TAG = 0x7f000000
const SLOT = 0x00ffffff

export class KeyIndex {
  readonly #words: Int32Array
  readonly #bytes: Uint8Array
  readonly #at: number
  readonly #slotWords: number
  readonly #slotBytes: number
  readonly #bucketMask: number
  readonly #seed: number

  constructor(memory: TableMemory, seed: number) {
    this.#words = memory.words
    this.#bytes = memory.bytes
    this.#at = memory.indexAt / 4
    this.#slotWords = memory.slotsAt / 4
    this.#slotBytes = memory.slotsAt
    this.#bucketMask = memory.capacity / SLOTS_PER_BUCKET - 1
    this.#seed = seed
  }

  /**
   * All addresses and ports as signed 32-bit numbers, which the engine passes about without making objects of them.
   * @param near client for OUT, WAN address for IN
   * @param ports near port << 16 | far port
   * @param far asked address for OUT, server for IN
   * @returns the slot, or -1
   */
  find(direction: Direction, protocol: number, near: number, ports: number, far: number): number {
    const words = this.#words
    const hash = hashKey(this.#seed, near, far, ports, (direction << 8) | protocol)
    const mark = (direction << 31) | (hash & TAG)
    const nearWord = direction === OUT ? WORD.client : WORD.wan
    const portsWord = direction === OUT ? WORD.outPorts : WORD.inPorts
    const farWord = direction === OUT ? WORD.asked : WORD.server
    let bucket = hash & this.#bucketMask
    for (let hops = 0; hops <= this.#bucketMask; hops++) {
      const base = this.#at + bucket * BUCKET_WORDS
      for (let way = base; way < base + BUCKET_WAYS; way++) {
        const entry = words[way]!
        if ((entry & MARK) !== mark || entry === 0) continue
        const slot = (entry & SLOT) - 1
        const at = this.#slotWords + slot * SLOT_WORDS
        if (
          words[at + portsWord] === ports &&
          words[at + farWord] === far &&
          words[at + nearWord] === near &&
          this.#bytes[this.#slotBytes + slot * SLOT_BYTES + BYTE.protocol] === protocol
        )
          return slot
      }
      if (words[base + BUCKET_WAYS] === 0) return -1
      bucket = this.#after(bucket)
    }
    return -1
  }

  /** Enters both keys of a slot whose fields are complete. */
  insert(slot: number): void {
    this.#insert(this.#hashOf(slot, OUT), OUT, slot)
    this.#insert(this.#hashOf(slot, IN), IN, slot)
  }

  /** Takes both keys of a slot out; its fields are still those it was entered with. */
  remove(slot: number): void {
    this.#remove(this.#hashOf(slot, OUT), OUT, slot)
    this.#remove(this.#hashOf(slot, IN), IN, slot)
  }

  /**
   * Adoption: makes the index right, whatever it holds. The kernel goes on looking up what it carries meanwhile, so what can be found is
   * found at every moment: entries are looked through where they stand, and only what is wrong is taken out.
   * @param lives by slot, of all that were ever used: 1 where a connection lives in it
   */
  repair(lives: Uint8Array): void {
    const limit = lives.length
    const entered = new Uint8Array(2 * limit)
    const passing = new Int32Array(this.#bucketMask + 1)
    const [words, at] = [this.#words, this.#at]
    const buckets = this.#writtenBuckets()
    for (const bucket of buckets) {
      const base = at + bucket * BUCKET_WORDS
      for (let way = base; way < base + BUCKET_WAYS; way++) {
        const entry = words[way]!
        if (entry === 0) continue
        const slot = (entry & SLOT) - 1
        const direction = (entry >>> 31) as Direction
        const place = 2 * slot + direction
        const known = slot >= 0 && lives[slot] === 1 && entered[place] === 0
        const hash = known ? this.#hashOf(slot, direction) : 0
        if (!known || (entry & TAG) !== (hash & TAG) || !this.#isMet(hash, bucket)) {
          Atomics.store(words, way, 0)
          continue
        }
        entered[place] = 1
        for (let on = hash & this.#bucketMask; on !== bucket; on = this.#after(on)) passing[on]!++
      }
    }
    // What is not there is met nowhere, so a bucket that nothing is written in has nothing passing either.
    for (const bucket of buckets) words[at + bucket * BUCKET_WORDS + BUCKET_WAYS] = passing[bucket]!
    for (let slot = 0; slot < limit; slot++) {
      if (lives[slot] === 0) continue
      if (entered[2 * slot + OUT] === 0) this.#insert(this.#hashOf(slot, OUT), OUT, slot)
      if (entered[2 * slot + IN] === 0) this.#insert(this.#hashOf(slot, IN), IN, slot)
    }
  }

  /** Those that may have something in them. */
  #writtenBuckets(): number[] {
    const all = this.#words.subarray(this.#at, this.#at + (this.#bucketMask + 1) * BUCKET_WORDS)
    const found: number[] = []
    for (const [from, to] of writtenIn(all))
      for (let bucket = from / BUCKET_WORDS; bucket < to / BUCKET_WORDS; bucket++) found.push(bucket)
    return found
  }

  /** Whether a look-up of a key with this hash comes by a bucket. */
  #isMet(hash: number, bucket: number): boolean {
    for (let on = hash & this.#bucketMask; on !== bucket; on = this.#after(on))
      if (this.#words[this.#at + on * BUCKET_WORDS + BUCKET_WAYS] === 0) return false
    return true
  }

  #after(bucket: number): number {
    return (bucket + 1) & this.#bucketMask
  }

  #hashOf(slot: number, direction: Direction): number {
    const at = this.#slotWords + slot * SLOT_WORDS
    const words = this.#words
    const out = direction === OUT
    return hashKey(
      this.#seed,
      words[at + (out ? WORD.client : WORD.wan)]!,
      words[at + (out ? WORD.asked : WORD.server)]!,
      words[at + (out ? WORD.outPorts : WORD.inPorts)]!,
      (direction << 8) | this.#bytes[this.#slotBytes + slot * SLOT_BYTES + BYTE.protocol]!,
    )
  }

  /** There is always room: 15 ways for every 8 entries. */
  #insert(hash: number, direction: Direction, slot: number): void {
    const words = this.#words
    const entry = (direction << 31) | (hash & TAG) | (slot + 1)
    let bucket = hash & this.#bucketMask
    for (;;) {
      const base = this.#at + bucket * BUCKET_WORDS
      for (let way = base; way < base + BUCKET_WAYS; way++)
        if (words[way] === 0) {
          Atomics.store(words, way, entry)
          return
        }
      words[base + BUCKET_WAYS]!++
      bucket = this.#after(bucket)
    }
  }

  #remove(hash: number, direction: Direction, slot: number): void {
    const words = this.#words
    const entry = (direction << 31) | (hash & TAG) | (slot + 1)
    let bucket = hash & this.#bucketMask
    for (let hops = 0; hops <= this.#bucketMask; hops++) {
      const base = this.#at + bucket * BUCKET_WORDS
      for (let way = base; way < base + BUCKET_WAYS; way++)
        if (words[way] === entry) {
          Atomics.store(words, way, 0)
          return
        }
      words[base + BUCKET_WAYS]!--
      bucket = this.#after(bucket)
    }
  }
}

/**
 * Taking over what the kernel has carried of a connection: into the connection itself, the way through the box and the rules that its packets pass.
 *
 * Those are a dozen stores, and a process may be killed between any two of them; then nothing may be missing or be there twice. So what all of
 * these words were before is written down first (the books, in the memory of the counters), and a process that finds the books open puts everything
 * back as it was and settles anew. Putting back may itself be broken off and done again.
 *
 *   books   0: slot + 1 of the connection, as a 32-bit word; 0: closed
 *           1 direction, 2-3 packets and bytes taken, 4-5 counts of the connection, 6-7 of the way, 8 trail
 *           then packets and bytes of each of its counters
 */
import type { Tallies } from '@bauta/door'
import { type ConnectionTable, type Direction, type Masquerader, OUT } from '@bauta/masq'
import type { Counters } from '../counters.ts'
import type { Trails } from './trails.ts'

const RULES_AT = 9
/** As many counters as one packet's trail has at most: MOST_COUNTED of packages/chains/src/evaluator.ts. */
const MOST_COUNTERS = 64
export const BOOKS_DOUBLES = RULES_AT + 2 * MOST_COUNTERS

export class Settlement {
  readonly #table: ConnectionTable
  readonly #masq: Masquerader
  readonly #counters: Counters
  readonly #tallies: Tallies
  readonly #trails: Trails
  readonly #books: Float64Array
  readonly #open: Int32Array

  constructor(
    table: ConnectionTable,
    masq: Masquerader,
    counters: Counters,
    tallies: Tallies,
    trails: Trails,
  ) {
    this.#table = table
    this.#masq = masq
    this.#counters = counters
    this.#tallies = tallies
    this.#trails = trails
    this.#books = counters.books
    this.#open = new Int32Array(counters.books.buffer, counters.books.byteOffset, 1)
  }

  /** @param now to tell which turn of the kernel's clock it is */
  settle(slot: number, direction: Direction, now: number): void {
    const tallies = this.#tallies
    const packets = tallies.packets(slot, direction)
    const bytes = tallies.bytes(slot, direction)
    const freshPackets = (packets - tallies.packetsTaken(slot, direction)) >>> 0
    const freshBytes = bytes - tallies.bytesTaken(slot, direction)
    if (freshPackets === 0 && freshBytes === 0) return
    const number = tallies.trail(slot, direction)
    const trail = this.#trails.has(number) ? number : 0
    this.#writeDown(slot, direction, trail)
    tallies.setTaken(slot, direction, packets, bytes)
    this.#masq.byKernel.carried(slot, direction, freshPackets, freshBytes, seenAt(tallies.seen(slot), now))
    if (trail !== 0) this.#add(trail, freshPackets, freshBytes)
    Atomics.store(this.#open, 0, 0)
  }

  /** Before the packets of a connection: the first answer, which changes it. Broken off and done again it is done once. */
  settleAnswer(slot: number, now: number): void {
    const tallies = this.#tallies
    if (!tallies.answered(slot, this.#table.generation(slot))) return
    this.#masq.byKernel.answered(slot, seenAt(tallies.seen(slot), now))
    tallies.clearAnswered(slot)
  }

  /** At the start: what a former process had begun is as if it had not. */
  putBack(): void {
    const slot = Atomics.load(this.#open, 0) - 1
    if (slot >= 0 && slot < this.#table.capacity) this.#restore(slot)
    Atomics.store(this.#open, 0, 0)
  }

  #writeDown(slot: number, direction: Direction, trail: number): void {
    const table = this.#table
    const books = this.#books
    const out = direction === OUT
    books[1] = direction
    books[2] = this.#tallies.packetsTaken(slot, direction)
    books[3] = this.#tallies.bytesTaken(slot, direction)
    books[4] = out ? table.packetsOut(slot) : table.packetsIn(slot)
    books[5] = out ? table.bytesOut(slot) : table.bytesIn(slot)
    books[8] = trail
    if (trail !== 0) {
      const { paths, rules } = this.#counters
      const path = this.#trails.pathOf(trail)
      books[6] = paths[2 * path]!
      books[7] = paths[2 * path + 1]!
      for (let i = 0; i < this.#trails.lengthOf(trail); i++) {
        const counter = this.#trails.counterOf(trail, i)
        books[RULES_AT + 2 * i] = rules[2 * counter]!
        books[RULES_AT + 2 * i + 1] = rules[2 * counter + 1]!
      }
    }
    Atomics.store(this.#open, 0, slot + 1)
  }

  #restore(slot: number): void {
    const books = this.#books
    const direction = books[1] as Direction
    this.#tallies.setTaken(slot, direction, books[2]!, books[3]!)
    // A connection that was lost with its slot, and not only its writer, has no counts to put right.
    if (this.#tallies.isOf(slot, this.#table.generation(slot)))
      this.#masq.byKernel.setCounts(slot, direction, books[4]!, books[5]!)
    const trail = books[8]!
    if (!this.#trails.has(trail)) return
    const { paths, rules } = this.#counters
    const path = this.#trails.pathOf(trail)
    paths[2 * path] = books[6]!
    paths[2 * path + 1] = books[7]!
    for (let i = 0; i < this.#trails.lengthOf(trail); i++) {
      const counter = this.#trails.counterOf(trail, i)
      rules[2 * counter] = books[RULES_AT + 2 * i]!
      rules[2 * counter + 1] = books[RULES_AT + 2 * i + 1]!
    }
  }

  #add(trail: number, packets: number, bytes: number): void {
    this.#counters.carried(this.#trails.pathOf(trail), packets, bytes)
    const { rules } = this.#counters
    for (let i = 0; i < this.#trails.lengthOf(trail); i++) {
      const counter = this.#trails.counterOf(trail, i)
      rules[2 * counter]! += packets
      rules[2 * counter + 1]! += bytes
    }
  }
}

/** The kernel's ticks are 32 bits of the same clock. */
function seenAt(seen: number, now: number): number {
  const TURN = 0x1_0000_0000
  const turns = Math.floor(now / TURN)
  return turns * TURN + seen
}

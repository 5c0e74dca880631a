/**
 * What the kernel carried, one row for a slot of the table (struct tally of bpf/table.h), and how much of it was taken over from here.
 * The kernel only adds, with atomic instructions, and never sets back (but for `answered`, which is set there and cleared here); so what is new is a difference, also where a counter has
 * gone round, and a process that was killed takes over nothing twice: how far it had come stands in the row itself. So does whose the counts
 * are: the generation of the slot's connection, and for each direction the number of what its packets add to (trails.ts of the dataplane).
 */

/** 0 towards the server, 1 towards the client: the same numbers as in @bauta/masq. */
type Direction = 0 | 1

export const TALLY_BYTES = 64
const WORDS = TALLY_BYTES / 4
const HALVES = TALLY_BYTES / 2
const DOUBLES = TALLY_BYTES / 8
/** In words of 32 bits. */
const BYTES_LOW = 0
const PACKETS = 4
const SEEN = 6
const ANSWERED = 7
const PACKETS_TAKEN = 12
const GENERATION = 15
/** In halves of 16 bits. */
const TRAIL = 28
/** In doubles. */
const BYTES_TAKEN = 4

const TWO_TO_32 = 0x1_0000_0000

export class Tallies {
  readonly #words: Int32Array
  readonly #halves: Uint16Array
  readonly #doubles: Float64Array

  constructor(memory: ArrayBufferLike) {
    this.#words = new Int32Array(memory)
    this.#halves = new Uint16Array(memory)
    this.#doubles = new Float64Array(memory)
  }

  /**
   * A connection begins to be carried. What the row says of the same connection from before stays: a packet that was on its way through the
   * kernel when it was taken back is counted then.
   */
  begin(slot: number, generation: number): void {
    const words = this.#words
    const at = slot * WORDS
    if (words[at + GENERATION] === (generation | 0)) return
    Atomics.store(words, at + GENERATION, 0)
    words.fill(0, at, at + WORDS)
    Atomics.store(words, at + GENERATION, generation | 0)
  }

  /** Whether the row is about this connection. */
  isOf(slot: number, generation: number): boolean {
    return this.#words[slot * WORDS + GENERATION] === (generation | 0)
  }

  /** @returns what the packets of a direction add to; 0: nothing but the connection */
  trail(slot: number, direction: Direction): number {
    return this.#halves[slot * HALVES + TRAIL + direction]!
  }

  setTrail(slot: number, direction: Direction, trail: number): void {
    this.#halves[slot * HALVES + TRAIL + direction] = trail
  }

  /** @returns packets that the kernel has counted, going round after 2^32 */
  packets(slot: number, direction: Direction): number {
    return Atomics.load(this.#words, slot * WORDS + PACKETS + direction) >>> 0
  }

  /** @returns IP bytes that the kernel has counted */
  bytes(slot: number, direction: Direction): number {
    return this.#bytes(slot * WORDS + BYTES_LOW + 2 * direction)
  }

  /** How much of either was taken over. */
  packetsTaken(slot: number, direction: Direction): number {
    return this.#words[slot * WORDS + PACKETS_TAKEN + direction]! >>> 0
  }

  bytesTaken(slot: number, direction: Direction): number {
    return this.#doubles[slot * DOUBLES + BYTES_TAKEN + direction]!
  }

  setTaken(slot: number, direction: Direction, packets: number, bytes: number): void {
    this.#words[slot * WORDS + PACKETS_TAKEN + direction] = packets
    this.#doubles[slot * DOUBLES + BYTES_TAKEN + direction] = bytes
  }

  /** @returns the tick (1/100 s) of the last packet, of a clock that goes round after 497 days; 0: none yet */
  seen(slot: number): number {
    return Atomics.load(this.#words, slot * WORDS + SEEN) >>> 0
  }

  /** Whether the kernel carried the first answer (ANSWER of @bauta/masq) of a connection, since this was last cleared. */
  answered(slot: number, generation: number): boolean {
    return Atomics.load(this.#words, slot * WORDS + ANSWERED) === (generation | 0)
  }

  clearAnswered(slot: number): void {
    Atomics.store(this.#words, slot * WORDS + ANSWERED, 0)
  }

  /** Two halves of a counter that the kernel adds to as one: read again when the upper one moved meanwhile. */
  #bytes(at: number): number {
    for (;;) {
      const high = Atomics.load(this.#words, at + 1)
      const low = Atomics.load(this.#words, at)
      if (Atomics.load(this.#words, at + 1) === high) return (high >>> 0) * TWO_TO_32 + (low >>> 0)
    }
  }
}

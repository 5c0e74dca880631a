/**
 * What the kernel carried, one row for a slot of the table (struct tally of bpf/table.h), and how much of it was taken over from here.
 * The kernel only adds, with atomic instructions, and never sets back; so what is new is a difference, also where a counter has
 * gone round, and a process that was killed takes over nothing twice: how far it had come stands in the row itself.
 */

/** 0 towards the server, 1 towards the client: the same numbers as in @bauta/masq. */
type Direction = 0 | 1

export const TALLY_BYTES = 64
const WORDS = TALLY_BYTES / 4
const DOUBLES = TALLY_BYTES / 8
/** In words of 32 bits. */
const BYTES_LOW = 0
const PACKETS = 4
const SEEN = 6
const PACKETS_TAKEN = 12
/** In doubles. */
const BYTES_TAKEN = 4

const TWO_TO_32 = 0x1_0000_0000

export class Tallies {
  readonly #words: Int32Array
  readonly #doubles: Float64Array

  constructor(memory: ArrayBufferLike) {
    this.#words = new Int32Array(memory)
    this.#doubles = new Float64Array(memory)
  }

  /** For a connection that begins to be carried. */
  reset(slot: number): void {
    this.#words.fill(0, slot * WORDS, (slot + 1) * WORDS)
  }

  /** @returns packets since the last time it was asked */
  takePackets(slot: number, direction: Direction): number {
    const words = this.#words
    const at = slot * WORDS + direction
    const packets = Atomics.load(words, at + PACKETS)
    const fresh = (packets - words[at + PACKETS_TAKEN]!) >>> 0
    words[at + PACKETS_TAKEN] = packets
    return fresh
  }

  /** @returns IP bytes since the last time it was asked */
  takeBytes(slot: number, direction: Direction): number {
    const bytes = this.#bytes(slot * WORDS + BYTES_LOW + 2 * direction)
    const at = slot * DOUBLES + BYTES_TAKEN + direction
    const fresh = bytes - this.#doubles[at]!
    this.#doubles[at] = bytes
    return fresh
  }

  /** @returns the tick (1/100 s) of the last packet, of a clock that goes round after 497 days; 0: none yet */
  seen(slot: number): number {
    return Atomics.load(this.#words, slot * WORDS + SEEN) >>> 0
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

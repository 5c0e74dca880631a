/**
 * Packets on their way from the packet thread to the main thread: a ring in shared memory, one writer, one reader, no waiting.
 *
 * Fixed places of fixed size, so that a torn length can harm nobody. The writer fills a place and then moves `head`; the reader
 * reads a place and then moves `tail`. When every place is taken the writer counts what it could not put down: nothing is
 * lost silently. A packet is kept up to SNAP bytes of its own; a super-packet's rest is payload.
 *
 *   header   16 words   head, tail, lost, packets seen
 *   places   PLACES × PLACE_BYTES: a header of 8 words, then bytes
 */
export const SNAP = 2016
const PLACE_HEADER = 32
const PLACE_BYTES = PLACE_HEADER + SNAP
const PLACES = 2048
const HEADER_BYTES = 64
export const ringBytes = HEADER_BYTES + PLACES * PLACE_BYTES

const WORD = { head: 0, tail: 1, lost: 2 } as const
const PLACE = { turn: 0, outward: 1, inIf: 2, outIf: 3, length: 4, kept: 5, tick: 6 } as const

export interface Caught {
  /** The same for a packet as it came and everything that was written because of it. */
  turn: number
  /** What left the path, rather than what came in. */
  outward: boolean
  inIf: number
  outIf: number
  /** Bytes of the packet, and the first of them. */
  length: number
  bytes: Uint8Array
  /** Ticks. */
  tick: number
}

export class Ring {
  readonly memory: SharedArrayBuffer
  readonly #words: Int32Array
  readonly #bytes: Uint8Array

  constructor(memory = new SharedArrayBuffer(ringBytes)) {
    this.memory = memory
    this.#words = new Int32Array(memory)
    this.#bytes = new Uint8Array(memory)
  }

  /** What found no room since the ring was made. */
  get lost(): number {
    return Atomics.load(this.#words, WORD.lost)
  }

  /** The writer's. @param start where the packet begins in `buffer` @param end behind its last byte */
  put(
    turn: number,
    outward: boolean,
    inIf: number,
    outIf: number,
    tick: number,
    buffer: Uint8Array,
    start: number,
    end: number,
  ): void {
    const words = this.#words
    const head = words[WORD.head]!
    if (((head - Atomics.load(words, WORD.tail)) | 0) >= PLACES) {
      Atomics.add(words, WORD.lost, 1)
      return
    }
    const at = HEADER_BYTES + (head & (PLACES - 1)) * PLACE_BYTES
    const length = end - start
    const kept = length < SNAP ? length : SNAP
    const word = at / 4
    words[word + PLACE.turn] = turn
    words[word + PLACE.outward] = outward ? 1 : 0
    words[word + PLACE.inIf] = inIf
    words[word + PLACE.outIf] = outIf
    words[word + PLACE.length] = length
    words[word + PLACE.kept] = kept
    words[word + PLACE.tick] = tick
    const bytes = this.#bytes
    const to = at + PLACE_HEADER
    for (let i = 0; i < kept; i++) bytes[to + i] = buffer[start + i]!
    Atomics.store(words, WORD.head, (head + 1) | 0)
  }

  /** The reader's. @returns what is there, oldest first */
  take(): Caught[] {
    const words = this.#words
    const caught: Caught[] = []
    const head = Atomics.load(words, WORD.head)
    for (let tail = words[WORD.tail]!; tail !== head; tail = (tail + 1) | 0) {
      const at = HEADER_BYTES + (tail & (PLACES - 1)) * PLACE_BYTES
      const word = at / 4
      const start = at + PLACE_HEADER
      caught.push({
        turn: words[word + PLACE.turn]!,
        outward: words[word + PLACE.outward] === 1,
        inIf: words[word + PLACE.inIf]!,
        outIf: words[word + PLACE.outIf]!,
        length: words[word + PLACE.length]!,
        bytes: this.#bytes.slice(start, start + words[word + PLACE.kept]!),
        tick: words[word + PLACE.tick]! >>> 0,
      })
      Atomics.store(words, WORD.tail, (tail + 1) | 0)
    }
    return caught
  }
}

/** The arrays laid over a table's memory; see layout.ts for what stands where. */
import { checkCapacity, HEADER_WORD, INDEX_AT, indexBytes, tableBytes } from './layout.ts'

export class TableMemory {
  readonly capacity: number
  readonly words: Int32Array
  readonly doubles: Float64Array
  readonly bytes: Uint8Array
  readonly halves: Int16Array
  /** Where the index and the slots begin, in bytes; both are multiples of 64. */
  readonly indexAt = INDEX_AT
  readonly slotsAt: number

  constructor(memory: ArrayBufferLike, capacity: number) {
    const length = tableBytes(capacity)
    if (memory.byteLength < length)
      throw new RangeError(
        `a table for ${capacity} connections needs ${length} bytes; this memory has ${memory.byteLength}`,
      )
    this.capacity = capacity
    this.words = new Int32Array(memory, 0, length / 4)
    this.doubles = new Float64Array(memory, 0, length / 8)
    this.bytes = new Uint8Array(memory, 0, length)
    this.halves = new Int16Array(memory, 0, length / 2)
    this.slotsAt = INDEX_AT + indexBytes(capacity)
  }

  /** Lays the arrays over a memory that says itself how large its table is. */
  static ofExisting(memory: ArrayBufferLike): TableMemory {
    const capacity = new Int32Array(memory, 0, 16)[HEADER_WORD.capacity]!
    checkCapacity(capacity)
    return new TableMemory(memory, capacity)
  }
}

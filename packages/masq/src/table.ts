/**
 * The connection table: fixed memory, found from either side in O(1), readable by every thread that maps it.
 *
 * Theory of operation
 *
 * The caller gives the memory: a SharedArrayBuffer, or a file mapped into several processes. layout.ts says what stands
 * where, key-index.ts how a connection is found. One thread writes, through the Masquerader; any number of readers
 * attach() and look, without asking and without locks.
 *
 * A slot is free or used; which, its protocol says (0: free). Slots at and above `limit` were never used, and their memory
 * never looked at, so a large table costs a small household nothing. A connection comes to life in this order: generation
 * odd, all fields, generation even, both keys entered. It ends in reverse: keys out, generation odd, protocol 0, generation
 * even. So a reader that comes by way of the index finds complete fields, and a reader that walks the slots knows by the
 * generation when it has to look again.
 *
 * A process may be killed between any two stores. A table constructed over memory with a matching header (magic, layout
 * version, capacity, boot id) adopts it; the Masquerader then makes one pass over the slots and builds everything else anew
 * from those with an even generation and a protocol. Memory with any other header is formatted.
 */

import { ConnectionFields } from './connection-fields.ts'
import { IN, KeyIndex, OUT } from './key-index.ts'
import { HEADER_DOUBLE, HEADER_WORD, kindIndex, LAYOUT_VERSION, MAGIC, UNFINISHED } from './layout.ts'
import { TableMemory } from './table-memory.ts'

export interface TableOptions {
  /** A power of two, 16 to 2^23. */
  capacity: number
  /** 32 random bits; an adopted table keeps its own. */
  hashSeed: number
  /** 32 bits of anything that differs after a reboot: the ticks of another boot mean nothing, so its table is not adopted. */
  bootId?: number
}

/** Free ports (and ICMP ids) as the counting of the settings has it. */
export interface FreePorts {
  udp: number
  tcp: number
  icmp: number
  /** What each would be with no connection at all. */
  capacity: number
}

export class ConnectionTable extends ConnectionFields {
  readonly capacity: number
  /** Whether the memory held a table that was taken over. */
  readonly adopted: boolean
  /** For the parts of this package that write. */
  readonly index: KeyIndex
  readonly #words: Int32Array
  readonly #doubles: Float64Array

  /** @throws RangeError where the capacity or the memory's size is wrong */
  constructor(memory: ArrayBufferLike, options: TableOptions) {
    super(new TableMemory(memory, options.capacity))
    this.capacity = options.capacity
    this.#words = this.memory.words
    this.#doubles = this.memory.doubles
    this.adopted = foundTable(this.#words, options) === 'fits'
    if (!this.adopted) format(this.memory, options)
    this.index = new KeyIndex(this.memory, this.#words[HEADER_WORD.hashSeed]!)
  }

  /**
   * A reader's table over memory that another thread or process writes; never stores anything.
   * @throws Error where the memory holds no table of this layout
   */
  static attach(memory: ArrayBufferLike): ConnectionTable {
    const header = new Int32Array(memory, 0, 16)
    const found = header[HEADER_WORD.magic] === MAGIC && header[HEADER_WORD.version] === LAYOUT_VERSION
    if (!found) throw new Error('this memory holds no connection table of the present layout')
    const capacity = header[HEADER_WORD.capacity]!
    return new ConnectionTable(memory, { capacity, hashSeed: 0, bootId: header[HEADER_WORD.bootId]! })
  }

  /** @returns the slot of the connection that a packet from the client belongs to, or -1 */
  lookupOut(protocol: number, client: number, clientPort: number, asked: number, askedPort: number): number {
    return this.index.find(OUT, protocol, client | 0, (clientPort << 16) | askedPort, asked | 0)
  }

  /** @returns the slot of the connection that a packet from the server belongs to, or -1 */
  lookupIn(protocol: number, wan: number, masqPort: number, server: number, serverPort: number): number {
    return this.index.find(IN, protocol, wan | 0, (masqPort << 16) | serverPort, server | 0)
  }

  /** The key of its hash. */
  get hashSeed(): number {
    return this.#words[HEADER_WORD.hashSeed]!
  }

  /** Connections now. */
  get count(): number {
    return this.#words[HEADER_WORD.count]!
  }
  /** The most there ever were at once. */
  get highWater(): number {
    return this.#words[HEADER_WORD.highWater]!
  }
  /** Whoever walks the table need not go beyond this slot. */
  get limit(): number {
    return this.#words[HEADER_WORD.touched]!
  }
  /** @param protocol IP protocol number, here and below; any but TCP, UDP and ICMP means all others together */
  countOf(protocol: number): number {
    return this.#words[HEADER_WORD.counts + kindIndex(protocol)]!
  }
  /** Connections opened since the table was formatted. */
  openedOf(protocol: number): number {
    return this.#doubles[HEADER_DOUBLE.opened + kindIndex(protocol)]!
  }
  /** Those that ended by their timeout. */
  expiredOf(protocol: number): number {
    return this.#doubles[HEADER_DOUBLE.expired + kindIndex(protocol)]!
  }
  /** Those that were ended: by an administrator, a changed rule or a new WAN address. */
  endedOf(protocol: number): number {
    return this.#doubles[HEADER_DOUBLE.ended + kindIndex(protocol)]!
  }
  get freePorts(): FreePorts {
    const words = this.#words
    const at = HEADER_WORD.freePorts
    return {
      udp: words[at]!,
      tcp: words[at + 1]!,
      icmp: words[at + 2]!,
      capacity: words[HEADER_WORD.portCapacity]!,
    }
  }
}

/** What a memory holds: nothing at all; a table that can be taken over; or one that cannot, and why. */
export type FoundTable = 'nothing' | 'fits' | 'other-version' | 'other-boot' | 'other-capacity' | 'damaged'

/** @param header at least HEADER_WORDS words of the memory */
export function foundTable(
  header: Int32Array,
  { capacity, bootId = 0 }: Pick<TableOptions, 'capacity' | 'bootId'>,
): FoundTable {
  if (header[HEADER_WORD.magic] === 0) return 'nothing'
  if (header[HEADER_WORD.magic] !== MAGIC) return 'damaged'
  if (header[HEADER_WORD.version] !== LAYOUT_VERSION) return 'other-version'
  if (header[HEADER_WORD.bootId] !== (bootId | 0)) return 'other-boot'
  if (header[HEADER_WORD.capacity] !== capacity) return 'other-capacity'
  const touched = header[HEADER_WORD.touched]!
  return touched >= 0 && touched <= capacity ? 'fits' : 'damaged'
}

/** The magic number comes last, so that a formatting that was killed is done again. */
function format(memory: TableMemory, options: TableOptions): void {
  const words = memory.words
  const pristine = words[HEADER_WORD.magic] === 0
  Atomics.store(words, HEADER_WORD.magic, UNFINISHED)
  // Fresh memory is left alone: its pages come into being only when they are used.
  if (!pristine) words.fill(0, 1)
  words[HEADER_WORD.version] = LAYOUT_VERSION
  words[HEADER_WORD.capacity] = options.capacity
  words[HEADER_WORD.bootId] = options.bootId ?? 0
  words[HEADER_WORD.hashSeed] = options.hashSeed
  Atomics.store(words, HEADER_WORD.magic, MAGIC)
}

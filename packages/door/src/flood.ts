/**
 * Who may go up (bpf/flood.h, where the theory is told), from the side of TypeScript: the packet thread says what it has read and which
 * flows it let pass without a connection; the main thread looks at what was refused, and to whom.
 */
import { hashKey } from '@bauta/masq'
import { requireLink } from './link.ts'
import { mapMemory } from './system.ts'
import type { TableMaps } from './table-maps.ts'

/** bpf/flood.h */
export const FLOOD_LAYOUT = {
  QUEUES: 256,
  QUEUE_LENGTH: 5000,
  SOURCES: 4096,
  STRANGERS: 512,
  PASSED: 16_384,
  PASSED_KIND: 2,
} as const
const { QUEUES, SOURCES, STRANGERS, PASSED, PASSED_KIND } = FLOOD_LAYOUT

export const QUEUE_BYTES = 64
const QUEUE_WORDS = QUEUE_BYTES / 4
const UP = 0
const READ = 1
const EMPTY = 2

/** How much of the TUNs' queues is waiting. */
export class UpQueues {
  readonly #words: Int32Array

  /** @param memory QUEUES * QUEUE_BYTES */
  constructor(memory: ArrayBufferLike) {
    this.#words = new Int32Array(memory)
  }

  /** @returns the number that the other calls want @throws Error naming the TUN that is missing */
  static numberOf(tun: string): number {
    return requireLink(tun).index % QUEUES
  }

  /** So many packets were taken out. */
  took(queue: number, packets: number): void {
    Atomics.add(this.#words, queue * QUEUE_WORDS + READ, packets)
  }

  /** Nothing waits: whatever went up was read, or lost on the way. To be called whenever that is found, or what was lost adds up. */
  empty(queue: number): void {
    const at = queue * QUEUE_WORDS
    const up = Atomics.load(this.#words, at + UP)
    // Whoever looks in between sees that less than nothing was read since, never that much was.
    this.#words[at + EMPTY] = up
    this.#words[at + READ] = up
  }
}

export const mapQueues = ({ queues }: Pick<TableMaps, 'queues'>): ArrayBuffer =>
  mapMemory(queues, QUEUES * QUEUE_BYTES)

export const PASSED_BYTES = 8
const PASSED_WORDS = PASSED_BYTES / 4

/** Flows that were let pass without a connection: what of them comes later opens nothing. */
export class PassedFlows {
  readonly #words: Int32Array
  readonly #seed: number

  /** @param memory PASSED * PASSED_BYTES @param seed of the connection table */
  constructor(memory: ArrayBufferLike, seed: number) {
    this.#words = new Int32Array(memory)
    this.#seed = seed
  }

  /** Addresses as signed 32-bit numbers; ports as `source << 16 | destination`, of an echo `id << 16 | type << 8 | code`, else 0. */
  note(protocol: number, from: number, to: number, ports: number): void {
    const hash = hashKey(this.#seed, from, to, ports, (PASSED_KIND << 8) | protocol)
    this.#words[(hash & (PASSED - 1)) * PASSED_WORDS] = hash
  }
}

export const mapPassed = ({ passed }: Pick<TableMaps, 'passed'>): ArrayBuffer =>
  mapMemory(passed, PASSED * PASSED_BYTES)

/** One that was refused something; strangers together are one. */
export interface RefusedSource {
  /** Of the row, and of whom it belongs to: a key for what was counted before. */
  key: string
  /** The last bits of the TUN's interface index. */
  queue: number
  kind: 'strangers' | 'hardware' | 'address'
  /** `aa:bb:cc:dd:ee:ff`; null where it is known by its address only. */
  mac: string | null
  /** Where the last packet that was refused said that it came from; unsigned. */
  address: number
  /** Packets, since the row is its own; they go round after 2^32. */
  openings: number
  crowded: number
}

export const SOURCE_BYTES = 64
const SOURCE_WORDS = SOURCE_BYTES / 4
const OWNER_LOW = 0
const OWNER_HIGH = 1
const OPENINGS = 9
const CROWDED = 10
const ADDRESS = 11
const KNOWN = 0x4000_0000
const IP = 0x2000_0000

/** @param memory all rows of sources @returns those that were ever refused something */
export function refusedSources(memory: ArrayBufferLike): RefusedSource[] {
  const words = new Uint32Array(memory)
  const found: RefusedSource[] = []
  for (let at = 0; at < words.length; at += SOURCE_WORDS)
    if (words[at + OPENINGS] !== 0 || words[at + CROWDED] !== 0)
      found.push(readSource(words.subarray(at, at + SOURCE_WORDS), at / SOURCE_WORDS))
  return found
}

function readSource(row: Uint32Array, place: number): RefusedSource {
  const [low, high] = [row[OWNER_LOW]!, row[OWNER_HIGH]!]
  const kind = place >= SOURCES ? 'strangers' : (high & IP) !== 0 ? 'address' : 'hardware'
  const digits = ((high & 0xffff) * 0x1_0000_0000 + low).toString(16).padStart(12, '0')
  return {
    key: `${place} ${high & KNOWN} ${digits}`,
    queue: (high >>> 16) & (QUEUES - 1),
    kind,
    mac: kind === 'hardware' ? digits.match(/../g)!.join(':') : null,
    address: row[ADDRESS]!,
    openings: row[OPENINGS]!,
    crowded: row[CROWDED]!,
  }
}

/** @param fd of the map of sources */
export const mapSources = (fd: number): ArrayBuffer => mapMemory(fd, (SOURCES + STRANGERS) * SOURCE_BYTES)

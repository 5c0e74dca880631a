/**
 * The payload memory of the reassembler: pages taken once, and for every 8 bytes of them a mark that tells what has arrived.
 * fragments.ts holds the theory. A *table* here is one datagram's row of PAGES_PER_DATAGRAM page numbers; place k of it
 * holds the bytes from k * PAGE of the datagram, or NONE.
 */

export const PAGE = 4096
/** 65536 bytes: the largest datagram. */
export const PAGES_PER_DATAGRAM = 65536 / PAGE

const PAGE_SHIFT = 12
const UNITS_PER_PAGE = PAGE / 8
const NONE = -1

const EMPTY = 0
const FILLED = 1
/** Filled, and the first unit of its fragment. */
const FIRST = 2

export const RANGE = { fresh: 0, duplicate: 1, clash: 2 } as const

export class FragmentPages {
  readonly count: number
  private readonly payload: Uint8Array
  private readonly marks: Uint8Array
  private readonly tables: Int16Array
  private readonly freeStack: Int16Array
  private freeCount: number

  /** @param count pages, below 32768 @param rows datagrams that may have a table */
  constructor(count: number, rows: number) {
    this.count = count
    this.payload = new Uint8Array(count * PAGE)
    this.marks = new Uint8Array(count * UNITS_PER_PAGE)
    this.tables = new Int16Array(rows * PAGES_PER_DATAGRAM).fill(NONE)
    this.freeStack = Int16Array.from({ length: count }, (_, i) => count - 1 - i)
    this.freeCount = count
  }

  get free(): number {
    return this.freeCount
  }

  /** @returns how many pages the bytes from..to still need */
  missing(row: number, from: number, to: number): number {
    const last = (to - 1) >>> PAGE_SHIFT
    let count = 0
    for (let k = from >>> PAGE_SHIFT; k <= last; k++) {
      if (this.tables[row * PAGES_PER_DATAGRAM + k] === NONE) count++
    }
    return count
  }

  /** Compares the bytes from..to of a datagram, which stand at `at` in `buffer`, with what has arrived already. */
  compare(row: number, from: number, to: number, buffer: Uint8Array, at: number): number {
    const first = from >>> 3
    const behind = (to + 7) >>> 3
    let filled = 0
    let starts = 0
    for (let unit = first; unit < behind; unit++) {
      const mark = this.mark(row, unit)
      if (mark !== EMPTY) filled++
      if (mark === FIRST) starts++
    }
    if (filled === 0) return RANGE.fresh
    const sameBorders =
      filled === behind - first &&
      starts === 1 &&
      this.mark(row, first) === FIRST &&
      this.mark(row, behind) !== FILLED
    return sameBorders && this.equals(row, from, to, buffer, at) ? RANGE.duplicate : RANGE.clash
  }

  /** Copies in a fresh range. The caller has seen to it that the pages it needs are free. */
  store(row: number, from: number, to: number, buffer: Uint8Array, at: number): void {
    let place = from
    let source = at
    while (place < to) {
      const page = this.pageFor(row, place >>> PAGE_SHIFT)
      const inPage = place & (PAGE - 1)
      const length = Math.min(PAGE - inPage, to - place)
      const target = page * PAGE + inPage
      for (let i = 0; i < length; i++) this.payload[target + i] = buffer[source + i]!
      this.marks.fill(FILLED, target >>> 3, (target + length + 7) >>> 3)
      place += length
      source += length
    }
    const page = this.tables[row * PAGES_PER_DATAGRAM + (from >>> PAGE_SHIFT)]!
    this.marks[(page * PAGE + (from & (PAGE - 1))) >>> 3] = FIRST
  }

  /** Copies the first `length` bytes of a complete datagram out. */
  read(row: number, length: number, out: Uint8Array, at: number): void {
    for (let done = 0; done < length; done += PAGE) {
      const page = this.tables[row * PAGES_PER_DATAGRAM + (done >>> PAGE_SHIFT)]!
      const piece = Math.min(PAGE, length - done)
      for (let i = 0; i < piece; i++) out[at + done + i] = this.payload[page * PAGE + i]!
    }
  }

  /** Gives all pages of a datagram back. */
  release(row: number): void {
    const table = row * PAGES_PER_DATAGRAM
    for (let k = table; k < table + PAGES_PER_DATAGRAM; k++) {
      const page = this.tables[k]!
      if (page === NONE) continue
      this.tables[k] = NONE
      this.freeStack[this.freeCount++] = page
    }
  }

  private pageFor(row: number, k: number): number {
    const place = row * PAGES_PER_DATAGRAM + k
    const there = this.tables[place]!
    if (there !== NONE) return there
    const page = this.freeStack[--this.freeCount]!
    this.tables[place] = page
    this.marks.fill(EMPTY, page * UNITS_PER_PAGE, (page + 1) * UNITS_PER_PAGE)
    return page
  }

  private mark(row: number, unit: number): number {
    if (unit >= PAGES_PER_DATAGRAM * UNITS_PER_PAGE) return EMPTY
    const page = this.tables[row * PAGES_PER_DATAGRAM + (unit >>> (PAGE_SHIFT - 3))]!
    return page === NONE ? EMPTY : this.marks[page * UNITS_PER_PAGE + (unit & (UNITS_PER_PAGE - 1))]!
  }

  private equals(row: number, from: number, to: number, buffer: Uint8Array, at: number): boolean {
    for (let place = from; place < to; place++) {
      const page = this.tables[row * PAGES_PER_DATAGRAM + (place >>> PAGE_SHIFT)]!
      if (this.payload[page * PAGE + (place & (PAGE - 1))] !== buffer[at + place - from]) return false
    }
    return true
  }
}

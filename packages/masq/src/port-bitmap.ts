/** A set of ports: one bit each, with a fast search for the next member. */
import { PORTS_PER_PROTOCOL } from './layout.ts'

export class PortBitmap {
  readonly #bits = new Int32Array(PORTS_PER_PROTOCOL / 32)
  /** How many ports are in the set. */
  size = 0

  has(port: number): boolean {
    return (this.#bits[port >>> 5]! & (1 << (port & 31))) !== 0
  }

  add(port: number): void {
    if (this.has(port)) return
    this.#bits[port >>> 5]! |= 1 << (port & 31)
    this.size++
  }

  delete(port: number): void {
    if (!this.has(port)) return
    this.#bits[port >>> 5]! &= ~(1 << (port & 31))
    this.size--
  }

  clear(): void {
    this.#bits.fill(0)
    this.size = 0
  }

  /** Becomes the ports that are in at least one of the sets: 32 at a time, because a start waits for it. */
  unite(sets: readonly PortBitmap[]): void {
    const bits = this.#bits
    bits.fill(0)
    for (const set of sets) {
      const other = set.#bits
      for (let word = 0; word < bits.length; word++) bits[word]! |= other[word]!
    }
    this.size = this.countBetween(0, PORTS_PER_PROTOCOL - 1)
  }

  /** Becomes the ports from `from` to `to` that it does not have. */
  invert(from: number, to: number): void {
    const bits = this.#bits
    const [first, last] = [from >>> 5, to >>> 5]
    for (let word = 0; word < bits.length; word++) bits[word] = word < first || word > last ? 0 : ~bits[word]!
    bits[first]! &= fromPort(from)
    bits[last]! &= upToPort(to)
    this.size = this.countBetween(from, to)
  }

  /** Both ends inclusive. */
  countBetween(from: number, to: number): number {
    const bits = this.#bits
    const [first, last] = [from >>> 5, to >>> 5]
    if (first === last) return ones(bits[first]! & fromPort(from) & upToPort(to))
    let count = ones(bits[first]! & fromPort(from)) + ones(bits[last]! & upToPort(to))
    for (let word = first + 1; word < last; word++) if (bits[word] !== 0) count += ones(bits[word]!)
    return count
  }

  /** Every member, upward. */
  *[Symbol.iterator](): Generator<number> {
    for (let word = 0; word < this.#bits.length; word++)
      for (let left = this.#bits[word]!; left !== 0; left &= left - 1)
        yield (word << 5) + 31 - Math.clz32(left & -left)
  }

  /**
   * @param start where to begin; the search goes up and once round between `from` and `to`
   * @returns the first member met, or -1. All members lie between `from` and `to`.
   */
  search(start: number, from: number, to: number): number {
    const first = from >>> 5
    const last = to >>> 5
    let word = start >>> 5
    let found = this.#bits[word]! & (-1 << (start & 31))
    for (let steps = first; steps <= last; steps++) {
      if (found !== 0) break
      word = word === last ? first : word + 1
      found = this.#bits[word]!
    }
    return found === 0 ? -1 : (word << 5) + 31 - Math.clz32(found & -found)
  }
}

/** Of the word in which a port is, the bits of that port and of those after it. */
const fromPort = (port: number): number => -1 << (port & 31)

/** The bits of that port and of those before it. */
const upToPort = (port: number): number => -1 >>> (31 - (port & 31))

/** How many bits of a word are set (Warren, Hacker's Delight, 5-1). */
function ones(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555)
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333)
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

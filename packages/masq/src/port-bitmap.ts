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

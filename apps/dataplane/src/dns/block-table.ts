/**
 * The names that lists block, and which list has them: a hash table in one block of memory.
 *
 * A million strings in a Set would take some 100 MB of a small box; here a name takes 13 to 27 bytes, free places included: 64 bits of hash and one bit for
 * each of 16 lists. Two names with the same 64 bits are not told apart: with a million names the chance that a name that is on no
 * list is taken for one is 1 in 10^13, and the seed differs at every build, so nobody can look for such a name beforehand.
 * The table doubles when it is three quarters full. A name is blocked when it, or a domain that it lies in, is in the table.
 */

export const MOST_LISTS = 16
const SMALLEST = 1 << 10

export class BlockTable {
  /** Pairs: two halves of the hash; (0, 0) is a free place. */
  #hashes = new Uint32Array(2 * SMALLEST)
  #lists = new Uint16Array(SMALLEST)
  #mask = SMALLEST - 1
  readonly #seed: number
  #low = 0
  #high = 0
  size = 0

  /** @param seed 32 random bits */
  constructor(seed: number) {
    this.#seed = seed
  }

  get bytes(): number {
    return this.#hashes.byteLength + this.#lists.byteLength
  }

  /** @param name lower case, without final dot @param list 0 to 15 @returns whether no list had it */
  add(name: string, list: number): boolean {
    if (4 * (this.size + 1) > 3 * (this.#mask + 1)) this.#grow()
    this.#hash(name, 0)
    const place = this.#find()
    const fresh = this.#lists[place] === 0
    if (fresh) {
      this.#hashes[2 * place] = this.#low
      this.#hashes[2 * place + 1] = this.#high
      this.size++
    }
    this.#lists[place]! |= 1 << list
    return fresh
  }

  /** @returns the domain by which `name` is blocked, and the lists that have it; null when none has */
  blockedBy(name: string): { domain: string; lists: number[] } | null {
    for (let start = 0; ; ) {
      this.#hash(name, start)
      const bits = this.#lists[this.#find()]!
      if (bits !== 0)
        return {
          domain: name.slice(start),
          lists: Array.from({ length: MOST_LISTS }, (_, i) => i).filter((i) => bits & (1 << i)),
        }
      const dot = name.indexOf('.', start)
      if (dot < 0) return null
      start = dot + 1
    }
  }

  /** Two FNV-1a of different beginnings, mixed at the end, over the name from `start` on. */
  #hash(name: string, start: number): void {
    let low = this.#seed ^ 0x811c9dc5
    let high = Math.imul(this.#seed, 0x9e3779b1) ^ 0x2f0b4a27
    for (let i = start; i < name.length; i++) {
      const code = name.charCodeAt(i)
      low = Math.imul(low ^ code, 0x01000193)
      high = Math.imul(high ^ code, 0x85ebca6b)
      high ^= high >>> 15
    }
    low ^= low >>> 15
    low = Math.imul(low, 0x2c1b3c6d)
    low ^= low >>> 12
    this.#low = low >>> 0
    // never (0, 0)
    this.#high = (high | 1) >>> 0
  }

  /** @returns the place of the hash, or the free one where it would go */
  #find(): number {
    let place = this.#low & this.#mask
    while (
      this.#lists[place] !== 0 &&
      (this.#hashes[2 * place] !== this.#low || this.#hashes[2 * place + 1] !== this.#high)
    )
      place = (place + 1) & this.#mask
    return place
  }

  #grow(): void {
    const [hashes, lists] = [this.#hashes, this.#lists]
    const places = 2 * lists.length
    this.#hashes = new Uint32Array(2 * places)
    this.#lists = new Uint16Array(places)
    this.#mask = places - 1
    for (let i = 0; i < lists.length; i++) {
      if (lists[i] === 0) continue
      this.#low = hashes[2 * i]!
      this.#high = hashes[2 * i + 1]!
      const place = this.#find()
      this.#hashes[2 * place] = this.#low
      this.#hashes[2 * place + 1] = this.#high
      this.#lists[place] = lists[i]!
    }
  }
}

/**
 * What packets of one kind add to: a way through the box, and the counters of the rules and policies they pass. There are few kinds, shared
 * by all connections that fare alike, and each has a number.
 *
 * They lie in the memory of the counters (counters.ts): a process that starts still has to add what the kernel carried for the one before.
 * Word 0 says how far the memory is in use; from word 1 on trails follow one another, each as its way, how many counters, and their
 * slots. A trail's number is the word at which it stands, so that it fits 16 bits; 0 is none. One thread writes; clear() makes
 * every number meaningless, so nothing may be owed under any.
 */

export const TRAIL_WORDS = 0x10000
const FIRST = 1

export class Trails {
  readonly #words: Int32Array
  readonly #numbers = new Map<string, number>()

  /** @param words as somebody may have left them */
  constructor(words: Int32Array) {
    this.#words = words
    if (!(this.#end >= FIRST && this.#end <= TRAIL_WORDS)) this.clear()
  }

  /** @param path of PATHS @param counted slots of counters @returns its number, entered where it is new; 0: there is no room */
  numberOf(path: number, counted: Int32Array): number {
    const name = `${path}:${counted}`
    const known = this.#numbers.get(name)
    if (known !== undefined) return known
    const number = this.#end
    const end = number + 2 + counted.length
    if (end > TRAIL_WORDS) return 0
    this.#words[number] = path
    this.#words[number + 1] = counted.length
    this.#words.set(counted, number + 2)
    // Last: what lies below is complete.
    Atomics.store(this.#words, 0, end)
    this.#numbers.set(name, number)
    return number
  }

  has(number: number): boolean {
    return number >= FIRST && number < this.#end
  }

  pathOf(number: number): number {
    return this.#words[number]!
  }

  /** How many counters a trail has, and each of them. */
  lengthOf(number: number): number {
    return this.#words[number + 1]!
  }

  counterOf(number: number, place: number): number {
    return this.#words[number + 2 + place]!
  }

  clear(): void {
    Atomics.store(this.#words, 0, FIRST)
    this.#numbers.clear()
  }

  get #end(): number {
    return this.#words[0]!
  }
}

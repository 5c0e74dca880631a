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
  /** The one that was asked for last, of each way: most packets that are asked about fare like the one before. */
  readonly #lately = new Map<number, number>()

  /** @param words as somebody may have left them */
  constructor(words: Int32Array) {
    this.#words = words
    if (!(this.#end >= FIRST && this.#end <= TRAIL_WORDS)) this.clear()
  }

  /**
   * @param path of PATHS
   * @param counted slots of counters, of which the first `length` count
   * @returns its number, entered where it is new; 0: there is no room
   */
  numberOf(path: number, counted: Int32Array, length = counted.length): number {
    const lately = this.#lately.get(path)
    if (lately !== undefined && this.#isLike(lately, counted, length)) return lately
    const number = this.#find(path, counted.subarray(0, length))
    if (number !== 0) this.#lately.set(path, number)
    return number
  }

  #isLike(number: number, counted: Int32Array, length: number): boolean {
    if (this.lengthOf(number) !== length) return false
    for (let i = 0; i < length; i++) if (this.counterOf(number, i) !== counted[i]) return false
    return true
  }

  #find(path: number, counted: Int32Array): number {
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
    this.#lately.clear()
  }

  get #end(): number {
    return this.#words[0]!
  }
}

/**
 * The slots that have to be looked after in turn, closely packed, and whose turn it is.
 *
 * A pass goes from the end of the list to its beginning. What is taken out gives its place to the last of the list, and that one has had its turn in
 * this pass or came after the pass began: so nobody is passed over, however many come and go meanwhile. A pass keeps the speed it began with:
 * where the list gets shorter under it, the rest does not wait longer for that.
 */
export class Rounds {
  readonly #list: Int32Array
  readonly #placeOf: Int32Array
  readonly #ticks: number
  #count = 0
  /** Places below this one still have their turn in this pass, which began with so many. */
  #cursor = 0
  #pass = 0

  /** @param capacity slots @param ticks how long a pass may take */
  constructor(capacity: number, ticks: number) {
    this.#list = new Int32Array(capacity)
    this.#placeOf = new Int32Array(capacity)
    this.#ticks = ticks
  }

  /** The slot that came in last; -1: there is none. */
  get last(): number {
    return this.#count === 0 ? -1 : this.#list[this.#count - 1]!
  }

  /** @param slot one that is not in the list */
  add(slot: number): void {
    this.#placeOf[slot] = this.#count
    this.#list[this.#count++] = slot
  }

  /** @param slot one that is in the list */
  remove(slot: number): void {
    const place = this.#placeOf[slot]!
    const last = this.#list[--this.#count]!
    this.#list[place] = last
    this.#placeOf[last] = place
  }

  /** @returns how many have to be looked at in so many ticks */
  due(ticks: number): number {
    const all = Math.max(this.#pass, this.#count)
    return Math.min(Math.ceil((all * ticks) / this.#ticks), all)
  }

  /** @returns the slot whose turn it is; -1: there is none */
  next(): number {
    if (this.#count === 0) return -1
    if (this.#cursor === 0) this.#pass = this.#count
    if (this.#cursor === 0 || this.#cursor > this.#count) this.#cursor = this.#count
    return this.#list[--this.#cursor]!
  }
}

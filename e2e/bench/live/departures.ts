/** When the last of many packets left, as seen in a device's counter that is looked at again and again. */

/** Nothing for so long means that nothing is on its way any more. */
const SILENCE_MS = 100
/** What comes one by one (a question of ARP) is none of the many. */
const FEW = 10

export class Departures {
  #count: number
  #moved: number
  /** ms: when most recently more than a few had left since the look before that. */
  last: number

  /** @param count of packets so far @param now ms of any clock, as below */
  constructor(count: number, now: number) {
    this.#count = count
    this.#moved = now
    this.last = Number.NEGATIVE_INFINITY
  }

  look(count: number, now: number): void {
    if (count - this.#count <= FEW) return
    this.#count = count
    this.#moved = now
    this.last = now
  }

  /** Whether nothing more is to be expected. */
  over(now: number): boolean {
    return now - this.#moved >= SILENCE_MS
  }
}

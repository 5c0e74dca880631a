/**
 * How fast connections are: the main thread looks at the mapped table once a second and smooths the difference.
 * The rate of a connection is an exponential average with a time constant of about two seconds, so a number in a page
 * moves, but does not jump. Arrays by slot; a slot whose generation changed belongs to another connection.
 */
import type { ConnectionTable } from '@bauta/masq'

const WEIGHT = 0.4

export class ConnectionRates {
  readonly #out: Float64Array
  readonly #in: Float64Array
  /** Of the connection that the rest is about; no connection has 0. */
  readonly #generation: Int32Array
  readonly #rate: Float32Array

  constructor(capacity: number) {
    this.#out = new Float64Array(capacity)
    this.#in = new Float64Array(capacity)
    this.#generation = new Int32Array(capacity)
    this.#rate = new Float32Array(capacity)
  }

  /**
   * @param seconds since the last call
   * @param fresh is told every slot with a new connection
   * @param moved is told every slot that is in use, and the bytes that it carried since the last call
   */
  sample(
    table: ConnectionTable,
    seconds: number,
    fresh: (slot: number) => void,
    moved: (slot: number, out: number, into: number) => void = () => undefined,
  ): void {
    const { limit } = table
    for (let slot = 0; slot < limit; slot++) {
      if (!table.used(slot)) continue
      const [out, into] = [table.bytesOut(slot), table.bytesIn(slot)]
      const generation = table.generation(slot) | 0
      if (this.#generation[slot] !== generation) {
        this.#generation[slot] = generation
        this.#rate[slot] = ((out + into) * 8) / seconds
        fresh(slot)
        moved(slot, out, into)
      } else {
        const [moreOut, moreIn] = [out - this.#out[slot]!, into - this.#in[slot]!]
        this.#rate[slot]! += WEIGHT * (((moreOut + moreIn) * 8) / seconds - this.#rate[slot]!)
        moved(slot, moreOut, moreIn)
      }
      this.#out[slot] = out
      this.#in[slot] = into
    }
  }

  /** @returns bits per second */
  of(table: ConnectionTable, slot: number): number {
    const rate = this.#rate[slot]!
    return this.#generation[slot] === (table.generation(slot) | 0) && rate >= 1 ? rate : 0
  }
}

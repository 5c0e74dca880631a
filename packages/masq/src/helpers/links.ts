/**
 * Which connection belongs to which: the data of an FTP session to its control connection (2.2: `control`, n_control).
 * A controller is not given up while it controls others. It may be ended, though: then what it controlled goes on alone.
 */
import { HALF, SLOT_HALVES, SLOT_WORDS, WORD } from '../layout.ts'
import type { ConnectionTable } from '../table.ts'

export class Links {
  readonly #table: ConnectionTable
  readonly #words: Int32Array
  readonly #halves: Int16Array
  readonly #slotsAt: number

  constructor(table: ConnectionTable) {
    this.#table = table
    this.#words = table.memory.words
    this.#halves = table.memory.halves
    this.#slotsAt = table.memory.slotsAt
  }

  /** `child` belongs to `controller` from now on. */
  tie(child: number, controller: number): void {
    this.#words[this.#slotsAt / 4 + child * SLOT_WORDS + WORD.controller] = controller + 1
    this.#halves[this.#slotsAt / 2 + controller * SLOT_HALVES + HALF.controls]!++
  }

  /** A connection ends. */
  cut(slot: number): void {
    const table = this.#table
    const controller = table.controller(slot)
    if (controller >= 0) this.#halves[this.#slotsAt / 2 + controller * SLOT_HALVES + HALF.controls]!--
    if (table.controls(slot) === 0) return
    for (let child = 0; child < table.limit; child++)
      if (table.used(child) && table.controller(child) === slot)
        this.#words[this.#slotsAt / 4 + child * SLOT_WORDS + WORD.controller] = 0
  }

  /** After a restart: a thread that was killed in between may have left a count that is wrong. */
  adopt(): void {
    const table = this.#table
    for (let slot = 0; slot < table.limit; slot++)
      this.#halves[this.#slotsAt / 2 + slot * SLOT_HALVES + HALF.controls] = 0
    for (let slot = 0; slot < table.limit; slot++) {
      const controller = table.used(slot) ? table.controller(slot) : -1
      if (controller < 0) continue
      if (table.used(controller))
        this.#halves[this.#slotsAt / 2 + controller * SLOT_HALVES + HALF.controls]!++
      else this.#words[this.#slotsAt / 4 + slot * SLOT_WORDS + WORD.controller] = 0
    }
  }
}

/**
 * A scenario: one question that the bench asks of every software in turn, with the rows of the table that answer it.
 *
 * A scenario has a lab to itself each time. It gives its figures one by one as it finds them, so that what fails in the middle loses
 * only what was still to come.
 */
import type { Lab } from '../lab/lab.ts'
import type { Software } from '../lab/record.ts'
import type { Effort } from './effort.ts'

/** By the key of a row; in the row's base unit (bits, packets or connections a second, microseconds, bytes, per cent). */
export type Figures = Record<string, number>

export interface Row {
  key: string
  what: string
  unit: string
  /** From the base unit to the row's. */
  scale: number
  digits: number
  /** Whether more is better; ratios are turned so that above 1 always means that Bauta is ahead. */
  more: boolean
  /** False where a ratio would mean nothing: losses in per cent, or what does not pass the router. */
  compared?: false
  /** Title of the plot that shows the row; none where absent. All rows of a plot have one unit. */
  plot?: string
}

export interface Bench {
  lab: Lab
  software: Software
  effort: Effort
}

export interface Scenario {
  /** For `--scenario`. */
  name: string
  title: string
  softwares: readonly Software[]
  /** Those of a quick bench; all where absent. */
  quickly?: readonly Software[]
  rows: readonly Row[]
  measure(bench: Bench): AsyncIterable<Figures>
}

/** @returns rows of a kind with the rest of their fields in common */
export const rowsOf = (common: Omit<Row, 'key' | 'what'>, whats: Record<string, string>): Row[] =>
  Object.entries(whats).map(([key, what]) => ({ key, what, ...common }))

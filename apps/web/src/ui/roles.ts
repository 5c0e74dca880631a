/**
 * The parts of a table, for elements whose `display` is not a table's: phones lay rows out in two lines, long tables hold
 * only the rows in sight; in both cases browsers no longer know by themselves that this is a table.
 */
import type { SortDirection } from './table.tsx'

const ARIA_SORT = { asc: 'ascending', desc: 'descending' } as const

export const TABLE_ROLE = { role: 'table' } as const
export const GROUP_ROLE = { role: 'rowgroup' } as const
export const ROW_ROLE = { role: 'row' } as const
export const CELL_ROLE = { role: 'cell' } as const

export const headerRole = (sorted?: SortDirection | null) =>
  ({ role: 'columnheader', 'aria-sort': sorted ? ARIA_SORT[sorted] : undefined }) as const

/** @param rows in all, the head included, however few of them exist in the page */
export const longTableRole = (label: string, rows: number, busy: boolean) =>
  ({ role: 'table', 'aria-label': label, 'aria-rowcount': rows, 'aria-busy': busy }) as const

/** @param index from 1, the head being the first */
export const longRowRole = (index: number) => ({ role: 'row', 'aria-rowindex': index }) as const

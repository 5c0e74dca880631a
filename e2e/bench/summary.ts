/** What the runs of a bench come to: medians, spreads and ratios. */
import type { Software } from '../lab/record.ts'
import type { Result } from './result.ts'
import type { Row, Scenario } from './scenario.ts'
import { type Spread, spread } from './statistics.ts'

export const NAMES: Record<Software, string> = {
  bauta: 'Bauta',
  nftables: 'nftables masquerade',
  forward: 'forwarding without NAT',
}
/** What Bauta is held against. */
export const YARDSTICKS = ['nftables', 'forward'] as const
export type Yardstick = (typeof YARDSTICKS)[number]

export interface Line {
  row: Row
  /** In the row's unit; those that were measured. */
  of: Partial<Record<Software, Spread>>
  /** Of the medians; above 1 Bauta is ahead. */
  ratio: Partial<Record<Yardstick, number>>
}

export interface Section {
  name: string
  title: string
  /** Runs that have a figure; the least of all lines. */
  runs: number
  softwares: Software[]
  lines: Line[]
}

/** Scenarios and rows without any figure are left out. */
export function summarize(scenarios: readonly Scenario[], { figures }: Pick<Result, 'figures'>): Section[] {
  return scenarios.flatMap(({ name, title, softwares, rows }) => {
    const counts: number[] = []
    const valuesOf = (software: Software, { key, scale }: Row) =>
      (figures[name]?.[software] ?? []).flatMap((found) => (key in found ? [found[key]! * scale] : []))
    const lines = rows.flatMap((row): Line[] => {
      const measured = softwares.map((software) => [software, valuesOf(software, row)] as const)
      const present = measured.filter(([, values]) => values.length > 0)
      if (present.length === 0) return []
      counts.push(...present.map(([, values]) => values.length))
      const of: Line['of'] = Object.fromEntries(
        present.map(([software, values]) => [software, spread(values)]),
      )
      return [{ row, of, ratio: row.compared === false ? {} : ratios(row, of) }]
    })
    if (lines.length === 0) return []
    const shown = softwares.filter((software) => lines.some(({ of }) => of[software]))
    return [{ name, title, runs: Math.min(...counts), softwares: shown, lines }]
  })
}

function ratios({ more }: Row, of: Line['of']): Line['ratio'] {
  const { bauta } = of
  if (!bauta) return {}
  return Object.fromEntries(
    YARDSTICKS.flatMap((yardstick) => {
      const other = of[yardstick]
      if (!other || other.median <= 0 || bauta.median <= 0) return []
      return [[yardstick, more ? bauta.median / other.median : other.median / bauta.median]]
    }),
  )
}

/** @returns `12.3 (11.8–12.9)`; the median alone where the spread rounds to nothing */
export function spreadText(found: Spread | undefined, digits: number): string {
  if (!found) return '–'
  const [middle, least, most] = [found.median, found.least, found.most].map((value) => grouped(value, digits))
  return least === most ? middle! : `${middle} (${least}–${most})`
}

/** @returns two digits at least of a ratio, however small */
export const ratioText = (ratio: number | undefined): string =>
  ratio === undefined ? '–' : `${ratio < 0.1 ? Number(ratio.toPrecision(2)) : ratio.toFixed(2)}×`

/** @returns with commas between thousands, and a true minus */
export const grouped = (value: number, digits: number): string =>
  value
    .toLocaleString('en-GB', { minimumFractionDigits: digits, maximumFractionDigits: digits })
    .replace(/^-0(\.0*)?$/, (zero) => zero.slice(1))
    .replace('-', '−')

/** @returns heads and cells of a section's table, the first column being what was measured */
export function cells({ softwares, lines }: Section): string[][] {
  const yardsticks = YARDSTICKS.filter((yardstick) => lines.some(({ ratio }) => ratio[yardstick]))
  const heads = [
    '',
    ...softwares.map((software) => NAMES[software]),
    ...yardsticks.map((yardstick) => `Bauta to ${yardstick === 'nftables' ? 'nftables' : 'forwarding'}`),
  ]
  return [
    heads,
    ...lines.map(({ row, of, ratio }) => [
      `${row.what}, ${row.unit}${row.more ? '' : ' (less is better)'}`,
      ...softwares.map((software) => spreadText(of[software], row.digits)),
      ...yardsticks.map((yardstick) => ratioText(ratio[yardstick])),
    ]),
  ]
}

/** A section's table for a terminal. */
export function textTable(section: Section): string {
  const rows = cells(section)
  rows[0]![0] = `${section.title} (${section.runs === 1 ? 'one run' : `medians of ${section.runs} runs, least–most`})`
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows
    .map((row) =>
      row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('   '),
    )
    .join('\n')
}

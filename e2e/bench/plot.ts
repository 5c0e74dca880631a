/**
 * Bars with their spread, as SVG by hand: horizontal, a group for each row, a bar for each software. The picture follows the reader's light
 * or dark surroundings by itself, and has no background of its own.
 */
import type { Software } from '../lab/record.ts'
import { SOFTWARES } from '../lab/record.ts'
import { grouped, type Line, NAMES } from './summary.ts'

const WIDTH = 760
const LABELS = 310
/** Characters of a row's label that have room. */
export const LABEL_LENGTH = 50
const VALUES = 70
const BAR = 12
const GAP = 3
const BETWEEN = 12
const TOP = 56
const BOTTOM = 26
const TICKS = 5

const STYLE = `
text { font: 12px system-ui, sans-serif; fill: #1f2328 }
.title { font-weight: 600; font-size: 14px }
.small { font-size: 11px; fill: #59636e }
.grid { stroke: #d1d9e0 }
.spread { stroke: #1f2328 }
.bauta { fill: #2563c9 } .nftables { fill: #c2682a } .forward { fill: #8b949e }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 } .small { fill: #9198a1 } .grid { stroke: #3d444d } .spread { stroke: #e6edf3 }
.bauta { fill: #6ea8fe } .nftables { fill: #e8945a } .forward { fill: #6e7681 }
}`

/** @param lines at least one, all of one unit */
export function plot(title: string, lines: readonly Line[]): string {
  const softwares = SOFTWARES.filter((software) => lines.some(({ of }) => of[software]))
  const { unit, digits, more } = lines[0]!.row
  const most = Math.max(...lines.flatMap(({ of }) => softwares.map((software) => of[software]?.most ?? 0)))
  const scale = new Scale(most)
  const parts: string[] = []
  let y = TOP
  for (const line of lines) {
    parts.push(...group(line, softwares, y, scale))
    y += groupHeight(line, softwares) + BETWEEN
  }
  const height = y - BETWEEN + BOTTOM
  const axis = scale.ticks.flatMap((value) => {
    const x = scale.x(value)
    const text = grouped(value, value % 1 === 0 ? 0 : Math.max(1, digits))
    return [
      `<path class="grid" d="M${x} ${TOP - 6}V${y - BETWEEN + 4}"/>`,
      `<text class="small" x="${x}" y="${height - 8}" text-anchor="middle">${text}</text>`,
    ]
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<style>${STYLE}\n</style>`,
    `<text class="title" x="0" y="16">${escaped(title)}, ${escaped(unit)}${more ? '' : ' (less is better)'}</text>`,
    ...legend(softwares),
    ...axis,
    ...parts,
    '</svg>',
    '',
  ].join('\n')
}

/** From values to places. */
class Scale {
  readonly ticks: number[]
  readonly #end: number

  constructor(most: number) {
    const step = roundStep(most / TICKS)
    this.#end = most > 0 ? most : 1
    this.ticks = []
    for (let value = 0; value <= this.#end; value += step) this.ticks.push(Number(value.toPrecision(6)))
  }

  x(value: number): number {
    const share = Math.max(0, value) / this.#end
    return Number((LABELS + share * (WIDTH - LABELS - VALUES)).toFixed(1))
  }
}

/** @returns 1, 2 or 5 times a power of ten, no smaller than asked for */
export function roundStep(least: number): number {
  if (least <= 0) return 1
  const power = 10 ** Math.floor(Math.log10(least))
  return [1, 2, 5, 10].map((times) => times * power).find((step) => step >= least * 0.999_999)!
}

const groupHeight = ({ of }: Line, softwares: readonly Software[]): number =>
  softwares.filter((software) => of[software]).length * (BAR + GAP) - GAP

function group(line: Line, softwares: readonly Software[], top: number, scale: Scale): string[] {
  const { row, of } = line
  const middle = top + groupHeight(line, softwares) / 2 + 4
  const parts = [`<text x="0" y="${middle}">${escaped(row.what)}</text>`]
  let y = top
  for (const software of softwares) {
    const found = of[software]
    if (!found) continue
    const [start, end, least, most] = [0, found.median, found.least, found.most].map((value) =>
      scale.x(value),
    )
    const centre = y + BAR / 2
    parts.push(
      `<rect class="${software}" x="${start}" y="${y}" width="${(end! - start!).toFixed(1)}" height="${BAR}" rx="1"/>`,
    )
    if (least !== most)
      parts.push(
        `<path class="spread" fill="none" d="M${least} ${centre}H${most}M${least} ${centre - 3}v6M${most} ${centre - 3}v6"/>`,
      )
    parts.push(
      `<text class="small" x="${Math.max(end!, most!) + 5}" y="${centre + 4}">${grouped(found.median, row.digits)}</text>`,
    )
    y += BAR + GAP
  }
  return parts
}

function legend(softwares: readonly Software[]): string[] {
  return softwares.flatMap((software, i) => {
    const x = LABELS + i * 150
    return [
      `<rect class="${software}" x="${x}" y="26" width="12" height="12" rx="1"/>`,
      `<text class="small" x="${x + 17}" y="36">${NAMES[software]}</text>`,
    ]
  })
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

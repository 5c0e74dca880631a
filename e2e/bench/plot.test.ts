import { expect, it } from 'vitest'
import { plot, roundStep } from './plot.ts'
import type { Line } from './summary.ts'

const line = (what: string, bauta: number, least: number, most: number): Line => ({
  row: { key: 'a', what, unit: 'Gbit/s', scale: 1, digits: 1, more: true },
  of: {
    bauta: { median: bauta, least, most },
    nftables: { median: 10, least: 10, most: 10 },
  },
  ratio: {},
})

const numbers = (svg: string, tag: RegExp, attribute: string) =>
  [...svg.matchAll(tag)].map(([found]) => Number(new RegExp(` ${attribute}="([^"]+)"`).exec(found)![1]))

it('bars are as long as their figures, and the longest spread fits in', () => {
  const svg = plot('Bulk <TCP>', [line('up', 5, 4, 20), line('down', 20, 20, 20)])
  const bars = numbers(svg, /<rect class="bauta" x="\d+" y="(?!26")[^>]*>/g, 'width')
  expect(bars).toHaveLength(2)
  expect(bars[1]! / bars[0]!).toBeCloseTo(4, 1)
  expect(svg).toContain('<title>Bulk &lt;TCP&gt;</title>')
  // one spread only: the other figures have none
  expect(svg.match(/class="spread"/g)).toHaveLength(1)
  for (const x of [...svg.matchAll(/[MH](\d+(?:\.\d+)?)/g)].map(([, x]) => Number(x)))
    expect(x).toBeLessThanOrEqual(760)
})

it('has colours for light and dark surroundings, and every bar a figure beside it', () => {
  const svg = plot('Bulk', [line('up', 5, 4, 6)])
  expect(svg).toContain('prefers-color-scheme: dark')
  expect(svg).toContain('>5.0</text>')
  expect(svg).toContain('>10.0</text>')
  expect(svg.match(/<(svg|style|title|text)\b/g)!.length).toBe(
    svg.match(/<\/(svg|style|title|text)>/g)!.length,
  )
})

it('a plot of nothing but zeros is one', () => {
  const zero = line('up', 0, 0, 0)
  zero.of = { bauta: { median: 0, least: 0, most: 0 } }
  expect(plot('Bulk', [zero])).not.toContain('NaN')
})

it('steps of an axis are round', () => {
  expect([0.7, 1, 1.2, 3, 7, 120, 0.03, 0].map(roundStep)).toEqual([1, 1, 2, 5, 10, 200, 0.05, 1])
})

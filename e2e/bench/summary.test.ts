import { expect, it } from 'vitest'
import type { Row, Scenario } from './scenario.ts'
import { cells, grouped, ratioText, spreadText, summarize, textTable } from './summary.ts'

const row = (key: string, more: boolean, rest: Partial<Row> = {}): Row => ({
  key,
  what: `what ${key} is`,
  unit: 'Gbit/s',
  scale: 1e-9,
  digits: 1,
  more,
  ...rest,
})
const scenario = (rows: Row[]): Scenario => ({
  name: 'one',
  title: 'One',
  softwares: ['bauta', 'nftables', 'forward'],
  rows,
  measure: async function* () {},
})

it('medians and spreads in the unit of the row; a ratio above 1 says that Bauta is ahead', () => {
  const figures = {
    one: {
      bauta: [
        { rate: 2e9, time: 10 },
        { rate: 4e9, time: 10 },
        { rate: 3e9, time: 10 },
      ],
      nftables: [{ rate: 6e9, time: 40 }],
      forward: [{ rate: 12e9 }],
    },
  }
  const rows = [row('rate', true), row('time', false, { unit: 'µs', scale: 1, digits: 0 })]
  const [section] = summarize([scenario(rows)], { figures })
  expect(section!.lines.map(({ of }) => of.bauta)).toEqual([
    { median: 3, least: 2, most: 4 },
    { median: 10, least: 10, most: 10 },
  ])
  expect(section!.lines.map(({ ratio }) => ratio)).toEqual([
    { nftables: 0.5, forward: 0.25 },
    { nftables: 4 },
  ])
  expect(cells(section!)).toEqual([
    [
      '',
      'Bauta',
      'nftables masquerade',
      'forwarding without NAT',
      'Bauta to nftables',
      'Bauta to forwarding',
    ],
    ['what rate is, Gbit/s', '3.0 (2.0–4.0)', '6.0', '12.0', '0.50×', '0.25×'],
    ['what time is, µs (less is better)', '10', '40', '–', '4.00×', '–'],
  ])
  expect(section!.runs).toBe(1)
})

it('what was not measured has no row, no column and no section', () => {
  const figures = { one: { bauta: [{ rate: 1e9 }] } }
  const [section, ...others] = summarize(
    [scenario([row('rate', true), row('other', true)]), { ...scenario([row('rate', true)]), name: 'two' }],
    { figures },
  )
  expect(others).toEqual([])
  expect(cells(section!)).toEqual([
    ['', 'Bauta'],
    ['what rate is, Gbit/s', '1.0'],
  ])
})

it('a row that is not to be compared, and one whose yardstick is nothing, have no ratio', () => {
  const figures = { one: { bauta: [{ a: 1, b: 1 }], nftables: [{ a: 2, b: 0 }] } }
  const rows = [row('a', true, { compared: false, scale: 1 }), row('b', true, { scale: 1 })]
  const [section] = summarize([scenario(rows)], { figures })
  expect(section!.lines.map(({ ratio }) => ratio)).toEqual([{}, {}])
})

it('figures in words', () => {
  expect(grouped(12_345.6, 0)).toBe('12,346')
  expect([grouped(-1.25, 1), grouped(-0.01, 1), grouped(0, 2)]).toEqual(['−1.3', '0.0', '0.00'])
  expect(spreadText({ median: 2, least: 1.96, most: 2.04 }, 1)).toBe('2.0')
  expect(spreadText(undefined, 1)).toBe('–')
  expect([1.234, 0.5, 0.00312, undefined].map(ratioText)).toEqual(['1.23×', '0.50×', '0.0031×', '–'])
})

it('the columns of the terminal’s table stand below each other', () => {
  const figures = { one: { bauta: [{ rate: 1e9 }], nftables: [{ rate: 10e9 }] } }
  const [section] = summarize([scenario([row('rate', true)])], { figures })
  const lines = textTable(section!).split('\n')
  expect(new Set(lines.map((line) => line.length)).size).toBe(1)
  expect(lines[0]).toMatch(/^One \(one run\) /)
})

import type { Counters } from '@bauta/control/schemas'
import { expect, it } from 'vitest'
import { dropRates, groupDrops } from './rates.ts'

const drop = (reason: string, packets: number, group = 'rule') => ({ reason, packets, group, meaning: '' })
const report = (at: number, ...drops: Counters['drops']): Counters => ({
  at,
  drops,
  rules: [],
  policies: [],
  helpers: [],
  paths: [],
})

it('divides by the time between two reports', () => {
  const rates = dropRates(report(1000, drop('land', 10)), report(3000, drop('land', 30), drop('new', 5)))
  expect(rates.get('land')).toBe(10)
  expect(rates.get('new')).toBe(0)
})

it('has no rate without two reports, and none for a counter that started anew', () => {
  expect(dropRates(null, report(1, drop('land', 3))).size).toBe(0)
  expect(dropRates(report(5, drop('land', 3)), report(5, drop('land', 9))).size).toBe(0)
  expect(dropRates(report(0, drop('land', 30)), report(1000, drop('land', 2))).get('land')).toBe(0)
})

it('groups, with what happened most first and what never happened apart', () => {
  const groups = groupDrops([
    drop('a', 0, 'malformed'),
    drop('b', 2),
    drop('c', 9),
    drop('d', 0),
    drop('x', 1, 'weather'),
  ])
  expect(
    groups.map(({ title, packets, drops, silent }) => [title, packets, drops.length, silent.length]),
  ).toEqual([
    ['Malformed packets', 0, 0, 1],
    ['Rules', 11, 2, 1],
    ['weather', 1, 1, 0],
  ])
  expect(groups[1]!.drops.map(({ reason }) => reason)).toEqual(['c', 'b'])
})

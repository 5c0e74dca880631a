import { expect, test } from 'vitest'
import { BlockTable } from './block-table.ts'

test('a name is blocked with all below it, and nothing above or beside it', () => {
  const table = new BlockTable(7)
  table.add('ads.example', 2)
  expect(table.blockedBy('ads.example')).toEqual({ domain: 'ads.example', lists: [2] })
  expect(table.blockedBy('a.b.ads.example')).toEqual({ domain: 'ads.example', lists: [2] })
  for (const free of ['example', 'bads.example', 'ads.example.org', '', 'ads'])
    expect(table.blockedBy(free)).toBeNull()
})

test('it tells every list that has the name', () => {
  const table = new BlockTable(7)
  expect(table.add('a.example', 0)).toBe(true)
  expect(table.add('a.example', 15)).toBe(false)
  expect(table.blockedBy('a.example')?.lists).toEqual([0, 15])
  expect(table.size).toBe(1)
})

test.each([1, 0, 0xffffffff])(
  '200,000 names: every one is found, none besides, in little memory (seed %i)',
  (seed) => {
    const table = new BlockTable(seed)
    for (let i = 0; i < 200_000; i++) table.add(`h${i}.tracker-${i % 977}.example`, i % 3)
    expect(table.size).toBe(200_000)
    let found = 0
    let wrong = 0
    for (let i = 0; i < 200_000; i++) {
      if (table.blockedBy(`h${i}.tracker-${i % 977}.example`)?.lists[0] === i % 3) found++
      if (table.blockedBy(`g${i}.tracker-${i % 977}.example`)) wrong++
    }
    expect({ found, wrong }).toEqual({ found: 200_000, wrong: 0 })
    expect(table.bytes / 200_000).toBeLessThan(27)
  },
)

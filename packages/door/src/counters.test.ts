import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { COUNTERS, QUEUE_FULL } from './counters.ts'
import { COUNTERS_ROOM, sumRows } from './programs.ts'
import { queueDrops } from './queue-drops.ts'

test('the list of the kernel programs and the list for people are the same', () => {
  const header = readFileSync(new URL('../bpf/counters.h', import.meta.url), 'utf8')
  const names = [...header.matchAll(/^\tCOUNT_(\w+),/gm)].map(([, name]) =>
    name!.toLowerCase().replaceAll('_', '-'),
  )
  expect(COUNTERS.map(({ name }) => name)).toEqual(names)
  expect(COUNTERS.length).toBeLessThanOrEqual(COUNTERS_ROOM)
})

test('the programs use every counter', () => {
  const source = ['door.bpf.c', 'flood.h']
    .map((name) => readFileSync(new URL(`../bpf/${name}`, import.meta.url), 'utf8'))
    .join('')
  for (const { name } of COUNTERS)
    expect(source).toContain(`COUNT_${name.toUpperCase().replaceAll('-', '_')}`)
})

test('names are single and every one has a meaning', () => {
  const all = [...COUNTERS, QUEUE_FULL]
  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length)
  for (const { meaning } of all) expect(meaning.length).toBeGreaterThan(10)
})

test('the rows of all CPUs are added up', () => {
  const rows = new BigUint64Array(3 * COUNTERS_ROOM)
  rows[1] = 5n
  rows[COUNTERS_ROOM + 1] = 2n ** 40n
  rows[2 * COUNTERS_ROOM + 27] = 7n
  const sums = sumRows(rows)
  expect([sums[0], sums[1], sums[27], sums.length]).toEqual([0, 2 ** 40 + 5, 7, COUNTERS.length])
})

test('full queues are read from the sending side of the named devices', () => {
  const table = [
    'Inter-|   Receive                                                |  Transmit',
    ' face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed',
    '  m-lan0: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16',
    'm-eth0.7:    0       0    0    0    0     0          0         0  9 10 0 30 0 0 0 0',
    '    lo:  0 0 0 99 0 0 0 0 0 0 0 99 0 0 0 0',
  ].join('\n')
  expect(queueDrops(['m-lan0', 'm-eth0.7', 'm-none'], table)).toBe(42)
  expect(queueDrops([], table)).toBe(0)
})

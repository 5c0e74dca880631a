import { expect, test } from 'vitest'
import { type Asker, GIVE_UP_MS, MOST, MOST_PER_CLIENT, PendingTable } from './pending.ts'

const question = { name: 'a.example', type: 1, class: 1, end: 27 }
const query = new Uint8Array(27)
const asker = (client: string, key: string | null): Asker => ({ client, key, stream: false, reply: () => {} })

test('a question is handed over again, again, again, and then has failed', () => {
  const table = new PendingTable(0)
  table.add(asker('a', 'a1'), query, question, 0)
  const looks = Array.from({ length: 60 }, (_, i) => i * 100).map((now) => ({
    now,
    ...table.look(now, false),
  }))
  expect(looks.filter(({ again }) => again.length > 0).map(({ now }) => now)).toEqual([400, 1200, 2800])
  expect(looks.filter(({ failed }) => failed.length > 0).map(({ now }) => now)).toEqual([GIVE_UP_MS])
  expect(table.size).toBe(0)
})

test('while the resolver is away every look hands everything over', () => {
  const table = new PendingTable(0)
  table.add(asker('a', 'a1'), query, question, 0)
  table.add(asker('b', 'b1'), query, question, 0)
  expect(table.look(50, true).again).toHaveLength(2)
  expect(table.look(100, true).again).toHaveLength(2)
  expect(table.look(150, false).again).toHaveLength(0)
})

test('a client that repeats itself gets one answer; two clients get one each', () => {
  const table = new PendingTable(0)
  const first = table.add(asker('a', 'a1'), query, question, 0)
  expect(table.add(asker('a', 'a1'), query, question, 1)).toBe('repeated')
  expect(table.add(asker('b', 'b1'), query, question, 1)).toMatchObject({ tries: 1 })
  if (typeof first === 'string') throw new Error(first)
  expect(table.take(first.id)).toBe(first)
  expect(table.take(first.id)).toBeNull()
  expect(table.add(asker('a', 'a1'), query, question, 2)).toMatchObject({ since: 2 })
})

test('one machine cannot take the places of all', () => {
  const table = new PendingTable(65_530)
  for (let i = 0; i < MOST_PER_CLIENT; i++) table.add(asker('greedy', null), query, question, 0)
  expect(table.add(asker('greedy', null), query, question, 0)).toBe('crowded')
  expect(table.add(asker('modest', null), query, question, 0)).toMatchObject({ since: 0 })
  expect(new Set([...table.all()].map(({ id }) => id)).size).toBe(MOST_PER_CLIENT + 1)
})

test('there is an end for all together too', () => {
  const table = new PendingTable(0)
  for (let i = 0; i < MOST; i++) table.add(asker(`${i % 100}`, null), query, question, 0)
  expect(table.add(asker('late', null), query, question, 0)).toBe('crowded')
})

import type { Connection } from '@bauta/control/schemas'
import { expect, it } from 'vitest'
import { holdOrder, showAll } from './held-order.ts'

const row = (id: string, rate = 0) => ({ id, rate }) as Connection
const picture = (rows: ReturnType<typeof holdOrder>) =>
  rows.map(({ row: { id, rate }, gone }) => `${id}:${rate}${gone ? '†' : ''}`)

it('keeps every row in its place and takes the new figures', () => {
  const before = showAll([row('a', 9), row('b', 5), row('c', 1)])
  expect(picture(holdOrder(before, [row('c', 8), row('a', 4), row('b', 2)]))).toEqual(['a:4', 'b:2', 'c:8'])
})

it('leaves what is gone as it was last seen, and lets the new wait', () => {
  const before = showAll([row('a', 9), row('b', 5)])
  expect(picture(holdOrder(before, [row('n', 7), row('a', 4)]))).toEqual(['a:4', 'b:5†'])
})

it('brings a row back that returns, and grows at the end', () => {
  const faded = holdOrder(showAll([row('a'), row('b')]), [row('a')])
  expect(picture(holdOrder(faded, [row('b', 3), row('a', 1), row('n', 2)]))).toEqual(['a:1', 'b:3', 'n:2'])
})

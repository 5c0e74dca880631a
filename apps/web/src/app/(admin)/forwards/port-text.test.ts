import { NO_FORWARDS } from '@bauta/config'
import { expect, it } from 'vitest'
import { nextId, rangeOf, rangeText } from './port-text.ts'

it.each([
  ['80', { from: 80, to: 80 }],
  [' 5000 - 5010 ', { from: 5000, to: 5010 }],
  ['5000:5010', { from: 5000, to: 5010 }],
  ['', null],
  ['http', { from: 0, to: 0 }],
  ['1-2-3', { from: 0, to: 0 }],
])('reads %j', (text, range) => {
  expect(rangeOf(text)).toEqual(range)
})

it('writes what it reads', () => {
  for (const text of ['80', '5000-5010', '']) expect(rangeText(rangeOf(text))).toBe(text)
})

it('gives every forward and trigger a number of its own', () => {
  expect(nextId(NO_FORWARDS)).toBe(1)
  expect(nextId({ ...NO_FORWARDS, triggers: [{ id: 7 } as never] })).toBe(8)
})

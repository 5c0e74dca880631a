import { expect, test } from 'vitest'
import { pauseAfter } from './back-off.ts'

test('a refused password: three tries, five minutes, three tries, then every half hour', () => {
  const minutes = [1, 2, 3, 4, 5, 6, 7, 8].map((failures) => pauseAfter('auth', failures, 0.5) / 60_000)
  const soon = 5 / 60
  expect(minutes).toEqual([soon, soon, 5, soon, soon, 30, 30, 30])
})

test('anything else: doubling from a second to two minutes, and nobody in step with the neighbours', () => {
  const seconds = [1, 2, 3, 4, 5, 6, 7, 8, 9, 40].map((failures) => pauseAfter('other', failures, 0.5) / 1000)
  expect(seconds).toEqual([1, 2, 4, 8, 16, 32, 64, 120, 120, 120])
  expect(pauseAfter('other', 1, 0)).toBe(500)
  expect(pauseAfter('other', 1, 1)).toBe(1500)
})

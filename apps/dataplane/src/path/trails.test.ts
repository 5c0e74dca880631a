import { expect, test } from 'vitest'
import { TRAIL_WORDS, Trails } from './trails.ts'

const of = (...counters: number[]) => Int32Array.from(counters)

test('a trail has one number, by which whoever comes next reads it', () => {
  const words = new Int32Array(TRAIL_WORDS)
  const trails = new Trails(words)
  const first = trails.numberOf(1, of(7, 8, 7))
  const second = trails.numberOf(0, of())
  expect([first > 0, second > first, trails.numberOf(1, of(7, 8, 7))]).toEqual([true, true, first])
  const next = new Trails(words)
  expect([next.has(first), next.pathOf(first), next.lengthOf(first)]).toEqual([true, 1, 3])
  expect([0, 1, 2].map((place) => next.counterOf(first, place))).toEqual([7, 8, 7])
  expect([next.has(second), next.lengthOf(second), next.has(0)]).toEqual([true, 0, false])
})

test('when there is no room there is no number, and after clear() there is, and none of before', () => {
  const trails = new Trails(new Int32Array(TRAIL_WORDS))
  const long = Array.from({ length: 62 }, (_, i) => i)
  let last = 0
  let made = 0
  for (; ; made++) {
    const number = trails.numberOf(made, of(...long))
    if (number === 0) break
    last = number
  }
  expect(made).toBe(Math.floor((TRAIL_WORDS - 1) / 64))
  expect(last).toBeLessThan(0x10000)
  trails.clear()
  expect(trails.has(last)).toBe(false)
  expect(trails.numberOf(5, of(1))).toBeGreaterThan(0)
})

test('what is no memory of trails begins anew', () => {
  const trails = new Trails(new Int32Array(TRAIL_WORDS).fill(-3))
  expect(trails.has(1)).toBe(false)
  expect(trails.numberOf(2, of(5))).toBe(1)
})

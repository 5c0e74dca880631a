import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { momentNow, momentOf, timeOf } from './moments.ts'

const BEGIN = Date.parse('2025-01-01T00:00:00Z')
beforeEach(() => vi.useFakeTimers({ now: BEGIN }))
afterEach(() => vi.useRealTimers())

test('a moment is told as the clock stands when it is asked for', () => {
  const [dialled, lease] = [momentNow(), momentOf(BEGIN - 500)]
  expect([timeOf(dialled), timeOf(lease)]).toEqual([BEGIN, BEGIN - 500])
  vi.advanceTimersByTime(60_000)
  const set = Date.parse('2026-11-26T12:00:00Z')
  vi.setSystemTime(set)
  expect([timeOf(dialled), timeOf(lease)]).toEqual([set - 60_000, set - 60_500])
})

test('drift does not make it flicker', () => {
  const moment = momentNow()
  const first = timeOf(moment)
  vi.advanceTimersByTime(1000)
  vi.setSystemTime(Date.now() + 300)
  expect(timeOf(moment)).toBe(first)
})

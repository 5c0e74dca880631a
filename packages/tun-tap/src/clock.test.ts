import { expect, test } from 'vitest'
import { monotonicTicks } from './clock.ts'

test('ticks are hundredths of a second of the monotonic clock', async () => {
  const before = monotonicTicks()
  const started = process.hrtime.bigint()
  await new Promise((resolve) => setTimeout(resolve, 120))
  const expected = Number(process.hrtime.bigint() - started) / 1e7
  const passed = monotonicTicks() - before
  expect(Number.isInteger(before)).toBe(true)
  expect(Math.abs(passed - expected)).toBeLessThan(2)
  expect(Math.abs(before - Number(started) / 1e7)).toBeLessThan(2)
})

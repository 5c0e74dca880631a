import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { scaleTop, summaryOf } from './samples.ts'

describe('scaleTop', () => {
  it.each([
    [0, 10_000],
    [9_000, 10_000],
    [10_001, 20_000],
    [486e6, 600e6],
    [731e6, 800e6],
    [1e9, 1e9],
    [1.01e9, 2e9],
  ])('%d → %d', (peak, top) => expect(scaleTop(peak)).toBe(top))

  it('is never below the peak and never more than twice it', () => {
    fc.assert(
      fc.property(fc.double({ min: 10_000, max: 1e12, noNaN: true }), (peak) => {
        const top = scaleTop(peak)
        return top >= peak && top <= peak * 2.0001
      }),
    )
  })
})

it('sums up what was', () => {
  const samples = [
    { at: 0, down: 10, up: 1 },
    { at: 1, down: 30, up: 2 },
  ]
  expect(summaryOf(samples, (sample) => sample.down)).toEqual({ peak: 30, mean: 20 })
  expect(summaryOf([], (sample) => sample.up)).toEqual({ peak: 0, mean: 0 })
})

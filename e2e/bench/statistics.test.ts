import { expect, it } from 'vitest'
import { highestRate, median, percentile } from './statistics.ts'

it('median and percentiles', () => {
  expect(median([3, 1, 2])).toBe(2)
  expect(median([4, 1, 2, 3])).toBe(2.5)
  const hundred = Array.from({ length: 100 }, (_, i) => i + 1)
  expect([percentile(hundred, 0.5), percentile(hundred, 0.99), percentile([7], 0.99)]).toEqual([50, 99, 7])
})

it.each([700, 10_000, 123_456, 900_000])('the rate search comes close to a wall at %i', async (wall) => {
  let tries = 0
  const found = await highestRate({ first: 50_000, halvings: 4 }, async (offered) => {
    tries++
    const delivered = Math.min(offered, wall)
    return { offered, delivered, lost: 1 - delivered / offered }
  })
  expect(found).toBeGreaterThan(wall * 0.9)
  expect(found).toBeLessThanOrEqual(wall)
  expect(tries).toBeLessThan(20)
})

it('the rate search ends where the generator ends', async () => {
  const found = await highestRate({ first: 50_000, halvings: 4 }, async (rate) => {
    const offered = Math.min(rate, 300_000)
    return { offered, delivered: offered, lost: 0 }
  })
  expect(found).toBe(300_000)
})

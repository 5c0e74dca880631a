import { expect, it } from 'vitest'
import { hashKey } from './hash.ts'

it('spreads the keys that a household really has over all buckets', () => {
  const buckets = new Int32Array(1024)
  for (let client = 0; client < 16; client++)
    for (let port = 0; port < 1024; port++)
      buckets[hashKey(1, 0xc0a84d00 + client, 0x5db8d822, ((40000 + port) << 16) | 443, 6) & 1023]!++
  // 16 a bucket on average; a fair coin stays within six standard deviations of it
  expect(Math.max(...buckets)).toBeLessThan(40)
  expect(Math.min(...buckets)).toBeGreaterThan(0)
})

it('depends on every bit of every part', () => {
  const parts = [12345, 0x0a000001, 0x5db8d822, (40000 << 16) | 443, 6] as const
  const reference = hashKey(...parts)
  const changed = new Set<number>()
  for (let part = 0; part < parts.length; part++)
    for (let bit = 0; bit < 32; bit++) {
      const other = [...parts] as [number, number, number, number, number]
      other[part]! ^= 1 << bit
      changed.add(hashKey(...other))
    }
  expect(changed.has(reference)).toBe(false)
  expect(changed.size).toBe(5 * 32)
})

it('gives the same for signed and unsigned spellings of an address', () => {
  expect(hashKey(7, 0xc0a80001 | 0, 1, 2, 3)).toBe(hashKey(7, 0xc0a80001, 1, 2, 3))
})

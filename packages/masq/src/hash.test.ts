import fc from 'fast-check'
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

const rotate = (word: number, by: number) => ((word << by) | (word >>> (32 - by))) >>> 0

/** HalfSipHash as its authors write it down, over words, with one round a word and three at the end. */
function reference(key: [number, number], message: number[]): number {
  const v = [key[0], key[1], 0x6c796765 ^ key[0], 0x74656462 ^ key[1]].map((word) => word >>> 0) as number[]
  const round = () => {
    const half = (a: number, b: number, by: number) => {
      v[a] = (v[a]! + v[b]!) >>> 0
      v[b] = (rotate(v[b]!, by) ^ v[a]!) >>> 0
    }
    half(0, 1, 5)
    v[0] = rotate(v[0]!, 16)
    half(2, 3, 8)
    half(0, 3, 7)
    half(2, 1, 13)
    v[2] = rotate(v[2]!, 16)
  }
  for (const word of message) {
    v[3]! ^= word
    round()
    v[0]! ^= word
  }
  v[2]! ^= 0xff
  for (let i = 0; i < 3; i++) round()
  return (v[1]! ^ v[3]!) | 0
}

it('is HalfSipHash-1-3 for every key and message', () => {
  const word = fc.integer()
  fc.assert(
    fc.property(word, fc.tuple(word, word, word, word), (seed, [near, far, ports, kind]) => {
      const second = Math.imul(seed ^ (seed >>> 15), 0x2c1b3c6d) ^ 0x5bd1e995
      expect(hashKey(seed, near, far, ports, kind)).toBe(reference([seed, second], [near, far, ports, kind]))
    }),
  )
})

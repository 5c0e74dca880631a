import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checksumOf, difference, pseudoHeaderSum, read32, updateChecksum, write32 } from './checksum.ts'
import { fold, sumBytes } from './sum.ts'

/** The definition, word by word. */
function plainSum(bytes: Uint8Array): number {
  let sum = 0
  for (let i = 0; i < bytes.length; i += 2) sum += bytes[i]! * 256 + (bytes[i + 1] ?? 0)
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 65536)
  return sum
}

describe('sumBytes', () => {
  test('the worked example of RFC 1071 §3', () => {
    const bytes = Uint8Array.of(0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7)
    expect(sumBytes(bytes, 0, 8, 0)).toBe(0xddf2)
    expect(checksumOf(bytes, 0, 8)).toBe(0x220d)
  })

  test('equals the definition for any length, at even and odd addresses, in shared memory and in a window', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.integer({ min: 0, max: 9 }), (bytes, shift) => {
        const memory = new Uint8Array(new SharedArrayBuffer(bytes.length + shift + 2))
        const window = memory.subarray(1)
        window.set(bytes, shift)
        expect(sumBytes(window, shift, bytes.length, 0)).toBe(plainSum(bytes))
        memory.set(bytes, shift)
        expect(sumBytes(memory, shift, bytes.length, 0)).toBe(plainSum(bytes))
      }),
    )
  })

  test('the heaviest packet does not overflow', () => {
    const bytes = new Uint8Array(65536).fill(0xff)
    for (const start of [0, 1]) {
      expect(sumBytes(bytes, start, 65535, 0x30000)).toBe(
        fold(plainSum(bytes.subarray(start, start + 65535)) + 0x30000),
      )
    }
  })

  test('sums of parts add up, and a start value counts', () => {
    const bytes = Uint8Array.from({ length: 300 }, (_, i) => (i * 37) & 255)
    const first = sumBytes(bytes, 0, 120, 0)
    expect(sumBytes(bytes, 120, 180, first)).toBe(plainSum(bytes))
  })
})

test('an updated checksum equals one computed anew', () => {
  const header = fc.uint8Array({ minLength: 20, maxLength: 20 })
  const place = fc.integer({ min: 0, max: 9 }).filter((word) => word !== 5)
  fc.assert(
    fc.property(header, place, fc.integer({ min: 0, max: 0xffff }), (bytes, word, value) => {
      // An all-zero header has two right checksums (RFC 1624 §3); no packet is all zero.
      bytes[0] = 0x45
      bytes[10] = 0
      bytes[11] = 0
      const before = checksumOf(bytes, 0, 20)
      const old = (bytes[word * 2]! << 8) | bytes[word * 2 + 1]!
      if (word === 0) value |= 0x4500
      bytes[word * 2] = value >>> 8
      bytes[word * 2 + 1] = value
      expect(updateChecksum(before, difference(old, value))).toBe(checksumOf(bytes, 0, 20))
    }),
  )
})

test('32-bit numbers come back unsigned', () => {
  const bytes = new Uint8Array(8)
  write32(bytes, 3, 0xcb007101)
  expect(read32(bytes, 3)).toBe(0xcb007101)
})

test('the pseudo-header is both addresses, the protocol and the length', () => {
  const packet = new Uint8Array(20)
  write32(packet, 12, 0xc0a80001)
  write32(packet, 16, 0xcb007101)
  expect(pseudoHeaderSum(packet, 0, 17, 8)).toBe(fold(0xc0a8 + 0x0001 + 0xcb00 + 0x7101 + 17 + 8))
})

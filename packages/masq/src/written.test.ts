import fc from 'fast-check'
import { expect, it } from 'vitest'
import { writtenIn } from './written.ts'

it('has every element that is not 0, and no stretch that is blank', () => {
  const kinds = [Int32Array, Float64Array] as const
  fc.assert(
    fc.property(
      fc.constantFrom(...kinds),
      fc.integer({ min: 0, max: 4000 }),
      fc.array(fc.nat(3999), { maxLength: 12 }),
      (Kind, length, places) => {
        // In the middle of a memory, as the parts of a table lie.
        const array = new Kind(new ArrayBuffer(8 * (length + 4)), 16, length)
        const written = places.filter((place) => place < length)
        for (const place of written) array[place] = 1 + place
        const ranges = writtenIn(array)
        for (const place of written)
          expect(ranges.filter(([from, to]) => place >= from && place < to)).toHaveLength(1)
        for (const [from, to] of ranges) {
          expect(written.some((place) => place >= from && place < to)).toBe(true)
          expect((to - from) * array.BYTES_PER_ELEMENT).toBeLessThanOrEqual(4096)
        }
      },
    ),
    { numRuns: 300 },
  )
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { selectPage } from './select-page.ts'

test('a page is what a full sort would show there', () => {
  const rows = fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 200 })
  fc.assert(
    fc.property(rows, fc.nat(220), fc.integer({ min: 1, max: 60 }), (values, offset, limit) => {
      const sorted = values
        .map((key, slot) => ({ key, slot }))
        .sort((a, b) => a.key - b.key || a.slot - b.slot)
      const slots = Uint32Array.from(values, (_, slot) => slot)
      const page = selectPage(Float64Array.from(values), slots, values.length, offset, limit)
      expect([...page]).toEqual(sorted.slice(offset, offset + limit).map(({ slot }) => slot))
    }),
  )
})

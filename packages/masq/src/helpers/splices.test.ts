import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Splices } from './splices.ts'

const text = fc.string({ maxLength: 9 })

it('puts several pieces in, whatever the order in which they were found', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(text, fc.string({ minLength: 1, maxLength: 9 }), text), { maxLength: 6 }),
      fc.boolean(),
      (parts, reversed) => {
        const before = parts.map(([kept, old]) => kept + old).join('')
        const splices = new Splices()
        let at = 0
        const found = parts.map(([kept, old, put]) => {
          at += kept.length + old.length
          return { at: at - old.length, length: old.length, put }
        })
        if (reversed) found.reverse()
        for (const { at, length, put } of found) splices.add(at, length, put)
        const after = parts.map(([kept, , put]) => kept + put).join('')
        expect(splices.growth(0, before.length)).toBe(after.length - before.length)
        let whole = before
        const done = splices.apply((at, length, put) => {
          whole = whole.slice(0, at) + put + whole.slice(at + length)
          return true
        })
        expect([whole, done, splices.empty]).toEqual([after, true, parts.length === 0])
      },
    ),
  )
})

it('stops where a piece cannot be put in', () => {
  const splices = new Splices()
  splices.add(0, 1, 'a')
  splices.add(5, 1, 'b')
  const tried: number[] = []
  expect(splices.apply((at) => tried.push(at) > 1)).toBe(false)
  expect(tried).toEqual([5])
  splices.clear()
  expect(splices.empty).toBe(true)
})

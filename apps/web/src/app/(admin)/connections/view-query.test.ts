import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DEFAULT_VIEW, offsetFor, PAGE_ROWS, readView, sortBy, type View, writeView } from './view-query.ts'

const view = (text: string) => readView(new URLSearchParams(text))

describe('the address of the page', () => {
  it('is plain for the plain view', () => {
    expect(writeView(DEFAULT_VIEW)).toBe('')
    expect(view('')).toEqual(DEFAULT_VIEW)
  })
  it('comes back as it went', () => {
    const views = fc.record<View>({
      q: fc.string({ maxLength: 60 }).map((text) => text.trim()),
      sort: fc.constantFrom('expires', 'rate', 'bytes', 'age', 'client', 'server', 'protocol', 'state'),
      direction: fc.constantFrom('asc', 'desc'),
      raw: fc.boolean(),
    })
    fc.assert(
      fc.property(views, (value) => {
        expect(view(writeView(value))).toEqual(value)
      }),
    )
  })
  it('takes nonsense for the default', () => {
    expect(view('sort=constructor&direction=up')).toEqual(DEFAULT_VIEW)
  })
})

it('turns round on the second press of the same header', () => {
  const once = sortBy(DEFAULT_VIEW, 'client')
  expect(once).toMatchObject({ sort: 'client', direction: 'asc' })
  expect(sortBy(once, 'client').direction).toBe('desc')
  expect(sortBy(once, 'bytes')).toMatchObject({ sort: 'bytes', direction: 'desc' })
})

it('asks for a page that holds what is visible, with rows to spare on both sides', () => {
  fc.assert(
    fc.property(fc.nat(100_000), (first) => {
      const offset = offsetFor(first)
      expect(offset % 25).toBe(0)
      expect(offset).toBeLessThanOrEqual(first)
      expect(offset + PAGE_ROWS).toBeGreaterThanOrEqual(first + 50)
    }),
  )
})

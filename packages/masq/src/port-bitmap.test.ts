import fc from 'fast-check'
import { expect, it } from 'vitest'
import { PortBitmap } from './port-bitmap.ts'

/** The members as `search` meets them: from `start` up to `to`, then from `from` on. */
const order = (members: Set<number>, start: number) =>
  [...members].sort((a, b) => Number(a < start) - Number(b < start) || a - b)

it('is a set of ports, and finds the next member from anywhere, once round', () => {
  const range = fc
    .tuple(fc.integer({ min: 1, max: 65_535 }), fc.nat(200))
    .map(([from, size]) => ({ from, to: Math.min(65_535, from + size) }))
  const change = fc.tuple(fc.nat(200), fc.boolean())
  fc.assert(
    fc.property(range, fc.array(change, { maxLength: 60 }), fc.nat(200), ({ from, to }, changes, ahead) => {
      const ports = new PortBitmap()
      const members = new Set<number>()
      const within = (offset: number) => from + (offset % (to - from + 1))
      for (const [offset, add] of changes) {
        const port = within(offset)
        if (add) {
          ports.add(port)
          members.add(port)
        } else {
          ports.delete(port)
          members.delete(port)
        }
        expect([ports.size, ports.has(port)]).toEqual([members.size, add])
      }
      const start = within(ahead)
      expect(ports.search(start, from, to)).toBe(order(members, start)[0] ?? -1)
      for (let port = from; port <= to; port++) expect(ports.has(port)).toBe(members.has(port))
      ports.clear()
      expect([ports.size, ports.has(start), ports.search(start, from, to)]).toEqual([0, false, -1])
    }),
    { numRuns: 400 },
  )
})

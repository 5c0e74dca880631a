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

it('is united of others, inverted and counted between two ports, 32 at a time', () => {
  const port = fc.integer({ min: 0, max: 65_535 })
  const near = fc.tuple(port, fc.array(fc.nat(100), { maxLength: 30 }))
  fc.assert(
    fc.property(fc.array(near, { maxLength: 3 }), port, port, (sets, one, other) => {
      const members = sets.map(([first, offsets]) => offsets.map((offset) => (first + offset) % 65_536))
      const maps = members.map((ports) => {
        const map = new PortBitmap()
        for (const each of ports) map.add(each)
        return map
      })
      const all = [...new Set(members.flat())].sort((a, b) => a - b)
      const [from, to] = [Math.min(one, other), Math.max(one, other)]
      const inside = (each: number) => each >= from && each <= to
      const united = new PortBitmap()
      united.add(one)
      united.unite(maps)
      expect([...united]).toEqual(all)
      expect([united.size, united.countBetween(from, to)]).toEqual([all.length, all.filter(inside).length])
      united.invert(from, to)
      expect(united.size).toBe(to - from + 1 - all.filter(inside).length)
      for (const each of [...all, from, to, (from + to) >>> 1])
        expect(united.has(each)).toBe(inside(each) && !all.includes(each))
      expect([united.has(from - 1), united.has(to + 1)]).toEqual([false, false])
    }),
    { numRuns: 300 },
  )
})

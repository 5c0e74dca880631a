import { PORT_PRESETS } from '@bauta/config'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { OWNER_AT, tableBytes } from './layout.ts'
import { PortPool, REST_TICKS } from './ports.ts'
import { TableMemory } from './table-memory.ts'
import { LAN1, LAN2, seededRandom, WAN } from './testing.ts'

const A = LAN1 | 0
const B = LAN2 | 0
const BOX_ITSELF = WAN | 0
const SMALL = { ...PORT_PRESETS.standard, from: 2000, to: 2063 }

const memory = () => new TableMemory(new ArrayBuffer(tableBytes(16)), 16)
function pool(ports: Parameters<PortPool['configure']>[0] = PORT_PRESETS.standard, at = memory()): PortPool {
  const made = new PortPool(at, 0, 99, seededRandom(5))
  made.configure(ports)
  return made
}

describe('the choice', () => {
  it('keeps the port that the client chose', () => {
    expect(pool().acquire(A, 40000, false, 0)).toBe(40000)
  })

  it('gives one LAN socket one port, and another socket another', () => {
    const ports = pool()
    expect(ports.acquire(A, 40000, false, 0)).toBe(40000)
    expect(ports.acquire(A, 40000, false, 0)).toBe(40000)
    const other = ports.acquire(B, 40000, false, 0)
    expect(other).not.toBe(40000)
    expect(ports.acquire(B, 40000, false, 0)).toBe(other)
    expect([ports.uses(40000), ports.uses(other)]).toEqual([2, 2])
  })

  it('never leaves the range', () => {
    const ports = pool(PORT_PRESETS.classic)
    for (let i = 0; i < 1000; i++) {
      const port = ports.acquire(A, 1000 + i, false, 0)
      expect(port).toBeGreaterThanOrEqual(61000)
      expect(port).toBeLessThanOrEqual(65095)
    }
  })

  it('is spread over the range where it is free', () => {
    const ports = pool()
    const quarters = [0, 0, 0, 0]
    for (let i = 0; i < 400; i++)
      quarters[Math.floor((ports.acquire(A + i, 500, false, 0) - 1024) / 16128)]!++
    for (const count of quarters) expect(count).toBeGreaterThan(60)
  })

  it('gives nobody a port below 1024, and keeps all others at or above it', () => {
    const ports = pool()
    expect(ports.acquire(A, 500, false, 0)).toBeGreaterThanOrEqual(1024)
    expect(ports.acquire(B, 1023, false, 0)).toBeGreaterThanOrEqual(1024)
    expect(ports.acquire(A, 1024, false, 0)).toBe(1024)
  })

  it('finds every last port, and then none', () => {
    const ports = pool(SMALL)
    const given = new Set(Array.from({ length: 64 }, (_, i) => ports.acquire(A, 100 + i, false, 0)))
    expect(given.size).toBe(64)
    expect([ports.free, ports.acquire(B, 1, false, 0)]).toEqual([0, -1])
    expect(ports.acquire(A, 100, false, 0)).toBeGreaterThan(0)
  })
})

describe('the rest', () => {
  it('keeps a released port from others for 120 s', () => {
    const ports = pool()
    ports.acquire(A, 40000, false, 0)
    ports.release(40000, false, 100)
    expect(ports.acquire(B, 40000, false, 100 + REST_TICKS - 1)).not.toBe(40000)
    expect(ports.acquire(B + 1, 40000, false, 100 + REST_TICKS)).toBe(40000)
  })

  it('does not keep it from its last owner', () => {
    const ports = pool(SMALL)
    const port = ports.acquire(A, 40000, false, 0)
    ports.release(port, false, 100)
    expect(ports.acquire(A, 40000, false, 101)).toBe(port)
    expect(ports.isResting(port)).toBe(false)
  })

  it('gives the longest rested rather than none', () => {
    const ports = pool(SMALL)
    const given = Array.from({ length: 64 }, (_, i) => ports.acquire(A, 100 + i, false, 0))
    given.forEach((port, i) => {
      ports.release(port, false, 100 + i)
    })
    expect(ports.free).toBe(64)
    expect(ports.acquire(A, 101, false, 300)).toBe(given[1])
    expect(ports.acquire(B, 7, false, 300)).toBe(given[0])
    expect(ports.acquire(B, 8, false, 300)).toBe(given[2])
  })

  it('outlives the process, in order, with the owner remembered', () => {
    const at = memory()
    const before = pool(SMALL, at)
    const given = Array.from({ length: 64 }, (_, i) => before.acquire(A, 100 + i, false, 0))
    for (const i of [5, 3, 9]) before.release(given[i]!, false, 100 + i)
    const after = new PortPool(at, 0, 99, seededRandom(6))
    given.forEach((port, i) => {
      if (![5, 3, 9].includes(i)) after.adopt(port, A, 100 + i, false)
    })
    after.finishAdoption()
    after.configure(SMALL)
    expect([after.free, after.isResting(given[3]!)]).toEqual([3, true])
    expect(after.acquire(A, 105, false, 200)).toBe(given[5])
    expect(after.acquire(B, 1, false, 200)).toBe(given[3])
    expect(after.acquire(B, 2, false, 200)).toBe(given[9])
    expect(after.acquire(A, 110, false, 200)).toBe(given[10])
  })
})

it('killed between the release of a port and the end of its connection, the port is in use', () => {
  const at = memory()
  const before = pool(SMALL, at)
  const port = before.acquire(A, 2005, false, 0)
  before.release(port, false, 1)
  const after = new PortPool(at, 0, 99, seededRandom(6))
  after.adopt(port, A, 2005, false)
  after.finishAdoption()
  after.configure(SMALL)
  expect([after.free, after.isResting(port), after.uses(port)]).toEqual([63, false, 1])
  expect(after.acquire(B, 2005, false, 1 + REST_TICKS)).not.toBe(port)
})

it('killed while a socket changed ports, the port in use is the one it is known by', () => {
  const at = memory()
  const before = pool(SMALL, at)
  const old = before.acquire(A, 7, false, 0)
  const kept = before.acquire(B, 8, false, 0)
  before.release(kept, false, 1)
  const after = new PortPool(at, 0, 99, seededRandom(6))
  after.adopt(kept, A, 7, false)
  after.finishAdoption()
  after.configure(SMALL)
  expect(after.acquire(A, 7, false, 2)).toBe(kept)
  expect(new Int32Array(at.words.buffer, OWNER_AT)[old]).toBe(0)
})

describe('reserved ports', () => {
  it('are given to nobody but the box itself, and do not count as free', () => {
    const ports = pool()
    ports.setReserved(40000, true)
    ports.setReserved(40000, true)
    expect(ports.free).toBe(ports.capacity - 1)
    expect(ports.acquire(A, 40000, false, 0)).not.toBe(40000)
    expect(ports.acquire(BOX_ITSELF, 40000, true, 0)).toBe(40000)
    expect(ports.free).toBe(ports.capacity - 2)
    ports.release(40000, true, 1)
    ports.setReserved(40000, false)
    expect(ports.free).toBe(ports.capacity - 1)
  })

  it('that somebody has already stay theirs until they let go', () => {
    const ports = pool()
    ports.acquire(A, 40000, false, 0)
    ports.setReserved(40000, true)
    expect(ports.acquire(A, 40000, false, 0)).toBe(40000)
    ports.release(40000, false, 1)
    ports.release(40000, false, 1)
    expect(ports.acquire(A, 40000, false, 2)).not.toBe(40000)
  })

  it('can be given up all at once', () => {
    const ports = pool()
    ports.setReserved(5000, true)
    ports.clearReserved()
    expect([ports.free, ports.acquire(A, 5000, false, 0)]).toEqual([ports.capacity, 5000])
  })
})

describe('another range', () => {
  it('concerns new sockets only', () => {
    const ports = pool()
    ports.acquire(A, 40000, false, 0)
    ports.configure(SMALL)
    expect([ports.free, ports.capacity]).toEqual([64, 64])
    expect(ports.acquire(A, 40000, false, 0)).toBe(40000)
    expect(ports.acquire(B, 40001, false, 0)).toBeLessThanOrEqual(2063)
    ports.release(40000, false, 5)
    ports.release(40000, false, 5)
    const moved = ports.acquire(A, 40000, false, 6)
    expect(moved).toBeLessThanOrEqual(2063)
    expect(ports.free).toBe(62)
  })
})

describe('classic counting', () => {
  it('starts at 40960 and goes down by one for every connection, shared port or not', () => {
    const ports = pool(PORT_PRESETS.classic)
    expect(ports.free).toBe(40960)
    for (let i = 0; i < 4; i++) ports.acquire(A, 40000, false, 0)
    expect(ports.free).toBe(40956)
    ports.release(ports.acquire(BOX_ITSELF, 123, true, 0), true, 0)
    expect(ports.free).toBe(40956)
  })

  it('refuses at zero, as 2.2 did, and never shows less', () => {
    const ports = pool(PORT_PRESETS.classic)
    for (let i = 0; i < 40960; i++) ports.acquire(A, 40000, false, 0)
    expect([ports.free, ports.acquire(A, 40000, false, 0), ports.acquire(B, 1, false, 0)]).toEqual([
      0, -1, -1,
    ])
    ports.configure({ ...PORT_PRESETS.classic, to: 61063 })
    expect(ports.free).toBe(0)
  })
})

it('holds its promises for any coming and going', () => {
  const step = fc.record({
    client: fc.nat(3),
    port: fc.nat(15),
    open: fc.boolean(),
    wait: fc.constantFrom(0, 0, 1, 5_000, 12_000),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 150 }), (steps) => {
      const ports = pool({ ...PORT_PRESETS.standard, from: 2000, to: 2011 })
      const sockets = new Map<string, { port: number; uses: number }>()
      const released = new Map<number, { at: number; by: string }>()
      let now = 1
      for (const { client, port, open, wait } of steps) {
        now += wait
        const key = `${client}:${port}`
        const held = sockets.get(key)
        if (!open) {
          if (!held) continue
          ports.release(held.port, false, now)
          if (--held.uses > 0) continue
          sockets.delete(key)
          released.set(held.port, { at: now, by: key })
          continue
        }
        const given = ports.acquire(A + client, 1996 + port, false, now)
        const used = new Set([...sockets.values()].map((entry) => entry.port))
        if (given < 0) {
          expect(held === undefined && used.size === 12).toBe(true)
          continue
        }
        if (held) {
          expect(given).toBe(held.port)
          held.uses++
          continue
        }
        expect(used.has(given)).toBe(false)
        const rest = (p: number) => now - (released.get(p)?.at ?? Number.NEGATIVE_INFINITY)
        if (rest(given) < REST_TICKS && released.get(given)!.by !== key)
          for (let p = 2000; p <= 2011; p++)
            expect(used.has(p) || (rest(p) < REST_TICKS && rest(p) <= rest(given))).toBe(true)
        sockets.set(key, { port: given, uses: 1 })
        released.delete(given)
      }
      expect(ports.free).toBe(12 - new Set([...sockets.values()].map((entry) => entry.port)).size)
    }),
    { numRuns: 300 },
  )
})

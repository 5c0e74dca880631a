/** Ports that a rule names (MASQ --to-ports), and extra ones beside a LAN socket's own, against a plain model. */
import { PORT_PRESETS } from '@bauta/config'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { OWNER_AT, tableBytes } from './layout.ts'
import { PortPool, REST_TICKS } from './ports.ts'
import { TableMemory } from './table-memory.ts'
import { LAN1, LAN2, seededRandom } from './testing.ts'

const A = LAN1 | 0
const B = LAN2 | 0
const memory = () => new TableMemory(new ArrayBuffer(tableBytes(16)), 16)
function pool(ports: Parameters<PortPool['configure']>[0] = PORT_PRESETS.standard, at = memory()): PortPool {
  const made = new PortPool(at, 0, 99, seededRandom(5))
  made.configure(ports)
  return made
}

describe('named ports', () => {
  it('keep the number of the LAN socket where it is among them, at both ends too', () => {
    const ports = pool()
    for (const own of [50_000, 50_005, 50_009])
      expect(ports.acquireWithin(A, own, 50_000, 50_009, 0)).toBe(own)
    expect(ports.free).toBe(ports.capacity - 3)
  })

  it('are all given, each once, and then none', () => {
    const ports = pool()
    const given = Array.from({ length: 10 }, (_, i) => ports.acquireWithin(A, 100 + i, 50_000, 50_009, 0))
    expect(given.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 10 }, (_, i) => 50_000 + i))
    expect(ports.acquireWithin(B, 100, 50_000, 50_009, 0)).toBe(-1)
    expect(ports.uses(50_010)).toBe(0)
    // Those that have one go on with it.
    expect(ports.acquireWithin(A, 103, 50_000, 50_009, 0)).toBe(given[3])
    expect([ports.uses(given[3]!), ports.free]).toEqual([2, ports.capacity - 10])
  })

  it('are none that the box or a forward has', () => {
    const ports = pool()
    ports.setReserved(50_000, true)
    ports.setNamed([{ from: 50_001, to: 50_002 }])
    expect(ports.acquireWithin(A, 50_000, 50_000, 50_003, 0)).toBe(50_003)
    expect(ports.acquireWithin(A, 50_001, 50_000, 50_003, 0)).toBe(-1)
    expect(ports.free).toBe(ports.capacity - 4)
    ports.setNamed([])
    expect(ports.acquireWithin(A, 50_001, 50_000, 50_003, 0)).toBe(50_001)
  })

  it('rest like all others, and a resting one is better than none', () => {
    const ports = pool()
    for (const own of [50_000, 50_001]) {
      ports.acquireWithin(A, own, 50_000, 50_001, 0)
      ports.release(own, false, 10)
    }
    expect([ports.isResting(50_000), ports.free]).toEqual([true, ports.capacity])
    expect(ports.acquireWithin(B, 50_001, 50_000, 50_002, 11)).toBe(50_002)
    expect(ports.acquireWithin(B, 50_003, 50_000, 50_001, 11)).toBeGreaterThanOrEqual(50_000)
    expect(ports.acquireWithin(B, 50_004, 50_000, 50_001, 10 + REST_TICKS)).toBeGreaterThanOrEqual(50_000)
    expect(ports.free).toBe(ports.capacity - 3)
  })

  it('lie beside the one port of a socket that has one already, and are given back alone', () => {
    const ports = pool()
    expect(ports.acquire(A, 40_000, false, 0)).toBe(40_000)
    const named = ports.acquireWithin(A, 40_000, 50_000, 50_009, 0)
    expect([ports.isExtra(40_000), ports.isExtra(named)]).toEqual([false, true])
    expect(ports.acquireWithin(A, 40_000, 50_000, 50_009, 0)).toBe(named)
    expect(ports.acquire(A, 40_000, false, 0)).toBe(40_000)
    expect([ports.uses(40_000), ports.uses(named)]).toEqual([2, 2])
    ports.release(named, false, 1)
    ports.release(named, false, 1)
    // It is not remembered for the socket: the next connection has the socket's one port.
    expect([ports.ownerOf(named), ports.isExtra(named)]).toEqual([0, false])
    expect(ports.acquire(A, 40_000, false, 2)).toBe(40_000)
    expect(ports.free).toBe(ports.capacity - 1)
  })

  it('move a socket whose remembered port is unused', () => {
    const ports = pool()
    ports.acquire(A, 40_000, false, 0)
    ports.release(40_000, false, 0)
    const named = ports.acquireWithin(A, 40_000, 50_000, 50_009, 1)
    expect(named).toBeGreaterThanOrEqual(50_000)
    expect(ports.isExtra(named)).toBe(false)
    expect(ports.acquire(A, 40_000, false, 2)).toBe(named)
    expect(ports.acquire(B, 40_000, false, REST_TICKS)).toBe(40_000)
  })
})

describe('extra ports', () => {
  it('are shared with nobody, the socket itself included', () => {
    const ports = pool()
    ports.acquire(A, 40_000, false, 0)
    const given = [0, 0, 0].map(() => ports.acquireExtra(A, 40_000, 0, 0, 0))
    expect(new Set([40_000, ...given]).size).toBe(4)
    expect(given.map((port) => [ports.uses(port), ports.isExtra(port)])).toEqual(Array(3).fill([1, true]))
    for (const port of given) ports.release(port, false, 1)
    expect([ports.free, ports.acquire(A, 40_000, false, 2)]).toEqual([ports.capacity - 1, 40_000])
  })

  it('come from the named ones where some are named, and end with them', () => {
    const ports = pool()
    const given = [0, 0].map(() => ports.acquireExtra(A, 40_000, 50_000, 50_001, 0))
    expect(given.toSorted()).toEqual([50_000, 50_001])
    expect(ports.acquireExtra(A, 40_000, 50_000, 50_001, 0)).toBe(-1)
    expect(ports.free).toBe(ports.capacity - 2)
  })

  it('are none at all where none is left', () => {
    const ports = pool({ ...PORT_PRESETS.standard, from: 2000, to: 2000 })
    expect(ports.acquire(A, 7, false, 0)).toBe(2000)
    expect(ports.acquireExtra(A, 7, 0, 0, 0)).toBe(-1)
    expect([ports.free, ports.uses(2000)]).toEqual([0, 1])
  })

  it('outlive the process as what they are', () => {
    const at = memory()
    const before = pool(PORT_PRESETS.standard, at)
    const own = before.acquire(A, 40_000, false, 0)
    const extra = before.acquireExtra(A, 40_000, 0, 0, 0)
    const after = new PortPool(at, 0, 99, seededRandom(6))
    after.adopt(own, A, 40_000, false)
    after.adopt(extra, A, 40_000, false, true)
    after.finishAdoption()
    expect([after.isExtra(own), after.isExtra(extra), after.free]).toEqual([false, true, after.capacity - 2])
    expect(after.acquire(A, 40_000, false, 1)).toBe(own)
    after.release(extra, false, 1)
    expect(new Int32Array(at.words.buffer, OWNER_AT)[extra]).toBe(0)
  })
})

it('in the classic way of counting, are refused at zero like all others', () => {
  const ports = pool({ ...PORT_PRESETS.classic, to: 61_000 })
  for (let i = 0; i < 10; i++) ports.acquire(A, 61_000, false, 0)
  expect(ports.free).toBe(0)
  expect(ports.acquireWithin(A, 1, 50_000, 50_009, 0)).toBe(-1)
  expect(ports.acquireExtra(A, 1, 50_000, 50_009, 0)).toBe(-1)
  ports.release(61_000, false, 1)
  expect(ports.acquireWithin(B, 1, 50_000, 50_009, 1)).toBeGreaterThan(0)
  expect(ports.free).toBe(0)
})

it('whatever is asked for: no port of two sockets, none outside what was asked, and the figures add up', () => {
  const step = fc.record({
    ask: fc.constantFrom('own', 'named', 'extra', 'extra named', 'release', 'release'),
    client: fc.nat(1),
    port: fc.nat(5),
    wait: fc.constantFrom(0, 0, 1, 12_000),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const ports = pool({ ...PORT_PRESETS.standard, from: 2000, to: 2015 })
      const held: { port: number; socket: string; extra: boolean }[] = []
      let now = 1
      for (const { ask, client, port, wait } of steps) {
        now += wait
        const [address, clientPort] = [A + client, 1998 + port]
        const socket = `${client}:${clientPort}`
        if (ask === 'release') {
          const [one] = held.splice((client * 6 + port) % Math.max(1, held.length), 1)
          if (one) ports.release(one.port, false, now)
          continue
        }
        const named = ask.includes('named')
        const [from, to] = named ? [2010, 2013] : [0, 0]
        const given = ask.includes('extra')
          ? ports.acquireExtra(address, clientPort, from, to, now)
          : named
            ? ports.acquireWithin(address, clientPort, from, to, now)
            : ports.acquire(address, clientPort, false, now)
        const used = new Set(held.map((one) => one.port))
        const [lowest, highest] = named ? [2010, 2013] : [2000, 2015]
        if (given < 0) {
          for (let one = lowest; one <= highest; one++) expect(used.has(one)).toBe(true)
          continue
        }
        // A socket keeps its one port wherever that lies; all else is where it was asked for.
        if (!(ask === 'own' && used.has(given))) {
          expect(given).toBeGreaterThanOrEqual(lowest)
          expect(given).toBeLessThanOrEqual(highest)
        }
        if (ask.includes('extra')) expect(used.has(given)).toBe(false)
        held.push({ port: given, socket, extra: ports.isExtra(given) })
        for (const one of held.filter((other) => other.port === given)) expect(one.socket).toBe(socket)
        // Beside extra ones, a socket has one port.
        const own = held.filter((one) => one.socket === socket && !ports.isExtra(one.port))
        expect(new Set(own.map((one) => one.port)).size).toBeLessThanOrEqual(1)
        const owner = ports.ownerOf(given)
        expect([owner, ports.ownerPortOf(given)]).toEqual([address, clientPort])
        expect([ports.isOthers(given, address), ports.isOthers(given, address + 1)]).toEqual([false, true])
      }
      for (let port = 2000; port <= 2015; port++)
        expect(ports.uses(port)).toBe(held.filter((one) => one.port === port).length)
      expect(ports.free).toBe(16 - new Set(held.map((one) => one.port)).size)
      for (const one of held) ports.release(one.port, false, now)
      expect(ports.free).toBe(16)
    }),
    { numRuns: 100 },
  )
})

import { OUT } from '@bauta/masq'
import { expect, test } from 'vitest'
import { Bench, LAN } from './bench.ts'
import { framesFromText } from './packet-text.ts'
import { Settlement } from './settlement.ts'
import { Trails } from './trails.ts'

const PATH = 0
const COUNTERS = [3, 9, 4]
const PACKETS = 70
const BYTES = 7000

/** A connection for which the kernel has carried something that nobody has taken over. */
function owed() {
  const bench = new Bench({ capacity: 16, carried: true })
  const [frame] = framesFromText('udp 192.168.77.11:5000 > 93.184.216.34:53 DF len 60')
  for (let i = 0; i < 3; i++) bench.receive(LAN, frame!)
  bench.settle()
  const { table, masq, counters } = bench
  const { tallies } = bench.kernel!
  const trails = new Trails(counters.trails)
  tallies.setTrail(0, OUT, trails.numberOf(PATH, Int32Array.from(COUNTERS)))
  bench.kernel!.tell(0, OUT, PACKETS, BYTES, bench.now + 5)
  return { bench, table, masq, counters, tallies, trails }
}

/** All that a settlement writes. */
const state = ({ table, counters, tallies }: ReturnType<typeof owed>) => ({
  connection: [table.packetsOut(0), table.bytesOut(0), table.lastSeen(0), table.expiresAt(0)],
  taken: [tallies.packetsTaken(0, OUT), tallies.bytesTaken(0, OUT)],
  way: [counters.paths[0], counters.paths[1]],
  rules: [...counters.rules.subarray(0, 32)],
  open: new Int32Array(counters.books.buffer, counters.books.byteOffset, 1)[0],
})

class Killed extends Error {}

/** An array of which a store, the one with this number over all arrays, is the last before a kill. */
function mortal(stores: { left: number }, array: Float64Array): Float64Array {
  return new Proxy(array, {
    get: (target, key) => {
      const value = Reflect.get(target, key, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
    set: (target, key, value) => {
      if (stores.left-- === 0) throw new Killed()
      return Reflect.set(target, key, value, target)
    },
  })
}

test('adds what the kernel carried to the connection, the way and every rule, once', () => {
  const all = owed()
  const before = state(all)
  const settlement = new Settlement(all.table, all.masq, all.counters, all.tallies, all.trails)
  settlement.settle(0, OUT, 0)
  const after = state(all)
  settlement.settle(0, OUT, 0)
  expect(state(all)).toEqual(after)
  expect(after.connection[0]! - before.connection[0]!).toBe(PACKETS)
  expect(after.connection[2]).toBe(all.bench.now + 5)
  expect([after.way[0]! - before.way[0]!, after.way[1]! - before.way[1]!]).toEqual([PACKETS, BYTES])
  for (const counter of COUNTERS) {
    expect(after.rules[2 * counter]! - before.rules[2 * counter]!).toBe(PACKETS)
    expect(after.rules[2 * counter + 1]! - before.rules[2 * counter + 1]!).toBe(BYTES)
  }
})

test('killed between any two of its stores, it is done once by whoever comes next', () => {
  const whole = owed()
  new Settlement(whole.table, whole.masq, whole.counters, whole.tallies, whole.trails).settle(0, OUT, 0)
  const wanted = state(whole)
  let kills = 0
  for (let place = 0; ; place++) {
    const all = owed()
    const stores = { left: place }
    const counters = Object.create(all.counters, {
      paths: { value: mortal(stores, all.counters.paths) },
      rules: { value: mortal(stores, all.counters.rules) },
    })
    const tallies = Object.create(all.tallies)
    for (const name of ['packets', 'bytes', 'trail', 'seen', 'isOf', 'packetsTaken', 'bytesTaken'] as const)
      tallies[name] = all.tallies[name].bind(all.tallies)
    tallies.setTaken = (...values: Parameters<typeof all.tallies.setTaken>) => {
      if (stores.left-- === 0) throw new Killed()
      all.tallies.setTaken(...values)
    }
    const carried = (...values: Parameters<typeof all.masq.byKernel.carried>) => {
      if (stores.left-- === 0) throw new Killed()
      all.masq.byKernel.carried(...values)
      if (stores.left-- === 0) throw new Killed()
    }
    const masq = Object.create(all.masq, { byKernel: { value: { ...all.masq.byKernel, carried } } })
    try {
      new Settlement(all.table, masq, counters, tallies, all.trails).settle(0, OUT, 0)
      break
    } catch (error) {
      if (!(error instanceof Killed)) throw error
      kills++
    }
    const next = new Settlement(
      all.table,
      all.masq,
      all.counters,
      all.tallies,
      new Trails(all.counters.trails),
    )
    next.putBack()
    next.settle(0, OUT, 0)
    expect(state(all), `killed at store ${place}`).toEqual(wanted)
  }
  // taken, connection twice, way and three rules with two words each
  expect(kills).toBe(3 + 2 + 2 * COUNTERS.length)
})

test('a trail whose number means nothing is left out, and the connection counts all the same', () => {
  const all = owed()
  const before = state(all)
  all.trails.clear()
  new Settlement(all.table, all.masq, all.counters, all.tallies, all.trails).settle(0, OUT, 0)
  expect(state(all)).toMatchObject({ way: before.way, rules: before.rules })
  expect(state(all).connection[0]! - before.connection[0]!).toBe(PACKETS)
})

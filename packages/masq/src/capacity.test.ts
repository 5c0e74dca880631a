/** Large tables, with bounds generous enough for a slow and busy machine: they catch a wrong order of growth, not a slow day. */
import { expect, it } from 'vitest'
import { OUT } from './key-index.ts'
import type { Masquerader } from './masquerader.ts'
import { NO_PORT, SILENT } from './no-slot.ts'
import { bench, classic, LAN1, LAN2, open, SERVER, tcp, udp, WAN } from './testing.ts'

const CLIENTS = 64
const PORTS = 512
const view = tcp(LAN1, 2000, SERVER, 80)

/** The i-th of many connections: 32768 LAN sockets, each to as many servers as it takes. */
function aim(i: number) {
  view.source = LAN1 + (i % CLIENTS)
  view.sourcePort = 1024 + (Math.floor(i / CLIENTS) % PORTS)
  view.destination = SERVER + Math.floor(i / (CLIENTS * PORTS))
  return view
}

function fill(masq: Masquerader, connections: number): number {
  let opened = 0
  for (let i = 0; i < connections; i++) if (masq.openOut(aim(i), WAN, 1, 1, 0) >= 0) opened++
  return opened
}

function findAll(masq: Masquerader, connections: number): number {
  let found = 0
  for (let i = 0; i < connections; i++) if (masq.findOut(aim(i)) === i) found++
  return found
}

function timed<T>(work: () => T): [T, number] {
  const start = performance.now()
  return [work(), performance.now() - start]
}

it('200,000 connections open, are found and expire quickly', () => {
  const { masq, table } = bench(2 ** 18)
  const [opened, openMs] = timed(() => fill(masq, 200_000))
  expect([opened, table.count, masq.free.tcp]).toEqual([200_000, 200_000, 64_512 - 32_768])
  const [found, findMs] = timed(() => findAll(masq, 200_000))
  expect(found).toBe(200_000)
  const [expired, expireMs] = timed(() => masq.expire(24_000, 1_000_000))
  expect([expired, table.count, masq.free.tcp]).toEqual([200_000, 0, 64_512])
  expect(Math.max(openMs, findMs, expireMs)).toBeLessThan(15_000)
}, 60_000)

it('a million connections live, outlive a restart and end with their WAN address', () => {
  const { masq, memory } = bench(2 ** 20)
  expect(fill(masq, 1_000_000)).toBe(1_000_000)
  // A restart leaves out what no packet has gone through.
  for (let slot = 0; slot < 1_000_000; slot++) masq.byKernel.setCounts(slot, OUT, 1, 40)
  const [after, adoptMs] = timed(() => open(memory, 2 ** 20))
  expect([after.table.adopted, after.table.count]).toEqual([true, 1_000_000])
  expect(findAll(after.masq, 1_000_000)).toBe(1_000_000)
  expect(after.masq.free.tcp).toBe(64_512 - 32_768)
  const [ended, endMs] = timed(() => after.masq.retainOnly(1, 0))
  expect([ended, after.table.count]).toEqual([1_000_000, 0])
  expect(Math.max(adoptMs, endMs)).toBeLessThan(40_000)
}, 240_000)

it('an expiry of many at once is done in slices', () => {
  const { masq, table } = bench(2 ** 16)
  fill(masq, 50_000)
  let calls = 0
  while (table.count > 0 && calls < 1_000) {
    expect(masq.expire(24_000, 256)).toBeLessThanOrEqual(256)
    calls++
  }
  expect(table.count).toBe(0)
  expect(calls).toBeGreaterThan(50_000 / 256)
})

it('classic counting begins at 40960 for each and ends in refusal', () => {
  const { masq, table } = bench(2 ** 16, classic)
  expect(masq.free).toEqual({ udp: 40960, tcp: 40960, icmp: 40960, capacity: 40960 })
  for (let i = 0; i < 4; i++) masq.openOut(tcp(LAN1, 2000 + i, SERVER, 80), WAN, 1, 1, 0)
  masq.openOut(udp(LAN1, 2000, SERVER, 53), WAN, 1, 1, 0)
  expect(masq.free).toEqual({ udp: 40959, tcp: 40956, icmp: 40960, capacity: 40960 })
  for (let i = 0; i < 40_956; i++) masq.openOut(tcp(LAN1, 3000, SERVER + i, 80), WAN, 1, 1, 0)
  expect([table.countOf(6), masq.free.tcp]).toEqual([40_960, 0])
  expect(masq.openOut(tcp(LAN1, 3000, SERVER - 1, 80), WAN, 1, 1, 0)).toBe(SILENT)
  masq.expire(12_000, 1_000_000)
  expect(masq.free.tcp).toBe(40_960)
})

it('64,512 of 64,512 ports carry a connection to one and the same server, and the next one is refused', () => {
  const { masq, table } = bench(131_072)
  const given = new Set<number>()
  for (let i = 0; i < 64_512; i++) {
    const slot = masq.openOut(tcp(LAN1 + (i & 1), 1 + (i >>> 1), SERVER, 443), WAN, 1, 1, 0)
    if (slot >= 0) given.add(table.masqPort(slot))
  }
  expect(given.size).toBe(64_512)
  expect(masq.free.tcp).toBe(0)
  expect(masq.openOut(tcp(LAN2 + 1, 5, SERVER, 443), WAN, 1, 1, 0)).toBe(NO_PORT)
}, 60_000)

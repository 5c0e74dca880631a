import { readFileSync } from 'node:fs'
import { KERNEL_LAYOUT } from '@bauta/masq'
import { expect, test } from 'vitest'
import { HOP_BYTES, HOPS, Hops } from './hops.ts'
import { TALLY_BYTES, Tallies } from './tallies.ts'

const header = readFileSync(new URL('../bpf/layout.h', import.meta.url), 'utf8')

test('the kernel reads the table where the packet thread writes it', () => {
  const defined = Object.fromEntries(
    [...header.matchAll(/^#define (\w+) (\w+)/gm)].map(([, name, value]) => [name, Number(value)]),
  )
  expect(defined).toEqual({ ...KERNEL_LAYOUT, HOPS })
})

test('a way out is entered once, and found by its number again', () => {
  const memory = new ArrayBuffer(HOPS * HOP_BYTES)
  const hops = new Hops(memory)
  const wan = { device: 3, gateway: 0xc6336401, mtu: 1492, redirectHeader: 14 }
  expect(hops.numberOf(wan)).toBe(1)
  expect(hops.numberOf({ ...wan, gateway: 0 })).toBe(2)
  expect(hops.numberOf({ ...wan })).toBe(1)
  // struct hop: device, gateway as it stands in a packet, mtu, link header
  expect([...new Uint8Array(memory, HOP_BYTES, 11)]).toEqual([3, 0, 0, 0, 198, 51, 100, 1, 0xd4, 5, 14])
})

test('when ways out run out there is none, and after stop() there is no device in any', () => {
  const memory = new ArrayBuffer(HOPS * HOP_BYTES)
  const hops = new Hops(memory)
  const way = (device: number) => ({ device, gateway: 0, mtu: 1500, redirectHeader: 0 })
  for (let i = 1; i < HOPS; i++) expect(hops.numberOf(way(i))).toBe(i)
  expect(hops.numberOf(way(HOPS))).toBe(0)
  hops.stop()
  const words = new Int32Array(memory)
  for (let hop = 0; hop < HOPS; hop++) expect(words[(hop * HOP_BYTES) / 4]).toBe(0)
  expect(hops.numberOf(way(7))).toBe(1)
})

test('what the kernel adds is read as it adds it, over the end of a counter and by whoever comes next', () => {
  const memory = new ArrayBuffer(2 * TALLY_BYTES)
  const words = new Uint32Array(memory)
  const bytes = new BigUint64Array(memory)
  const at = TALLY_BYTES / 4
  const tallies = new Tallies(memory)
  tallies.begin(1, 8)
  words[at + 4] = 0xffff_fffe
  bytes[at / 2] = 0xffff_ffffn
  expect([tallies.packets(1, 0), tallies.bytes(1, 0)]).toEqual([0xffff_fffe, 0xffff_ffff])
  tallies.setTaken(1, 0, tallies.packets(1, 0), tallies.bytes(1, 0))
  words[at + 4] = 3
  bytes[at / 2] = 0x1_0000_0009n
  const next = new Tallies(memory)
  expect((next.packets(1, 0) - next.packetsTaken(1, 0)) >>> 0).toBe(5)
  expect(next.bytes(1, 0) - next.bytesTaken(1, 0)).toBe(10)
  expect([next.packets(1, 1), next.bytes(1, 1), next.packetsTaken(1, 1), next.bytesTaken(1, 1)]).toEqual([
    0, 0, 0, 0,
  ])
  words[at + 6] = 77
  expect(tallies.seen(1)).toBe(77)
})

test('a row is that of one connection, and begins anew with another', () => {
  const memory = new ArrayBuffer(2 * TALLY_BYTES)
  const tallies = new Tallies(memory)
  tallies.begin(1, 0xffff_fffe)
  tallies.setTrail(1, 1, 0xfffe)
  tallies.setTaken(1, 1, 3, 2 ** 40)
  tallies.begin(1, 0xffff_fffe)
  expect([tallies.isOf(1, 0xffff_fffe), tallies.trail(1, 0), tallies.trail(1, 1)]).toEqual([true, 0, 0xfffe])
  expect([tallies.packetsTaken(1, 1), tallies.bytesTaken(1, 1)]).toEqual([3, 2 ** 40])
  tallies.begin(1, 2)
  expect([tallies.isOf(1, 0xffff_fffe), tallies.isOf(1, 2), tallies.trail(1, 1)]).toEqual([false, true, 0])
  expect([tallies.packetsTaken(1, 1), tallies.bytesTaken(1, 1)]).toEqual([0, 0])
  expect(new Uint8Array(memory, 0, TALLY_BYTES).every((byte) => byte === 0)).toBe(true)
})

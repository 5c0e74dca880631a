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
  const wan = { device: 3, gateway: 0xc6336401, mtu: 1492, linkHeader: 14 }
  expect(hops.numberOf(wan)).toBe(1)
  expect(hops.numberOf({ ...wan, gateway: 0 })).toBe(2)
  expect(hops.numberOf({ ...wan })).toBe(1)
  // struct hop: device, gateway as it stands in a packet, mtu, link header
  expect([...new Uint8Array(memory, HOP_BYTES, 11)]).toEqual([3, 0, 0, 0, 198, 51, 100, 1, 0xd4, 5, 14])
})

test('when ways out run out there is none, and after stop() there is no device in any', () => {
  const memory = new ArrayBuffer(HOPS * HOP_BYTES)
  const hops = new Hops(memory)
  const way = (device: number) => ({ device, gateway: 0, mtu: 1500, linkHeader: 0 })
  for (let i = 1; i < HOPS; i++) expect(hops.numberOf(way(i))).toBe(i)
  expect(hops.numberOf(way(HOPS))).toBe(0)
  hops.stop()
  const words = new Int32Array(memory)
  for (let hop = 0; hop < HOPS; hop++) expect(words[(hop * HOP_BYTES) / 4]).toBe(0)
  expect(hops.numberOf(way(7))).toBe(1)
})

test('what the kernel adds is taken over once, over the end of a counter and by whoever comes next', () => {
  const memory = new ArrayBuffer(2 * TALLY_BYTES)
  const words = new Uint32Array(memory)
  const bytes = new BigUint64Array(memory)
  const at = TALLY_BYTES / 4
  const tallies = new Tallies(memory)
  words[at + 4] = 0xffff_fffe
  bytes[at / 2] = 0xffff_ffffn
  expect(tallies.takePackets(1, 0)).toBe(0xffff_fffe)
  expect(tallies.takeBytes(1, 0)).toBe(0xffff_ffff)
  words[at + 4] = 3
  bytes[at / 2] = 0x1_0000_0009n
  expect(new Tallies(memory).takePackets(1, 0)).toBe(5)
  expect(new Tallies(memory).takeBytes(1, 0)).toBe(10)
  expect(tallies.takePackets(1, 0)).toBe(0)
  expect(tallies.takeBytes(1, 1)).toBe(0)
  words[at + 6] = 77
  expect(tallies.seen(1)).toBe(77)
  tallies.reset(1)
  expect(new Uint8Array(memory).every((byte) => byte === 0)).toBe(true)
})

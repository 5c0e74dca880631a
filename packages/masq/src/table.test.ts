import { PORT_PRESETS } from '@bauta/config'
import { describe, expect, it } from 'vitest'
import { FLAG } from './connection-fields.ts'
import { contradictions } from './contradictions.ts'
import { HEADER_DOUBLE, HEADER_WORD, SLOT_WORDS, tableBytes, WORD } from './layout.ts'
import { ConnectionTable } from './table.ts'
import {
  ACK,
  address,
  bench,
  classic,
  LAN1,
  open,
  ping,
  SERVER,
  sendNew,
  TCP,
  tcp,
  UDP,
  udp,
  WAN,
} from './testing.ts'

const options = { capacity: 64, hashSeed: 1, bootId: 0xb007 }
const memoryFor = (capacity: number) => new SharedArrayBuffer(tableBytes(capacity))

describe('memory', () => {
  it('is formatted once and adopted afterwards', () => {
    const memory = memoryFor(64)
    expect(new ConnectionTable(memory, options).adopted).toBe(false)
    expect(new ConnectionTable(memory, options).adopted).toBe(true)
  })

  it.each([
    ['another boot', { ...options, bootId: 0xb008 }],
    ['another capacity', { ...options, capacity: 32 }],
  ])('of %s is formatted afresh', (_, other) => {
    const { memory } = bench(64)
    const table = new ConnectionTable(memory, options)
    const slot = table.limit
    const masq = open(memory, 64).masq
    sendNew(masq, tcp(LAN1, 2000, SERVER, 80), 0)
    const fresh = new ConnectionTable(memory, other)
    expect([fresh.adopted, fresh.count, fresh.limit, slot]).toEqual([false, 0, 0, 0])
    expect(fresh.lookupOut(TCP, LAN1, 2000, SERVER, 80)).toBe(-1)
  })

  it('full of something else, or formatted half, is formatted', () => {
    const memory = memoryFor(64)
    new Int32Array(memory).fill(0x55555555)
    const table = new ConnectionTable(memory, options)
    expect([table.adopted, table.count]).toEqual([false, 0])
    expect(table.used(10)).toBe(false)
  })

  it('is left alone beyond the slots in use', () => {
    const { memory, masq, table } = bench(1024)
    for (let i = 0; i < 10; i++) sendNew(masq, udp(LAN1, 2000 + i, SERVER, 53), 0)
    for (let i = 0; i < 10; i++) masq.remove(i, 0)
    sendNew(masq, udp(LAN1, 3000, SERVER, 53), 0)
    expect(table.limit).toBe(10)
    expect(new Uint8Array(memory, tableBytes(1024) - 1014 * 128).every((byte) => byte === 0)).toBe(true)
  })

  it.each([0, 8, 100, 2 ** 24, 16.5])('for %d connections is refused', (capacity) => {
    expect(() => tableBytes(capacity)).toThrow(RangeError)
  })

  it('that is too small is refused with both sizes', () => {
    expect(() => new ConnectionTable(memoryFor(16), options)).toThrow(/needs \d+ bytes; this memory has \d+/)
  })

  it('costs less than 150 bytes a connection in a table for a million', () => {
    const perConnection = (tableBytes(2 ** 20) - tableBytes(16)) / (2 ** 20 - 16)
    expect(perConnection).toBeLessThan(150)
  })
})

describe('a reader', () => {
  it('sees what the writer does, and cannot be made over other memory', () => {
    const { memory, masq } = bench()
    const reader = ConnectionTable.attach(memory)
    expect(reader.count).toBe(0)
    const slot = sendNew(masq, tcp(LAN1, 2000, SERVER, 80), 5)
    expect(reader.lookupOut(TCP, LAN1, 2000, SERVER, 80)).toBe(slot)
    expect(reader.lookupIn(TCP, WAN, 2000, SERVER, 80)).toBe(slot)
    expect([reader.client(slot), reader.server(slot), reader.wan(slot)]).toEqual([LAN1, SERVER, WAN])
    expect(reader.freePorts).toEqual({ udp: 64512, tcp: 64511, icmp: 64512, capacity: 64512 })
    expect(() => ConnectionTable.attach(memoryFor(16))).toThrow(/no connection table/)
  })

  it('stores nothing', () => {
    const { memory, masq } = bench(64)
    sendNew(masq, tcp(LAN1, 2000, SERVER, 80), 5)
    const before = new Uint8Array(memory.slice(0))
    const reader = ConnectionTable.attach(memory)
    reader.lookupIn(TCP, WAN, 2000, SERVER, 80)
    expect(Buffer.compare(new Uint8Array(memory.slice(0)), before)).toBe(0)
  })

  it('knows one life of a slot from the next by the generation, which is even while the slot is stable', () => {
    const { masq, table } = bench()
    const slot = sendNew(masq, tcp(LAN1, 2000, SERVER, 80), 0)
    const first = table.generation(slot)
    masq.outbound(tcp(LAN1, 2000, SERVER, 80, ACK), slot, 1)
    expect(table.generation(slot)).toBe(first)
    masq.remove(slot, 1)
    expect(table.used(slot)).toBe(false)
    expect(sendNew(masq, tcp(LAN1, 2000, SERVER, 80), 2)).toBe(slot)
    expect(table.generation(slot)).toBeGreaterThan(first)
    expect(table.generation(slot) % 2).toBe(0)
    expect([table.packetsOut(slot), table.flags(slot), table.lastSeen(slot)]).toEqual([
      1,
      FLAG.holdsPort | FLAG.ofMachine,
      2,
    ])
  })
})

describe('fields', () => {
  it('hold the largest values there are', () => {
    const { masq, table } = bench()
    const top = address('255.255.255.254')
    const slot = masq.openOut(udp(top, 65535, top, 65535), WAN, 0xffffff, 2 ** 31, 2 ** 33)
    expect([table.client(slot), table.clientPort(slot), table.serverPort(slot)]).toEqual([top, 65535, 65535])
    expect([table.masqPort(slot), table.ruleId(slot), table.revision(slot)]).toEqual([
      65535,
      0xffffff,
      2 ** 31,
    ])
    expect([table.createdAt(slot), table.expiresAt(slot)]).toEqual([2 ** 33, 2 ** 33 + 30_000])
    expect(masq.findIn(udp(top, 65535, WAN, 65535))).toBe(slot)
  })

  it('of helpers are zero while there is none', () => {
    const { masq, table } = bench()
    const slot = sendNew(masq, tcp(LAN1, 2000, SERVER, 21), 0)
    const { initSeqOut, initSeqIn, deltaOut, deltaIn, previousDeltaOut, previousDeltaIn } = table
    const fields = [initSeqOut, initSeqIn, deltaOut, deltaIn, previousDeltaOut, previousDeltaIn]
    expect(fields.map((field) => field.call(table, slot))).toEqual([0, 0, 0, 0, 0, 0])
  })

  it('give the seconds left', () => {
    const { masq, table } = bench()
    const slot = sendNew(masq, ping(LAN1, 2000, SERVER), 0)
    expect([table.stateName(slot), table.expiresIn(slot, 150)]).toEqual(['ICMP', 58.5])
  })
})

describe('after kill -9', () => {
  it('a connection that was being opened is none, and its slot is used again', () => {
    const { memory, masq, table } = bench(64)
    const kept = sendNew(masq, udp(LAN1, 2000, SERVER, 53), 0)
    const torn = sendNew(masq, udp(LAN1, 2001, SERVER, 53), 0)
    table.memory.words[table.memory.slotsAt / 4 + torn * SLOT_WORDS + WORD.generation]!++
    const after = open(memory, 64)
    expect([after.table.count, after.table.used(torn), after.table.used(kept)]).toEqual([1, false, true])
    expect(after.table.lookupOut(UDP, LAN1, 2001, SERVER, 53)).toBe(-1)
    expect(sendNew(after.masq, udp(LAN1, 2002, SERVER, 53), 0)).toBe(torn)
    expect(after.table.generation(torn) % 2).toBe(0)
  })

  it('an index that was being changed is whole again', () => {
    const { memory, masq, table } = bench(64)
    for (let i = 0; i < 40; i++) sendNew(masq, udp(LAN1, 2000 + i, SERVER, 53), 0)
    const { words, indexAt, slotsAt } = table.memory
    for (let i = indexAt / 4; i < slotsAt / 4; i += 3) words[i] = 0x01000001
    const after = open(memory, 64)
    for (let i = 0; i < 40; i++) {
      const slot = after.table.lookupOut(UDP, LAN1, 2000 + i, SERVER, 53)
      expect(slot).toBe(i)
      expect(after.table.lookupIn(UDP, WAN, after.table.masqPort(slot), SERVER, 53)).toBe(i)
    }
  })

  it('a connection that no packet has gone through yet is none: its sender tries again', () => {
    const { memory, masq } = bench(64)
    masq.openOut(udp(LAN1, 2000, SERVER, 53), WAN, 1, 1, 0)
    const after = open(memory, 64)
    expect([after.table.count, after.masq.free]).toEqual([0, masq.free])
    expect(after.masq.free.udp).toBe(after.masq.free.capacity)
    expect(after.table.openedOf(UDP) - after.table.endedOf(UDP)).toBe(0)
    expect(contradictions(memory, { ports: PORT_PRESETS.standard })).toEqual([])
  })

  it('openings and ends that were not counted any more are counted', () => {
    const { memory, masq, table } = bench(64)
    for (let i = 0; i < 3; i++) sendNew(masq, udp(LAN1, 2000 + i, SERVER, 53), 0)
    masq.remove(1, 1)
    table.memory.doubles[HEADER_DOUBLE.opened]!--
    expect(open(memory, 64).table.openedOf(UDP)).toBe(3)
    table.memory.doubles[HEADER_DOUBLE.ended]!--
    const after = open(memory, 64)
    expect([after.table.openedOf(UDP), after.table.endedOf(UDP), after.table.count]).toEqual([3, 1, 2])
  })

  it.each([1, 2, 3, 4])(
    'a far end of which %d of 4 words were written is the old or the new one',
    (written) => {
      const { memory, masq, table } = bench(64, { ...classic, ports: { ...classic.ports, looseUdp: true } })
      const slot = sendNew(masq, udp(LAN1, 2000, SERVER, 53), 0)
      expect(table.flags(slot) & FLAG.loose).toBe(FLAG.loose)
      const other = address('203.0.113.9')
      const at = table.memory.slotsAt / 4 + slot * SLOT_WORDS
      const { words } = table.memory
      const ports = (word: number) => (words[at + word]! & 0xffff0000) | 6112
      const stores = [
        [WORD.asked, other | 0],
        [WORD.outPorts, ports(WORD.outPorts)],
        [WORD.server, other | 0],
        [WORD.inPorts, ports(WORD.inPorts)],
      ]
      for (const [word, value] of stores.slice(0, written)) words[at + word!] = value!
      const { table: after } = open(memory, 64, { ...classic, ports: { ...classic.ports, looseUdp: true } })
      const far = written < 3 ? [SERVER, 53] : [other, 6112]
      expect([after.asked(slot), after.askedPort(slot), after.server(slot), after.serverPort(slot)]).toEqual([
        ...far,
        ...far,
      ])
      expect(contradictions(memory, { ports: PORT_PRESETS.classic })).toEqual([])
    },
  )

  it('what ran out meanwhile expires at once, the rest to the tick', () => {
    const { memory, masq } = bench(64)
    sendNew(masq, ping(LAN1, 2000, SERVER), 1000)
    sendNew(masq, udp(LAN1, 2001, SERVER, 53), 1000)
    masq.expire(1500, 100)
    const after = open(memory, 64, undefined, 9000)
    expect(after.masq.expire(9000, 100)).toBe(1)
    expect(after.masq.expire(30_999, 100)).toBe(0)
    expect(after.masq.expire(31_000, 100)).toBe(1)
    expect(after.table.expiredOf(UDP)).toBe(1)
  })

  it('a header that claims more slots than there are is not believed', () => {
    const { memory } = bench(64)
    new Int32Array(memory)[HEADER_WORD.touched] = 65
    expect(open(memory, 64).table.adopted).toBe(false)
  })

  it('a header being written is formatted again', () => {
    const { memory, masq } = bench(64)
    sendNew(masq, udp(LAN1, 2001, SERVER, 53), 0)
    new Int32Array(memory)[HEADER_WORD.magic] = 0x6e6f7421
    const after = open(memory, 64)
    expect([after.table.adopted, after.table.count, after.table.used(0)]).toEqual([false, 0, false])
  })
})

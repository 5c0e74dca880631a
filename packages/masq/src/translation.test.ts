/** Connections whose destination is translated, or whose source is given by a rule: both views, both ways, nothing shared. */
import { type PacketView, PROTOCOL } from '@bauta/packet'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { IN, OUT } from './key-index.ts'
import type { Masquerader } from './masquerader.ts'
import { CLASH } from './no-slot.ts'
import {
  ACK,
  address,
  bench,
  icmpError,
  LAN1,
  LAN2,
  open,
  packet,
  parsed,
  ping,
  SERVER,
  SYN,
  sendNew,
  tcp,
  udp,
  WAN,
} from './testing.ts'
import { SOURCE, Translation } from './translation.ts'

const OTHER = address('198.51.100.9')
const PEER = address('203.0.113.50')

function wish(fields: Partial<Translation>): Translation {
  return Object.assign(new Translation(), fields)
}

const ends = (view: PacketView) => [view.source, view.sourcePort, view.destination, view.destinationPort]

/** A packet whose checksums were all kept right parses without a fault. */
const intact = (view: PacketView) => parsed(view.buffer.slice(view.ip, view.ip + view.totalLength))

function forwarded(masq: Masquerader, view: PacketView, to: number, port: number): number {
  const slot = masq.openTranslated(view, IN, wish({ destination: to, destinationPort: port }), WAN, 9, 1, 0)
  if (slot >= 0) masq.inbound(view, slot, 0)
  return slot
}

describe('from outside to a LAN machine', () => {
  it('another address and port on the way in, and put back on the way out', () => {
    const { masq, table } = bench()
    const first = tcp(PEER, 5555, WAN, 80)
    const slot = forwarded(masq, first, LAN1, 8080)
    expect(ends(first)).toEqual([PEER, 5555, LAN1, 8080])
    intact(first)
    expect(table.stateName(slot)).toBe('SYN_RECV')
    const reply = tcp(LAN1, 8080, PEER, 5555, SYN | ACK)
    expect(masq.findOut(reply)).toBe(slot)
    masq.outbound(reply, slot, 1)
    expect(ends(reply)).toEqual([WAN, 80, PEER, 5555])
    intact(reply)
    expect(table.stateName(slot)).toBe('ESTABLISHED')
    expect(masq.free.tcp).toBe(masq.free.capacity)
  })

  it('ICMP errors about it, from both sides', () => {
    const { masq } = bench()
    const first = tcp(PEER, 5555, WAN, 80)
    const slot = forwarded(masq, first, LAN1, 8080)
    const fromInside = icmpError(LAN1, PEER, 3, 3, first)
    expect(masq.findErrorOut(fromInside)).toBe(slot)
    masq.translateErrorOut(fromInside, slot)
    expect([fromInside.source, fromInside.destination]).toEqual([WAN, PEER])
    expect(masq.findErrorIn(icmpError(PEER, WAN, 11, 0, tcp(WAN, 80, PEER, 5555, ACK)))).toBe(slot)
  })

  it('is no second connection beside one that the LAN machine has open with the same peer', () => {
    const { masq } = bench()
    expect(masq.openOut(tcp(LAN1, 8080, PEER, 5555), WAN, 1, 1, 0)).toBeGreaterThanOrEqual(0)
    expect(forwarded(masq, tcp(PEER, 5555, WAN, 80), LAN1, 8080)).toBe(CLASH)
  })
})

describe('from one LAN machine to another by the WAN address', () => {
  it('the server sees the WAN address, the client never sees the server', () => {
    const { masq } = bench()
    const first = tcp(LAN1, 40000, WAN, 80)
    const there = wish({ kind: SOURCE.masquerade, destination: LAN2, destinationPort: 8080 })
    const slot = masq.openTranslated(first, OUT, there, WAN, 9, 1, 0)
    masq.outbound(first, slot, 0)
    expect(ends(first)).toEqual([WAN, 40000, LAN2, 8080])
    const reply = tcp(LAN2, 8080, WAN, 40000, SYN | ACK)
    expect(masq.findOut(reply)).toBe(-1)
    expect(masq.findIn(reply)).toBe(slot)
    masq.inbound(reply, slot, 1)
    expect(ends(reply)).toEqual([WAN, 80, LAN1, 40000])
    intact(reply)
    const refused = icmpError(LAN2, WAN, 3, 3, first)
    expect(masq.findErrorIn(refused)).toBe(slot)
    masq.translateErrorIn(refused, slot)
    expect([refused.source, refused.destination]).toEqual([WAN, LAN1])
  })

  it('a ping goes and comes back with its identifier', () => {
    const { masq } = bench()
    const first = ping(LAN1, 7777, WAN)
    const slot = masq.openTranslated(
      first,
      OUT,
      wish({ kind: SOURCE.masquerade, destination: LAN2 }),
      WAN,
      9,
      1,
      0,
    )
    masq.outbound(first, slot, 0)
    expect([first.source, first.icmpId, first.destination]).toEqual([WAN, 7777, LAN2])
    const reply = ping(LAN2, 7777, WAN, 0)
    expect(masq.findIn(reply)).toBe(slot)
    masq.inbound(reply, slot, 1)
    expect([reply.source, reply.icmpId, reply.destination]).toEqual([WAN, 7777, LAN1])
  })

  it('the same server by two addresses: the second connection gets a port of its own, and gives it back', () => {
    const { masq, table } = bench()
    const direct = tcp(LAN1, 40000, LAN2, 8080)
    const one = masq.openTranslated(direct, OUT, wish({ kind: SOURCE.masquerade }), WAN, 1, 1, 0)
    const two = masq.openTranslated(
      tcp(LAN1, 40000, WAN, 80),
      OUT,
      wish({ kind: SOURCE.masquerade, destination: LAN2, destinationPort: 8080 }),
      WAN,
      9,
      1,
      0,
    )
    expect(table.masqPort(one)).toBe(40000)
    expect(table.masqPort(two)).not.toBe(40000)
    expect(masq.free.tcp).toBe(masq.free.capacity - 2)
    masq.remove(two, 1)
    masq.remove(one, 1)
    expect(masq.free.tcp).toBe(masq.free.capacity)
  })
})

describe('SNAT', () => {
  it('keeps the port where it can and stays among its equals where it cannot', () => {
    const { masq, table } = bench()
    const snat = () => wish({ kind: SOURCE.address, source: OTHER })
    const one = masq.openTranslated(udp(LAN1, 500, SERVER, 500), OUT, snat(), WAN, 1, 1, 0)
    const two = masq.openTranslated(udp(LAN2, 500, SERVER, 500), OUT, snat(), WAN, 1, 1, 0)
    const high = masq.openTranslated(udp(LAN2, 5000, SERVER, 500), OUT, snat(), WAN, 1, 1, 0)
    expect([table.wan(one), table.masqPort(one)]).toEqual([OTHER, 500])
    expect(table.masqPort(two)).toBeLessThan(512)
    expect(table.masqPort(high)).toBe(5000)
    expect(masq.retainOnly(OTHER + 1, 1)).toBe(0)
  })

  it('to the WAN address shares the ports of masquerading, and outlives a change of the address', () => {
    const { masq, table } = bench()
    const wishes = wish({ kind: SOURCE.address, source: WAN })
    masq.openOut(tcp(LAN1, 40000, SERVER, 80), WAN, 1, 1, 0)
    const slot = masq.openTranslated(tcp(LAN2, 40000, SERVER, 80), OUT, wishes, WAN, 1, 1, 0)
    expect(table.masqPort(slot)).not.toBe(40000)
    expect(masq.retainOnly(OTHER, 1)).toBe(1)
    expect(table.used(slot)).toBe(true)
  })

  it('MASQ with ports takes them only from there, for one LAN socket one and the same', () => {
    const { masq, table, memory } = bench()
    const range = () => wish({ kind: SOURCE.masquerade, fromPort: 50000, toPort: 50009 })
    sendNew(masq, tcp(LAN1, 40000, SERVER, 80), 0)
    const slots = [81, 82].map((port) =>
      masq.openTranslated(tcp(LAN1, 40000, SERVER, port), OUT, range(), WAN, 1, 1, 0),
    )
    for (const [i, slot] of slots.entries()) masq.outbound(tcp(LAN1, 40000, SERVER, 81 + i), slot, 0)
    const ports = slots.map((slot) => table.masqPort(slot))
    expect(ports[0]).toBeGreaterThanOrEqual(50000)
    expect(ports[0]).toBeLessThanOrEqual(50009)
    expect(ports[1]).toBe(ports[0])
    const again = open(memory, 1024)
    for (const slot of slots) again.masq.remove(slot, 2)
    expect(again.masq.free.tcp).toBe(again.masq.free.capacity - 1)
  })

  it('eleven LAN sockets do not fit into ten ports', () => {
    const { masq } = bench()
    const slots = Array.from({ length: 11 }, (_, i) =>
      masq.openTranslated(
        tcp(LAN1, 1000 + i, SERVER, 80),
        OUT,
        wish({ kind: SOURCE.masquerade, fromPort: 50000, toPort: 50009 }),
        WAN,
        1,
        1,
        0,
      ),
    )
    expect(slots.filter((slot) => slot >= 0)).toHaveLength(10)
    expect(slots[10]).toBe(-1)
  })
})

describe('protocols without ports', () => {
  it('ESP: one client for one server, ten minutes', () => {
    const { masq, table } = bench()
    const esp = (source: number, destination: number) =>
      packet({ protocol: 50, source, destination, sourcePort: 0xdead, destinationPort: 0xbeef })
    const first = esp(LAN1, SERVER)
    const slot = masq.openOut(first, WAN, 1, 1, 0)
    masq.outbound(first, slot, 0)
    expect(first.source).toBe(WAN)
    expect(table.timeout(slot)).toBe(60_000)
    const reply = esp(SERVER, WAN)
    expect(masq.findIn(reply)).toBe(slot)
    masq.inbound(reply, slot, 1)
    expect(reply.destination).toBe(LAN1)
    expect(reply.buffer.slice(20, 24)).toEqual(Uint8Array.of(0xde, 0xad, 0xbe, 0xef))
    expect(masq.openOut(esp(LAN2, SERVER), WAN, 1, 1, 0)).toBe(CLASH)
    expect(masq.openOut(esp(LAN2, PEER), WAN, 1, 1, 0)).toBeGreaterThanOrEqual(0)
    expect(table.countOf(50)).toBe(2)
    masq.expire(60_001 + 60_000, 100)
    expect(table.count).toBe(0)
  })
})

it('translated out and back is what it was, no two connections share a view, and no port is lost', () => {
  const opening = fc.record({
    out: fc.boolean(),
    protocol: fc.constantFrom(PROTOCOL.tcp, PROTOCOL.udp, PROTOCOL.icmp, 47),
    near: fc.constantFrom(LAN1, LAN2),
    port: fc.integer({ min: 1000, max: 1003 }),
    far: fc.constantFrom(SERVER, PEER, LAN2, WAN),
    farPort: fc.integer({ min: 80, max: 82 }),
    kind: fc.constantFrom(...Object.values(SOURCE)),
    source: fc.constantFrom(OTHER, WAN),
    destination: fc.constantFrom(0, LAN1, LAN2, SERVER),
    destinationPort: fc.constantFrom(0, 8080, 8081),
    fromPort: fc.constantFrom(0, 50_000),
    restart: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(opening, { maxLength: 40 }), (openings) => {
      const { memory, ...first } = bench(256)
      let { masq, table } = first
      for (const given of openings) {
        const [source, sourcePort, destination, destinationPort] = given.out
          ? [given.near, given.port, given.far, given.farPort]
          : [given.far, given.farPort, WAN, given.port]
        const fields = { protocol: given.protocol, source, sourcePort, destination, destinationPort }
        const view = packet(fields)
        const before = view.buffer.slice()
        const direction = given.out ? OUT : IN
        if (masq.findOut(view) >= 0 || masq.findIn(view) >= 0) continue
        const asks = wish({ ...given, toPort: given.fromPort === 0 ? 0 : 50_003 })
        const slot = masq.openTranslated(view, direction, asks, WAN, 1, 1, 0)
        if (slot < 0) continue
        if (given.out) masq.outbound(view, slot, 0)
        else masq.inbound(view, slot, 0)
        if (given.protocol !== 47) intact(view)
        // Seen from the other end it is the same packet again.
        const error = icmpError(address('9.9.9.9'), view.source, 3, 1, view)
        const [find, translate] = given.out
          ? ([masq.findErrorIn, masq.translateErrorIn] as const)
          : ([masq.findErrorOut, masq.translateErrorOut] as const)
        if (find.call(masq, error) === slot) {
          translate.call(masq, error, slot)
          const quoted = error.buffer.slice(28, 28 + 20)
          expect(quoted.subarray(12, 20)).toEqual(before.subarray(12, 20))
          intact(error)
        } else expect(given.protocol).toBe(PROTOCOL.icmp)
        if (given.restart) ({ masq, table } = open(memory, 256))
      }
      const views = new Set<string>()
      let count = 0
      for (let slot = 0; slot < table.limit; slot++) {
        if (!table.used(slot)) continue
        count++
        const protocol = table.protocol(slot)
        views.add(
          `out ${protocol} ${table.client(slot)}:${table.clientPort(slot)} ${table.asked(slot)}:${table.askedPort(slot)}`,
        )
        views.add(
          `in ${protocol} ${table.wan(slot)}:${table.masqPort(slot)} ${table.server(slot)}:${table.serverPort(slot)}`,
        )
      }
      expect(views.size).toBe(2 * count)
      for (let slot = 0; slot < table.limit; slot++) masq.remove(slot, 1)
      expect(masq.free).toEqual({ ...masq.free, tcp: 64_512, udp: 64_512, icmp: 64_512 })
    }),
    { numRuns: 100 },
  )
}, 60_000)

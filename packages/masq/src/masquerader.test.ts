import { describe, expect, it } from 'vitest'
import { FLAG } from './connection-fields.ts'
import { Masquerader } from './masquerader.ts'
import { NO_PORT, NOT_MASQUERADABLE, TABLE_FULL } from './no-slot.ts'
import { STATE } from './states.ts'
import {
  ACK,
  address,
  BOX,
  bench,
  FIN,
  LAN1,
  LAN2,
  packet,
  parsed,
  ping,
  RST,
  SERVER,
  SYN,
  sendNew,
  standard,
  TCP,
  tcp,
  UDP,
  udp,
  WAN,
} from './testing.ts'

describe('one TCP connection', () => {
  it('goes out as the WAN address and comes back as the client, with every checksum right', () => {
    const { masq, table } = bench()
    const out = tcp(LAN1, 40000, SERVER, 80)
    expect(masq.findOut(out)).toBe(-1)
    const slot = sendNew(masq, out, 100)
    expect(parsed(out.buffer)).toMatchObject({
      source: WAN,
      sourcePort: 40000,
      destination: SERVER,
      destinationPort: 80,
    })
    const back = tcp(SERVER, 80, WAN, 40000, SYN | ACK)
    expect(masq.findIn(back)).toBe(slot)
    masq.inbound(back, slot, 110)
    expect(parsed(back.buffer)).toMatchObject({
      source: SERVER,
      sourcePort: 80,
      destination: LAN1,
      destinationPort: 40000,
    })
    expect(masq.findOut(tcp(LAN1, 40000, SERVER, 80, ACK))).toBe(slot)
    expect(table.stateName(slot)).toBe('ESTABLISHED')
    expect(table.flags(slot) & FLAG.replied).toBeTruthy()
  })

  it('counts packets and bytes by direction and remembers the rule and revision', () => {
    const { masq, table } = bench()
    const slot = masq.openOut(tcp(LAN1, 40000, SERVER, 80), WAN, 17, 4, 100)
    masq.outbound(tcp(LAN1, 40000, SERVER, 80), slot, 100)
    masq.outbound(tcp(LAN1, 40000, SERVER, 80, ACK), slot, 120)
    masq.inbound(tcp(SERVER, 80, WAN, 40000, ACK), slot, 130)
    expect([table.packetsOut(slot), table.bytesOut(slot)]).toEqual([2, 80])
    expect([table.packetsIn(slot), table.bytesIn(slot)]).toEqual([1, 40])
    expect([table.ruleId(slot), table.revision(slot)]).toEqual([17, 4])
    expect([table.createdAt(slot), table.lastSeen(slot)]).toEqual([100, 130])
  })

  it('is picked up in the middle: a first ACK from the client opens ESTABLISHED', () => {
    const { masq, table } = bench()
    const slot = sendNew(masq, tcp(LAN1, 40000, SERVER, 80, ACK), 0)
    expect(table.state(slot)).toBe(STATE.ESTABLISHED)
    expect(table.expiresAt(slot)).toBe(744_000)
  })

  it('stays after an RST, in CLOSE, for as long as tcpfin', () => {
    const { masq, table } = bench()
    const slot = sendNew(masq, tcp(LAN1, 40000, SERVER, 80, ACK), 0)
    masq.inbound(tcp(SERVER, 80, WAN, 40000, RST), slot, 50)
    expect(table.stateName(slot)).toBe('CLOSE')
    expect(table.expiresAt(slot)).toBe(50 + 24_000)
    expect(masq.expire(50 + 23_999, 100)).toBe(0)
    expect(masq.expire(50 + 24_000, 100)).toBe(1)
    expect(table.used(slot)).toBe(false)
  })

  it('runs through an orderly close', () => {
    const { masq, table } = bench()
    const slot = sendNew(masq, tcp(LAN1, 40000, SERVER, 80), 0)
    masq.inbound(tcp(SERVER, 80, WAN, 40000, SYN | ACK), slot, 1)
    masq.outbound(tcp(LAN1, 40000, SERVER, 80, ACK), slot, 2)
    masq.outbound(tcp(LAN1, 40000, SERVER, 80, FIN | ACK), slot, 3)
    expect(table.stateName(slot)).toBe('FIN_WAIT')
    masq.inbound(tcp(SERVER, 80, WAN, 40000, FIN | ACK), slot, 4)
    expect(table.stateName(slot)).toBe('TIME_WAIT')
  })
})

describe('what is not masqueraded', () => {
  it('unknown packets from outside belong to nothing', () => {
    const { masq, table } = bench()
    sendNew(masq, tcp(LAN1, 40000, SERVER, 80), 0)
    expect(masq.findIn(tcp(SERVER, 81, WAN, 40000, ACK))).toBe(-1)
    expect(masq.findIn(tcp(address('93.184.216.35'), 80, WAN, 40000, ACK))).toBe(-1)
    expect(masq.findIn(udp(SERVER, 80, WAN, 40000))).toBe(-1)
    expect(table.count).toBe(1)
  })

  it('other protocols, replies and errors open nothing', () => {
    const { masq, table } = bench()
    const ah = packet({ protocol: 51, source: LAN1, destination: SERVER, sourcePort: 1, destinationPort: 2 })
    expect(masq.openOut(ah, WAN, 1, 1, 0)).toBe(NOT_MASQUERADABLE)
    expect(masq.openOut(ping(LAN1, 5, SERVER, 0), WAN, 1, 1, 0)).toBe(NOT_MASQUERADABLE)
    expect(masq.openOut(ping(LAN1, 5, SERVER, 3), WAN, 1, 1, 0)).toBe(NOT_MASQUERADABLE)
    const fragment = tcp(LAN1, 5, SERVER, 80)
    fragment.moreFragments = true
    expect(masq.openOut(fragment, WAN, 1, 1, 0)).toBe(NOT_MASQUERADABLE)
    expect(table.count).toBe(0)
    expect(masq.free.tcp).toBe(masq.free.capacity)
  })

  it('later fragments have no ports to be found by', () => {
    const { masq } = bench()
    sendNew(masq, udp(LAN1, 5000, SERVER, 53), 0)
    const later = udp(LAN1, 5000, SERVER, 53)
    later.fragmentOffset = 8
    expect(masq.findOut(later)).toBe(-1)
  })
})

describe('ICMP queries', () => {
  it('are found by their id; the reply finds the request', () => {
    const { masq, table } = bench()
    const out = ping(LAN1, 2000, SERVER)
    const slot = sendNew(masq, out, 0)
    expect(parsed(out.buffer)).toMatchObject({ source: WAN, icmpId: 2000 })
    expect(table.serverPort(slot)).toBe(0x0800)
    const back = ping(SERVER, 2000, WAN, 0)
    expect(masq.findIn(back)).toBe(slot)
    masq.inbound(back, slot, 1)
    expect(parsed(back.buffer)).toMatchObject({ destination: LAN1, icmpId: 2000 })
  })

  it('get another id where theirs is taken or outside the range', () => {
    const { masq, table } = bench()
    const first = sendNew(masq, ping(LAN1, 2000, SERVER), 0)
    const second = sendNew(masq, ping(LAN2, 2000, SERVER), 0)
    const third = sendNew(masq, ping(LAN2, 3, SERVER), 0)
    expect(table.masqPort(first)).toBe(2000)
    expect(table.masqPort(second)).not.toBe(2000)
    expect(table.masqPort(third)).toBeGreaterThanOrEqual(1024)
    const back = ping(SERVER, table.masqPort(third), WAN, 0)
    masq.inbound(back, masq.findIn(back), 1)
    expect(parsed(back.buffer)).toMatchObject({ destination: LAN2, icmpId: 3 })
  })

  it('let no request from outside slip into an open ping, and no reply of another kind', () => {
    const { masq } = bench()
    sendNew(masq, ping(LAN1, 2000, SERVER), 0)
    expect(masq.findIn(ping(SERVER, 2000, WAN, 8))).toBe(-1)
    expect(masq.findIn(ping(SERVER, 2000, WAN, 14))).toBe(-1)
    expect(masq.findOut(ping(LAN1, 2000, SERVER, 0))).toBe(-1)
  })

  it.each([
    [8, 0],
    [13, 14],
    [15, 16],
    [17, 18],
  ])('type %i is answered by type %i', (request, reply) => {
    const { masq } = bench()
    const slot = sendNew(masq, ping(LAN1, 2000, SERVER, request), 0)
    expect(slot).toBeGreaterThanOrEqual(0)
    expect(masq.findIn(ping(SERVER, 2000, WAN, reply))).toBe(slot)
  })
})

describe("the box's own connections", () => {
  it('keep their port, even outside the range, and their packets are only counted', () => {
    const { masq, table } = bench()
    const out = udp(WAN, 123, SERVER, 123)
    const bytes = out.buffer.slice()
    const slot = masq.openLocal(out, WAN, 2, 1, 0)
    masq.outbound(out, slot, 0)
    expect(out.buffer).toEqual(bytes)
    expect(table.flags(slot)).toBe(FLAG.local | FLAG.holdsPort)
    expect(masq.findIn(udp(SERVER, 123, WAN, 123))).toBe(slot)
  })

  it('are translated like any other where a LAN socket has their port', () => {
    const { masq, table } = bench()
    sendNew(masq, udp(LAN1, 5000, SERVER, 53), 0)
    const out = udp(WAN, 5000, SERVER, 53)
    const slot = masq.openLocal(out, WAN, 2, 1, 0)
    masq.outbound(out, slot, 0)
    expect(table.masqPort(slot)).not.toBe(5000)
    expect(parsed(out.buffer)).toMatchObject({ source: WAN, sourcePort: table.masqPort(slot) })
    const back = udp(SERVER, 53, WAN, table.masqPort(slot))
    masq.inbound(back, masq.findIn(back), 1)
    expect(parsed(back.buffer)).toMatchObject({ destination: WAN, destinationPort: 5000 })
  })

  it('keep LAN sockets off their ports', () => {
    const { masq, table } = bench()
    masq.openLocal(udp(WAN, 5000, SERVER, 53), WAN, 2, 1, 0)
    const slot = sendNew(masq, udp(LAN1, 5000, SERVER, 53), 0)
    expect(table.masqPort(slot)).not.toBe(5000)
  })

  it('are accepted from outside: the box is the client side', () => {
    const { masq, table } = bench()
    const syn = tcp(SERVER, 33000, WAN, 22)
    const slot = masq.openLocalIn(syn, WAN, 3, 1, 0)
    masq.inbound(syn, slot, 0)
    expect(table.stateName(slot)).toBe('SYN_RECV')
    expect(masq.findOut(tcp(WAN, 22, SERVER, 33000, SYN | ACK))).toBe(slot)
    expect(masq.findIn(tcp(SERVER, 33000, WAN, 22, ACK))).toBe(slot)
    expect(table.client(slot)).toBe(WAN)
  })

  it('are not accepted on a port that a LAN socket is using', () => {
    const { masq } = bench()
    sendNew(masq, tcp(LAN1, 8080, SERVER, 80), 0)
    expect(masq.openLocalIn(tcp(SERVER, 33000, WAN, 8080), WAN, 3, 1, 0)).toBe(NO_PORT)
  })

  it('answer pings from outside beside a LAN ping with the same id to the same machine', () => {
    const { masq } = bench()
    const mine = sendNew(masq, ping(LAN1, 2000, SERVER), 0)
    const theirs = masq.openLocalIn(ping(SERVER, 2000, WAN, 8), WAN, 3, 1, 0)
    expect(masq.findIn(ping(SERVER, 2000, WAN, 8))).toBe(theirs)
    expect(masq.findOut(ping(WAN, 2000, SERVER, 0))).toBe(theirs)
    expect(masq.findIn(ping(SERVER, 2000, WAN, 0))).toBe(mine)
  })

  it('on a LAN address are inside: no port, no translation, no concern of the WAN', () => {
    const { masq, table } = bench()
    const slot = masq.openLocalIn(tcp(LAN1, 50000, BOX, 80), WAN, 3, 1, 0)
    expect(table.flags(slot)).toBe(FLAG.local | FLAG.inside | FLAG.fromOutside)
    expect(masq.findIn(tcp(LAN1, 50000, BOX, 80, ACK))).toBe(slot)
    const out = masq.openLocal(udp(BOX, 53, LAN1, 5353), WAN, 3, 1, 0)
    expect(table.flags(out)).toBe(FLAG.local | FLAG.inside)
    expect(masq.free.tcp).toBe(masq.free.capacity)
    expect(masq.retainOnly(address('203.0.113.24'), 1)).toBe(0)
  })
})

describe('limits', () => {
  it('a full table answers TABLE_FULL, ends nothing, uses no port, and works again when there is room', () => {
    const { masq, table } = bench(16)
    for (let i = 0; i < 16; i++) expect(sendNew(masq, udp(LAN1, 2000 + i, SERVER, 53), 0)).toBe(i)
    const { udp: freeBefore } = masq.free
    expect(sendNew(masq, udp(LAN1, 3000, SERVER, 53), 0)).toBe(TABLE_FULL)
    expect(masq.openLocal(udp(WAN, 3000, SERVER, 53), WAN, 1, 1, 0)).toBe(TABLE_FULL)
    expect(masq.openLocalIn(udp(SERVER, 53, WAN, 3000), WAN, 1, 1, 0)).toBe(TABLE_FULL)
    expect([table.count, masq.free.udp]).toEqual([16, freeBefore])
    masq.remove(5, 0)
    expect(sendNew(masq, udp(LAN1, 3000, SERVER, 53), 0)).toBe(5)
  })

  it('exhausted ports answer NO_PORT for new LAN sockets while sockets that have one go on', () => {
    const settings = { ...standard, ports: { ...standard.ports, from: 2000, to: 2063 } }
    const { masq, table } = bench(1024, settings)
    for (let i = 0; i < 64; i++)
      expect(sendNew(masq, udp(LAN1, 40000 + i, SERVER, 53), 0)).toBeGreaterThanOrEqual(0)
    expect(masq.free).toEqual({ udp: 0, tcp: 64, icmp: 64, capacity: 64 })
    expect(sendNew(masq, udp(LAN1, 50000, SERVER, 53), 0)).toBe(NO_PORT)
    const again = sendNew(masq, udp(LAN1, 40000, SERVER, 54), 0)
    expect(table.masqPort(again)).toBe(table.masqPort(masq.findOut(udp(LAN1, 40000, SERVER, 53))))
    expect(sendNew(masq, tcp(LAN1, 50000, SERVER, 53), 0)).toBeGreaterThanOrEqual(0)
  })

  it('removing twice, or a slot that is free, does nothing', () => {
    const { masq, table } = bench()
    const slot = sendNew(masq, udp(LAN1, 2000, SERVER, 53), 0)
    masq.remove(slot, 1)
    masq.remove(slot, 1)
    masq.remove(500, 1)
    expect([table.count, table.endedOf(UDP)]).toEqual([0, 1])
  })
})

describe('live changes', () => {
  it('a connection takes up a new timeout with its next packet, not before', () => {
    const { masq, table } = bench()
    const idle = sendNew(masq, udp(LAN1, 2000, SERVER, 53), 0)
    const busy = sendNew(masq, udp(LAN1, 2001, SERVER, 53), 0)
    masq.configure({ ...standard, timeouts: { ...standard.timeouts, udp: 10 } }, 100)
    expect(table.expiresAt(idle)).toBe(30_000)
    masq.outbound(udp(LAN1, 2001, SERVER, 53), busy, 200)
    expect([table.timeout(busy), table.expiresAt(busy)]).toEqual([1_000, 1_200])
    expect(masq.expire(1_199, 100)).toBe(0)
    expect(masq.expire(1_200, 100)).toBe(1)
    expect(masq.expire(29_999, 100)).toBe(0)
    expect(masq.expire(30_000, 100)).toBe(1)
  })

  it('another WAN address ends every connection of the former one at once', () => {
    const { masq, table } = bench()
    const other = address('203.0.113.24')
    for (let i = 0; i < 10; i++) sendNew(masq, tcp(LAN1, 2000 + i, SERVER, 80), 0)
    const local = masq.openLocal(udp(WAN, 9000, SERVER, 53), WAN, 1, 1, 0)
    const kept = sendNew(masq, tcp(LAN2, 7000, SERVER, 80), 0, other)
    expect(masq.retainOnly(other, 5)).toBe(11)
    expect(table.used(local)).toBe(false)
    expect([table.count, table.endedOf(TCP), table.used(kept)]).toEqual([1, 10, true])
    expect(masq.findOut(tcp(LAN1, 2000, SERVER, 80, ACK))).toBe(-1)
    expect(masq.free.tcp).toBe(masq.free.capacity - 1)
    expect(masq.expire(10_000_000, 1000)).toBe(1)
  })

  it('counts opened and expired by protocol where another thread can read them', () => {
    const { masq, memory } = bench()
    sendNew(masq, tcp(LAN1, 2000, SERVER, 80), 0)
    sendNew(masq, udp(LAN1, 2000, SERVER, 53), 0)
    masq.remove(sendNew(masq, udp(LAN1, 2001, SERVER, 53), 0), 0)
    masq.expire(40_000, 100)
    const reader = (masq.table.constructor as typeof import('./table.ts').ConnectionTable).attach(memory)
    expect([reader.openedOf(UDP), reader.expiredOf(UDP), reader.endedOf(UDP), reader.countOf(UDP)]).toEqual([
      2, 1, 1, 0,
    ])
    expect([reader.openedOf(TCP), reader.expiredOf(TCP), reader.countOf(TCP)]).toEqual([1, 1, 0])
    expect(reader.highWater).toBe(3)
    expect(masq).toBeInstanceOf(Masquerader)
  })
})

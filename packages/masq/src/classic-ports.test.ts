/** Ports as Linux 2.2 took them: numbers to the letter of ip_masq.c. */
import { PROTOCOL } from '@bauta/packet'
import { describe, expect, it } from 'vitest'
import { FAILURE, failureText } from './classic-ports.ts'
import { FLAG } from './connection-fields.ts'
import { SILENT } from './no-slot.ts'
import {
  ACK,
  bench,
  classic,
  LAN1,
  LAN2,
  open,
  ping,
  SERVER,
  SYN,
  type standard,
  tcp,
  udp,
  WAN,
} from './testing.ts'

type Settings = typeof standard
const strict: Settings = { ...classic, ports: { ...classic.ports, looseUdp: false } }
const few = (settings: Settings): Settings => ({ ...settings, ports: { ...settings.ports, to: 61_063 } })

describe('the cursor', () => {
  it('is one for UDP, TCP and ICMP, begins at 61000 and goes on with every attempt', () => {
    const { masq, table } = bench(64, classic)
    const views = [
      udp(LAN1, 2000, SERVER, 53),
      tcp(LAN1, 2000, SERVER, 80, SYN),
      ping(LAN1, 7, SERVER),
      tcp(LAN2, 2000, SERVER, 80, SYN),
    ]
    const ports = views.map((view) => table.masqPort(masq.openOut(view, WAN, 1, 1, 0)))
    expect(ports).toEqual([61_000, 61_001, 61_002, 61_003])
  })

  it('wraps from the last port to the first, and an attempt that fails is a step all the same', () => {
    const { masq, table } = bench(256, few(classic))
    const next = (i: number) =>
      table.masqPort(masq.openOut(tcp(LAN1, 3000 + i, SERVER, 80, SYN), WAN, 1, 1, 0))
    expect(next(0)).toBe(61_000)
    for (let i = 1; i < 64; i++) next(i)
    masq.remove(5, 0)
    // 61000 to 61004 are taken toward this server; the five attempts are steps
    expect(next(100)).toBe(61_005)
    masq.remove(6, 0)
    expect(next(101)).toBe(61_006)
  })

  it('uses TCP ports again toward other servers, and a port that was let go does not rest', () => {
    const { masq, table } = bench(256, few(classic))
    const first = masq.openOut(tcp(LAN1, 2000, SERVER, 80, SYN), WAN, 1, 1, 0)
    for (let i = 1; i < 64; i++) masq.openOut(tcp(LAN1, 2000 + i, SERVER, 80, SYN), WAN, 1, 1, 0)
    const other = masq.openOut(tcp(LAN2, 2000, SERVER + 1, 80, SYN), WAN, 1, 1, 0)
    const port = masq.openOut(tcp(LAN2, 2000, SERVER, 81, SYN), WAN, 1, 1, 0)
    expect([first, other, port].map((slot) => table.masqPort(slot))).toEqual([61_000, 61_000, 61_001])
    const answer = tcp(SERVER + 1, 80, WAN, 61_000, SYN | ACK)
    expect(masq.findIn(answer)).toBe(other)
    expect(masq.findIn(tcp(SERVER, 80, WAN, 61_000, SYN | ACK))).toBe(first)
  })
})

describe('the counters', () => {
  it('are 40960 each, and 40959,40956,40960 with one UDP and four TCP entries, as the book shows them', () => {
    const { masq } = bench(64, classic)
    expect(masq.free).toEqual({ udp: 40960, tcp: 40960, icmp: 40960, capacity: 40960 })
    for (let i = 0; i < 4; i++) masq.openOut(tcp(LAN1, 2000 + i, SERVER, 80, SYN), WAN, 1, 1, 0)
    const slot = masq.openOut(udp(LAN1, 2000, SERVER, 53), WAN, 1, 1, 0)
    expect(masq.free).toEqual({ udp: 40959, tcp: 40956, icmp: 40960, capacity: 40960 })
    masq.remove(slot, 0)
    expect(masq.free.udp).toBe(40960)
  })

  it('let 40,960 TCP connections through 4096 ports, and then none', () => {
    const { masq, table } = bench(2 ** 16, classic)
    const used = new Set<number>()
    for (let i = 0; i < 40_960; i++)
      used.add(table.masqPort(masq.openOut(tcp(LAN1, 3000, SERVER + (i % 10), 80 + i, SYN), WAN, 1, 1, 0)))
    expect([table.count, used.size, masq.free.tcp]).toEqual([40_960, 4096, 0])
    expect(masq.openOut(tcp(LAN1, 3000, SERVER - 1, 80, SYN), WAN, 1, 1, 0)).toBe(SILENT)
    expect(masq.classicFailure).toBe(FAILURE.noFreePorts)
  })

  it('say too much of UDP, whose ports are one socket’s each while it is loose', () => {
    const { masq, table } = bench(8192, classic)
    for (let i = 0; i < 4096; i++) masq.openOut(udp(LAN1, 1 + i, SERVER + i, 53), WAN, 1, 1, 0)
    expect([table.count, masq.free.udp]).toEqual([4096, 36_864])
    expect(masq.openOut(udp(LAN2, 1, SERVER - 1, 53), WAN, 1, 1, 0)).toBe(SILENT)
    expect(masq.classicFailure).toBe(FAILURE.noEntry)
    expect(failureText({ protocol: PROTOCOL.udp }, masq.classicFailure, masq.free.udp)).toBe(
      'IP_MASQ: UDP: could not get free masq entry (free=36864)',
    )
  })

  it('are told in the log for four failures in a row, and again after a success', () => {
    const { masq } = bench(2048, { ...few(classic), ports: { ...few(classic).ports, looseUdp: false } })
    const ask = (i: number) => masq.openOut(udp(LAN1, 1 + i, SERVER, 53), WAN, 1, 1, 0)
    for (let i = 0; i < 64; i++) expect(ask(i)).toBeGreaterThanOrEqual(0)
    const told = () => {
      expect(ask(900)).toBe(SILENT)
      return masq.classicFailure
    }
    expect([told(), told(), told(), told(), told(), told()]).toEqual([2, 2, 2, 2, 0, 0])
    masq.remove(3, 0)
    expect(ask(901)).toBeGreaterThanOrEqual(0)
    expect(told()).toBe(FAILURE.noEntry)
  })
})

describe('loose UDP', () => {
  const loose = () => {
    const made = bench(64, classic)
    const slot = made.masq.openOut(udp(LAN1, 5000, SERVER, 27_960), WAN, 1, 1, 0)
    made.masq.outbound(udp(LAN1, 5000, SERVER, 27_960), slot, 0)
    return { ...made, slot }
  }

  it('has one entry for all servers; its recorded destination is overwritten by each packet, both ways', () => {
    const { masq, table, slot } = loose()
    const there = () => [table.server(slot), table.serverPort(slot)]
    expect([table.flags(slot) & FLAG.loose, ...there()]).toEqual([FLAG.loose, SERVER, 27_960])
    expect(masq.findOut(udp(LAN1, 5000, SERVER + 1, 27_961))).toBe(slot)
    expect(there()).toEqual([SERVER + 1, 27_961])
    const answer = udp(SERVER + 2, 9, WAN, 61_000)
    expect(masq.findIn(answer)).toBe(slot)
    expect(there()).toEqual([SERVER + 2, 9])
    masq.inbound(answer, slot, 1)
    expect([answer.destination, answer.destinationPort, answer.source]).toEqual([LAN1, 5000, SERVER + 2])
    expect(table.count).toBe(1)
  })

  it('is nobody else’s: another socket, another port, another address find nothing', () => {
    const { masq } = loose()
    expect(masq.findOut(udp(LAN1, 5001, SERVER, 27_960))).toBe(-1)
    expect(masq.findOut(udp(LAN2, 5000, SERVER, 27_960))).toBe(-1)
    expect(masq.findIn(udp(SERVER, 27_960, WAN, 61_001))).toBe(-1)
    expect(masq.findIn(udp(SERVER, 27_960, WAN + 1, 61_000))).toBe(-1)
    expect(masq.findIn(tcp(SERVER, 27_960, WAN, 61_000, SYN))).toBe(-1)
  })

  it('outlives a restart, and ends whole', () => {
    const { masq, memory, slot } = loose()
    const after = open(memory, 64, classic)
    expect(after.masq.findIn(udp(SERVER + 3, 1, WAN, 61_000))).toBe(slot)
    after.masq.remove(slot, 0)
    expect(after.masq.findIn(udp(SERVER + 3, 1, WAN, 61_000))).toBe(-1)
    expect(after.masq.findOut(udp(LAN1, 5000, SERVER + 3, 1))).toBe(-1)
    expect(masq.free.capacity).toBe(40_960)
  })

  it('can be switched off: then every server has an entry, and a port serves several', () => {
    const { masq, table } = bench(64, few(strict))
    for (let i = 0; i < 64; i++) masq.openOut(udp(LAN1, 1000 + i, SERVER, 53), WAN, 1, 1, 0)
    expect(masq.findOut(udp(LAN1, 1000, SERVER + 1, 53))).toBe(-1)
    masq.remove(63, 0)
    const again = masq.openOut(udp(LAN1, 1000, SERVER + 1, 53), WAN, 1, 1, 0)
    expect(table.masqPort(again)).toBe(61_000)
    expect(masq.findIn(udp(SERVER + 9, 53, WAN, 61_000))).toBe(-1)
  })

  it('switched on over connections of the other kind takes nothing away from them', () => {
    const { masq, table } = bench(64)
    const old = masq.openOut(udp(LAN1, 5000, SERVER, 53), WAN, 1, 1, 0)
    masq.configure(classic, 0)
    const fresh = masq.openOut(udp(LAN1, 5000, SERVER + 1, 53), WAN, 1, 1, 0)
    expect(table.masqPort(fresh)).toBe(table.masqPort(old))
    expect(masq.findIn(udp(SERVER, 53, WAN, 5000))).toBe(old)
    expect(masq.findIn(udp(SERVER + 5, 53, WAN, 5000))).toBe(fresh)
    expect(masq.findOut(udp(LAN1, 5000, SERVER, 53))).toBe(old)
  })
})

it('other protocols are one client for one server, as ever', () => {
  const { masq } = bench(64, classic)
  const gre = udp(LAN1, 1, SERVER, 1)
  gre.protocol = 47
  expect(masq.openOut(gre, WAN, 1, 1, 0)).toBeGreaterThanOrEqual(0)
  expect(masq.free).toMatchObject({ udp: 40_960, tcp: 40_960, icmp: 40_960 })
})

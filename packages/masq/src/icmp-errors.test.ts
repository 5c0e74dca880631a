import { PacketView, parseQuoted, read16 } from '@bauta/packet'
import { describe, expect, it } from 'vitest'
import type { Masquerader } from './masquerader.ts'
import {
  ACK,
  address,
  bench,
  icmpError,
  LAN1,
  LAN2,
  packet,
  parsed,
  ping,
  plainSum,
  SERVER,
  SYN,
  sendNew,
  tcp,
  UDP,
  udp,
  WAN,
} from './testing.ts'

const HOP = address('198.51.100.1')

/** What the error quotes; proves the ICMP checksum and the quoted header's by parsing. */
function quoteOf(error: PacketView): PacketView {
  const quoted = new PacketView()
  expect(parseQuoted(quoted, parsed(error.buffer))).toBe(0)
  return quoted
}

/** Opens a connection whose port cannot be kept, so that every field has to change. */
function openMoved(masq: Masquerader, sent: PacketView, taken: PacketView): number {
  sendNew(masq, taken, 0)
  return sendNew(masq, sent, 0)
}

const kinds = [
  ['UDP', () => udp(LAN1, 5000, SERVER, 33434), () => udp(LAN2, 5000, SERVER, 53), 8],
  ['TCP, 8 bytes quoted', () => tcp(LAN1, 5000, SERVER, 80), () => tcp(LAN2, 5000, SERVER, 80), 8],
  ['TCP, 20 bytes quoted', () => tcp(LAN1, 5000, SERVER, 80), () => tcp(LAN2, 5000, SERVER, 80), 20],
  ['ping', () => ping(LAN1, 5000, SERVER), () => ping(LAN2, 5000, SERVER), 8],
] as const
const types = [
  [3, 0],
  [3, 3],
  [3, 4],
  [4, 0],
  [11, 0],
  [12, 0],
] as const
const cases = kinds.flatMap(([name, sent, taken, quoted]) =>
  types.map(([type, code]) => ({ name, sent, taken, quoted, type, code })),
)

describe('an error from the WAN side', () => {
  it.each(cases)('$type/$code about $name reaches the client as it knows its packet', (given) => {
    const { masq, table } = bench()
    const original = given.sent()
    const before = original.buffer.slice()
    const slot = openMoved(masq, original, given.taken())
    const error = icmpError(HOP, WAN, given.type, given.code, original, given.quoted)
    expect(masq.findErrorIn(error)).toBe(slot)
    masq.translateErrorIn(error, slot)
    const outer = parsed(error.buffer)
    expect(outer).toMatchObject({
      source: HOP,
      destination: LAN1,
      icmpType: given.type,
      icmpCode: given.code,
    })
    expect(quoteOf(error)).toMatchObject({ source: LAN1, destination: SERVER })
    const quoted = error.buffer.subarray(28)
    expect(table.masqPort(slot)).not.toBe(5000)
    expect(quoted).toEqual(before.subarray(0, 20 + given.quoted))
  })

  it('reaches the client of a connection whose port was kept', () => {
    const { masq } = bench()
    const original = udp(LAN1, 5000, SERVER, 53)
    const slot = sendNew(masq, original, 0)
    const error = icmpError(SERVER, WAN, 3, 3, original, 8)
    masq.translateErrorIn(error, masq.findErrorIn(error))
    expect(masq.findErrorIn(icmpError(SERVER, WAN, 3, 3, udp(WAN, 5000, SERVER, 53)))).toBe(slot)
    expect(quoteOf(error)).toMatchObject({ source: LAN1, sourcePort: 5000 })
  })

  it('about no connection of ours belongs to nothing', () => {
    const { masq } = bench()
    sendNew(masq, udp(LAN1, 5000, SERVER, 53), 0)
    const about = (port: number, server: number) => icmpError(HOP, WAN, 3, 3, udp(WAN, port, server, 53))
    expect(masq.findErrorIn(about(5001, SERVER))).toBe(-1)
    expect(masq.findErrorIn(about(5000, HOP))).toBe(-1)
    expect(masq.findErrorIn(icmpError(HOP, WAN, 3, 3, tcp(WAN, 5000, SERVER, 53)))).toBe(-1)
  })

  it('that is sent to another address than the quoted packet came from is refused', () => {
    const { masq } = bench()
    const original = udp(LAN1, 5000, SERVER, 53)
    sendNew(masq, original, 0)
    expect(masq.findErrorIn(icmpError(HOP, address('198.51.100.9'), 3, 3, original))).toBe(-1)
  })

  it('that is a redirect, quotes an error, or quotes damage is left alone', () => {
    const { masq } = bench()
    const original = udp(LAN1, 5000, SERVER, 53)
    sendNew(masq, original, 0)
    expect(masq.findErrorIn(icmpError(HOP, WAN, 5, 1, original))).toBe(-1)
    expect(masq.findErrorIn(icmpError(HOP, WAN, 3, 3, icmpError(WAN, SERVER, 3, 3, original)))).toBe(-1)
    const damaged = udp(WAN, 5000, SERVER, 53)
    damaged.buffer[8] = 1
    expect(masq.findErrorIn(icmpError(HOP, WAN, 3, 3, damaged))).toBe(-1)
    expect(masq.findErrorIn(icmpError(HOP, WAN, 3, 3, original, 4))).toBe(-1)
  })

  it('about a later fragment, which shows no ports, belongs to nothing', () => {
    const { masq } = bench()
    const original = udp(LAN1, 5000, SERVER, 53)
    sendNew(masq, original, 0)
    const { buffer } = original
    buffer[6] = 0
    buffer[7] = 1
    buffer.fill(0, 10, 12)
    const sum = ~plainSum(buffer, 0, 20)
    buffer[10] = sum >>> 8
    buffer[11] = sum
    expect(masq.findErrorIn(icmpError(HOP, WAN, 11, 1, original))).toBe(-1)
  })

  it('never touches state, timer or counters', () => {
    const { masq, table } = bench()
    const original = tcp(LAN1, 5000, SERVER, 80)
    const slot = sendNew(masq, original, 10)
    const error = icmpError(HOP, WAN, 3, 1, original)
    masq.translateErrorIn(error, masq.findErrorIn(error))
    expect([table.stateName(slot), table.lastSeen(slot), table.packetsIn(slot)]).toEqual(['SYN_SENT', 10, 0])
    expect(masq.expire(10 + 24_000, 10)).toBe(1)
  })
})

describe('an error from the LAN side', () => {
  it.each([
    ['UDP', UDP, 8],
    ['TCP', 6, 20],
  ])('about a delivered %s packet reaches the server as it knows its packet', (_, protocol, quoted) => {
    const { masq } = bench()
    const kind = { protocol, destination: SERVER, sourcePort: 5000, destinationPort: 80, tcpFlags: SYN }
    const slot = openMoved(masq, packet({ ...kind, source: LAN1 }), packet({ ...kind, source: LAN2 }))
    const answer = packet({
      protocol,
      source: SERVER,
      destination: WAN,
      sourcePort: 80,
      destinationPort: masq.table.masqPort(slot),
      tcpFlags: ACK,
    })
    const before = answer.buffer.slice()
    masq.inbound(answer, masq.findIn(answer), 1)
    const error = icmpError(LAN1, SERVER, 3, 3, answer, quoted)
    expect(masq.findErrorOut(error)).toBe(slot)
    masq.translateErrorOut(error, slot)
    expect(parsed(error.buffer)).toMatchObject({ source: WAN, destination: SERVER, icmpType: 3, icmpCode: 3 })
    expect(quoteOf(error)).toMatchObject({ source: SERVER, destination: WAN })
    expect(error.buffer.subarray(28)).toEqual(before.subarray(0, 20 + quoted))
  })

  it('about a delivered echo reply carries the masq id', () => {
    const { masq, table } = bench()
    const slot = openMoved(masq, ping(LAN1, 5000, SERVER), ping(LAN2, 5000, SERVER))
    const answer = ping(SERVER, table.masqPort(slot), WAN, 0)
    masq.inbound(answer, slot, 1)
    const error = icmpError(LAN1, SERVER, 3, 1, answer)
    expect(masq.findErrorOut(error)).toBe(slot)
    masq.translateErrorOut(error, slot)
    expect(read16(error.buffer, 28 + 24)).toBe(table.masqPort(slot))
    expect(parsed(error.buffer).source).toBe(WAN)
  })

  it('about packets that were never delivered belongs to nothing', () => {
    const { masq } = bench()
    sendNew(masq, udp(LAN1, 5000, SERVER, 53), 0)
    expect(masq.findErrorOut(icmpError(LAN1, SERVER, 3, 3, udp(SERVER, 53, LAN1, 5001)))).toBe(-1)
    expect(masq.findErrorOut(icmpError(LAN1, HOP, 3, 3, udp(SERVER, 53, LAN1, 5000)))).toBe(-1)
  })
})

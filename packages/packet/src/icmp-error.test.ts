import { describe, expect, test } from 'vitest'
import { buildIcmp, buildTcp, buildUdp, fragment } from './build.ts'
import { read16, read32 } from './checksum.ts'
import { mayAnswerWithError, writeIcmpError, writeTcpReset } from './icmp-error.ts'
import { parsePacket, parseQuoted } from './parse.ts'
import { PacketView } from './view.ts'

const ENDS = { source: '192.168.77.11', destination: '93.184.216.34', sourcePort: 40000, destinationPort: 80 }
const ROUTER = 0xc0a84d01

function parsed(packet: Uint8Array, start = 0, length = packet.length - start): PacketView {
  const view = new PacketView()
  expect(parsePacket(view, packet, start, length)).toBe(0)
  return view
}

describe('ICMP errors', () => {
  test('fragmentation needed: whole header and quote, with the next MTU', () => {
    const original = buildUdp({ ...ENDS, payload: new Uint8Array(1472).fill(5), tos: 0x10 })
    const out = new Uint8Array(700).fill(0xee)
    const length = writeIcmpError(out, 10, parsed(original), 3, 4, ROUTER, 1400)
    expect(length).toBe(576)
    const error = parsed(out, 10, length)
    expect(error).toMatchObject({
      protocol: 1,
      source: ROUTER,
      destination: 0xc0a84d0b,
      icmpType: 3,
      icmpCode: 4,
      ttl: 64,
      tos: 0xd0,
      dontFragment: true,
    })
    expect(read16(out, 36)).toBe(1400)
    expect(out.slice(38, 10 + 576)).toEqual(original.slice(0, 548))
    expect([out[9], out[586]]).toEqual([0xee, 0xee])
    const inner = new PacketView()
    expect(parseQuoted(inner, error)).toBe(0)
    expect(inner).toMatchObject({ sourcePort: 40000, destinationPort: 80, totalLength: 1500 })
  })

  test('a short original is quoted whole, without the padding that came with it', () => {
    const original = buildTcp({ ...ENDS, options: [1, 1, 1, 0] })
    const padded = new Uint8Array(64)
    padded.set(original)
    const out = new Uint8Array(200)
    const length = writeIcmpError(out, 0, parsed(padded), 11, 0, ROUTER, 0)
    expect(length).toBe(28 + 44)
    expect(out.slice(28, 72)).toEqual(original)
    expect(read32(out, 24)).toBe(0)
    parsed(out, 0, length)
  })

  test('what may be answered', () => {
    const may = (packet: Uint8Array) => mayAnswerWithError(parsed(packet))
    const icmp = (type: number) => buildIcmp({ ...ENDS, type, payload: buildUdp(ENDS) })
    expect(may(buildTcp(ENDS))).toBe(true)
    expect(may(buildUdp(ENDS))).toBe(true)
    expect([8, 0, 13, 17].map((type) => may(icmp(type)))).toEqual([true, true, true, true])
    expect([3, 4, 5, 11, 12, 9, 10, 40, 255].map((type) => may(icmp(type)))).toEqual(new Array(9).fill(false))
    const [first, later] = fragment(buildUdp({ ...ENDS, payload: new Uint8Array(24) }), [16])
    expect([may(first!), may(later!)]).toEqual([true, false])
    for (const destination of ['224.0.0.1', '255.255.255.255', '240.0.0.1', '127.0.0.1', '0.1.2.3']) {
      expect(may(buildUdp({ ...ENDS, destination })), destination).toBe(false)
      expect(may(buildUdp({ ...ENDS, source: destination })), destination).toBe(false)
    }
  })
})

describe('TCP resets', () => {
  const answer = (packet: Uint8Array) => {
    const out = new Uint8Array(60).fill(0xee)
    const length = writeTcpReset(out, 10, parsed(packet))
    return { out, length }
  }

  test('to a SYN: acknowledges it', () => {
    const { out, length } = answer(buildTcp({ ...ENDS, flags: 2, sequence: 0xffffffff, payload: [1, 2] }))
    expect(length).toBe(40)
    expect(parsed(out, 10, 40)).toMatchObject({
      source: 0x5db8d822,
      destination: 0xc0a84d0b,
      sourcePort: 80,
      destinationPort: 40000,
      tcpFlags: 20,
      tcpHeaderLength: 20,
    })
    expect([read32(out, 34), read32(out, 38)]).toEqual([0, 2])
    expect(out[50]).toBe(0xee)
  })

  test('to a segment with ACK: takes its place in the sequence', () => {
    const { out } = answer(buildTcp({ ...ENDS, flags: 17, sequence: 1000, acknowledgement: 0xfffffff0 }))
    expect(parsed(out, 10, 40).tcpFlags).toBe(4)
    expect([read32(out, 34), read32(out, 38)]).toEqual([0xfffffff0, 0])
  })

  test('to a FIN without ACK: FIN counts', () => {
    const { out } = answer(buildTcp({ ...ENDS, flags: 1, sequence: 1000, payload: [1, 2, 3] }))
    expect(read32(out, 38)).toBe(1004)
  })

  test('never to a reset, to other protocols or to later fragments', () => {
    expect(answer(buildTcp({ ...ENDS, flags: 4 })).length).toBe(0)
    expect(answer(buildUdp(ENDS)).length).toBe(0)
    expect(answer(fragment(buildTcp({ ...ENDS, payload: new Uint8Array(64) }), [32])[1]!).length).toBe(0)
  })
})

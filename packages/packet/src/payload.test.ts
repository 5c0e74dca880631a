import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { buildTcp, buildUdp } from './build.ts'
import { sumBytes } from './checksum.ts'
import { parsePacket } from './parse.ts'
import {
  cutAt,
  fitInSegments,
  overwrite,
  overwriteNumber,
  packetEnd,
  payloadStart,
  splice,
} from './payload.ts'
import { acknowledgementOf, sequenceOf, setAcknowledgement, setSequence } from './tcp-numbers.ts'
import { PacketView, PROTOCOL } from './view.ts'
import { readVnetHeader, setPartial, VNET_HEADER } from './virtio.ts'

const ENDS = {
  source: '192.168.77.11',
  destination: '93.184.216.34',
  sourcePort: 40_000,
  destinationPort: 21,
}
const ROOM = 70_000

/** A view of a packet with its virtio header, in a buffer with room. */
function viewOf(packet: Uint8Array, partial: boolean): PacketView {
  const buffer = new Uint8Array(ROOM)
  buffer.set(packet, VNET_HEADER)
  if (partial) setPartial(buffer, 0, 20, packet[9] === PROTOCOL.tcp ? 16 : 6)
  const view = new PacketView()
  readVnetHeader(view, buffer, 0)
  expect(parsePacket(view, buffer, VNET_HEADER, packet.length)).toBe(0)
  return view
}

/** Whether it is still well formed, read by somebody who knows only its bytes; what is left to be summed is summed first. */
function isGood(view: PacketView): boolean {
  const again = new PacketView()
  const bytes = view.buffer.slice(0, packetEnd(view))
  readVnetHeader(again, bytes, 0)
  if (parsePacket(again, bytes, VNET_HEADER, bytes.length - VNET_HEADER) !== 0) return false
  if (!again.checksumPartial) return true
  // What hardware does: the sum from the transport header on, inverted, in the place of the partial one.
  const field = again.checksumStart + again.checksumOffset
  const sum = ~sumBytes(bytes, again.checksumStart, bytes.length - again.checksumStart, 0) & 0xffff
  bytes[field] = sum >>> 8
  bytes[field + 1] = sum
  bytes[0] = 0
  bytes[1] = 0
  readVnetHeader(again, bytes, 0)
  return parsePacket(again, bytes, VNET_HEADER, bytes.length - VNET_HEADER) === 0
}

const payload = (view: PacketView): number[] => [...view.buffer.subarray(payloadStart(view), packetEnd(view))]

const packets = fc
  .record({
    tcp: fc.boolean(),
    kind: fc.constantFrom('full', 'partial', 'zero'),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 300 }),
    tcpOptions: fc.constantFrom([], [1, 1, 1, 1], [1, 3, 3, 7]),
  })
  .map(({ tcp, kind, bytes, tcpOptions }) => {
    const checksum = kind === 'zero' && tcp ? 'full' : (kind as 'full' | 'partial' | 'zero')
    const fields = { ...ENDS, payload: bytes, checksum }
    const packet = tcp ? buildTcp({ ...fields, tcpOptions }) : buildUdp(fields)
    return { view: viewOf(packet, checksum === 'partial'), bytes: [...bytes] }
  })

describe('what a packet carries', () => {
  test('bytes are put in the place of others of any length, anywhere; every length and checksum is right', () => {
    fc.assert(
      fc.property(
        packets,
        fc.nat(),
        fc.nat(),
        fc.uint8Array({ maxLength: 400 }),
        ({ view, bytes }, a, b, put) => {
          const at = a % bytes.length
          const removed = b % (bytes.length - at + 1)
          splice(view, payloadStart(view) + at, removed, put, 0, put.length)
          expect(payload(view)).toEqual([...bytes.slice(0, at), ...put, ...bytes.slice(at + removed)])
          expect(isGood(view)).toBe(true)
        },
      ),
    )
  })

  test('the rest is cut off, and numbers are written at any distance', () => {
    fc.assert(
      fc.property(packets, fc.nat(), fc.nat(), ({ view, bytes }, a, value) => {
        const keep = a % (bytes.length + 1)
        cutAt(view, payloadStart(view) + keep)
        expect(payload(view)).toEqual(bytes.slice(0, keep))
        expect(isGood(view)).toBe(true)
        if (keep < 4) return
        overwriteNumber(view, payloadStart(view) + (value % (keep - 3)), value, 4)
        overwrite(view, payloadStart(view), Uint8Array.of(7), 0, 1)
        expect(isGood(view)).toBe(true)
      }),
    )
  })

  test('sequence and acknowledgement are set, also above 2^31', () => {
    const view = viewOf(buildTcp({ ...ENDS, sequence: 0xfffffff0, payload: [1, 2, 3] }), false)
    setSequence(view, 0x80000001 | 0)
    setAcknowledgement(view, -5)
    expect([sequenceOf(view) >>> 0, acknowledgementOf(view)]).toEqual([0x80000001, -5])
    expect(isGood(view)).toBe(true)
  })

  test('a TCP packet that outgrows the link becomes a super-packet with segments as long as before', () => {
    const view = viewOf(buildTcp({ ...ENDS, payload: new Uint8Array(1460).fill(1) }), false)
    const before = view.totalLength
    splice(view, payloadStart(view), 4, new Uint8Array(44).fill(2), 0, 44)
    fitInSegments(view, before, 0)
    expect(view).toMatchObject({ gsoSize: 1460, checksumPartial: true, totalLength: 1540 })
    expect([...view.buffer.subarray(0, VNET_HEADER)]).toEqual([1, 1, 40, 0, 180, 5, 20, 0, 16, 0])
    expect(isGood(view)).toBe(true)
    cutAt(view, payloadStart(view) + 100)
    expect(view.gsoSize).toBe(0)
    expect(isGood(view)).toBe(true)
  })

  test('a datagram that outgrows the link may be fragmented, with an identification for it', () => {
    const packet = buildUdp({ ...ENDS, dontFragment: true, payload: new Uint8Array(1472).fill(1) })
    const view = viewOf(packet, false)
    splice(view, payloadStart(view), 1, new Uint8Array(20), 0, 20)
    fitInSegments(view, packet.length, 0x1234)
    expect(view).toMatchObject({ dontFragment: false, id: 0x1234 })
    expect(isGood(view)).toBe(true)
  })

  test('one that still fits stays what it is', () => {
    const view = viewOf(buildTcp({ ...ENDS, payload: new Uint8Array(100) }), false)
    splice(view, payloadStart(view), 0, new Uint8Array(50), 0, 50)
    fitInSegments(view, 140, 0)
    expect(view.gsoSize).toBe(0)
  })
})

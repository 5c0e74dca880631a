/** H.323’s messages, written bit by bit after H.225.0 annex H and X.691. */
import { parseAddress } from '@bauta/config'
import { read16 } from '@bauta/packet'
import { describe, expect, it } from 'vitest'
import { type H225Part, readH225 } from './h225-message.ts'
import { findMediaAddress } from './h245-message.ts'
import { PerWriter } from './per-writer.ts'
import { findUserUser, tpktBody, tpktEnd, userUserEnd } from './q931-message.ts'
import { bytesOf } from './testing.ts'

const OWN = '192.168.77.11'
const CONTROL: [string, number] = [OWN, 1503]
const SIGNAL: [string, number] = [OWN, 1720]
const OLC = bytesOf('00 0000 c0a84d0b 1388')

interface Call {
  control?: boolean
  signal?: boolean
  fastStart?: Uint8Array[]
  tunnel?: Uint8Array[]
  gateway?: boolean
}

function endpoint(w: PerWriter, { gateway = false }: Call = {}): void {
  w.bits(0, 1).bits(gateway ? 0b010100 : 0b010001, 6)
  // Vendor: country 181, extension 0, maker 21324, product "box", version "1".
  w.bits(0, 1)
    .bits(0b11, 2)
    .bits(0, 1)
    .whole(bytesOf('b500534c'))
    .whole(bytesOf('02 626f78'))
    .whole(bytesOf('00 31'))
  if (gateway) w.bits(0, 1).bits(0b10, 2)
  else w.bits(0, 1).bits(0, 1)
  w.bits(0, 2)
}

function setup(call: Call): Uint8Array {
  const w = pdu(0, call)
  const additions = (call.signal ? 1 : 0) + (call.fastStart ? 1 : 0)
  w.bits(additions > 0 ? 1 : 0, 1)
  w.bits(call.control ? 1 : 0, 1)
    .bits(0b11, 2)
    .bits(0, 4)
  w.whole(bytesOf('06 0008914a0004'))
  if (call.control) w.transport(CONTROL)
  // Who calls, by name; whom, by digits.
  w.whole([1]).bits(0, 1).bits(1, 1).whole(bytesOf('02 0061006e006e'))
  endpoint(w, call)
  w.whole([1]).bits(0, 1).bits(0, 1).bits(2, 7).align().bits(0x3, 4).bits(0x4, 4).bits(0x5, 4)
  w.bits(0, 1).whole(new Uint8Array(16).fill(0xcd)).bits(0, 1).bits(0, 2).bits(0, 1).bits(0, 2)
  if (additions > 0) {
    w.bits(0, 1).bits(6, 6)
    w.bits(call.signal ? 1 : 0, 1)
      .bits(0, 5)
      .bits(call.fastStart ? 1 : 0, 1)
    if (call.signal) w.open((inside) => inside.transport(SIGNAL))
    if (call.fastStart) w.open((inside) => inside.strings(call.fastStart!))
  }
  return finish(w, call)
}

function connect(call: Call): Uint8Array {
  const w = pdu(2, call)
  w.bits(call.fastStart ? 1 : 0, 1)
    .bits(call.control ? 1 : 0, 1)
    .whole(bytesOf('06 0008914a0004'))
  if (call.control) w.transport(CONTROL)
  endpoint(w)
  w.whole(new Uint8Array(16))
  if (call.fastStart) {
    w.bits(0, 1).bits(4, 6).bits(0b00001, 5)
    w.open((inside) => inside.strings(call.fastStart!))
  }
  return finish(w, call)
}

function alerting(call: Call): Uint8Array {
  const w = pdu(3, call)
  w.bits(0, 1).bits(1, 1).whole(bytesOf('06 0008914a0004'))
  endpoint(w)
  return finish(w.transport(CONTROL), call)
}

function facility(call: Call): Uint8Array {
  const w = pdu(6, call)
  w.bits(1, 1)
    .bits(0b001, 3)
    .whole(bytesOf('06 0008914a0004'))
    .whole(new Uint8Array(16))
    .bits(0, 1)
    .bits(3, 2)
  w.bits(0, 1).bits(6, 6).bits(0b0000001, 7)
  w.open((inside) => inside.transport(CONTROL))
  return finish(w, call)
}

function progress(call: Call): Uint8Array {
  const w = new PerWriter().bits(0, 2).bits(0, 2).bits(1, 1).bits(0, 1).bits(0, 6)
  w.open((inside) => {
    inside.bits(0, 1).bits(0b10001, 5).whole(bytesOf('06 0008914a0004'))
    endpoint(inside)
    inside.transport(CONTROL).bits(0, 1).whole(new Uint8Array(16)).strings(call.fastStart!)
  })
  return w.bytes()
}

const pdu = (kind: number, call: Call) =>
  new PerWriter()
    .bits(0, 2)
    .bits(call.tunnel ? 1 : 0, 1)
    .bits(0, 1)
    .bits(0, 1)
    .bits(kind, 3)

function finish(w: PerWriter, { tunnel }: Call): Uint8Array {
  if (tunnel) {
    w.bits(0, 1).bits(2, 6).bits(0b011, 3)
    w.open((inside) => inside.bits(1, 1)).open((inside) => inside.strings(tunnel))
  }
  return w.bytes()
}

function parts(bytes: Uint8Array): [boolean, [H225Part, number][]] {
  const list: [H225Part, number][] = []
  const understood = readH225(bytes, 0, bytes.length, (part, from, to) => {
    list.push([part, part === 'message' ? to - from : read16(bytes, from + 4)])
  })
  return [understood, list]
}

describe('H.225', () => {
  it.each([
    [
      'Setup with all of it',
      setup({ control: true, signal: true, fastStart: [OLC, OLC], tunnel: [OLC] }),
      'csmmm',
    ],
    ['Setup with nothing', setup({}), ''],
    ['Setup of a gateway that names no protocols', setup({ signal: true }), 's'],
    ['Connect', connect({ control: true, fastStart: [OLC] }), 'cm'],
    ['Connect, tunnelled', connect({ tunnel: [OLC, OLC] }), 'mm'],
    ['Alerting', alerting({}), 'c'],
    ['Facility', facility({}), 'c'],
    ['Progress', progress({ fastStart: [OLC] }), 'cm'],
  ])('%s', (_, bytes, letters) => {
    const [understood, list] = parts(bytes)
    expect(understood).toBe(true)
    const ports = { c: ['control', 1503], s: ['signal', 1720], m: ['message', OLC.length] } as const
    expect(list).toEqual([...letters].map((letter) => ports[letter as 'c']))
  })
  it('what it does not understand it says so: a gateway’s protocols, a message cut anywhere', () => {
    expect(parts(setup({ gateway: true }))[0]).toBe(false)
    const whole = setup({ control: true, signal: true, fastStart: [OLC], tunnel: [OLC] })
    for (let to = 0; to < whole.length; to++) expect(parts(whole.slice(0, to))[0]).toBe(false)
  })
})

describe('Q.931 and TPKT', () => {
  const user = bytesOf('05 20 00')
  const call = bytesOf('0300 0016 08 02 1234 05 04 03 8893a5 a1 7e 0003')
  const packet = Uint8Array.from([...call, ...user])
  it('finds what H.225 says, behind other elements', () => {
    packet[3] = packet.length
    expect(tpktEnd(packet, 0, packet.length)).toBe(packet.length)
    const at = findUserUser(packet, tpktBody(0), packet.length)
    expect([packet[at], userUserEnd(packet, at)]).toEqual([0x20, packet.length])
  })
  it('waits for the whole packet', () => {
    expect(tpktEnd(packet, 0, packet.length - 1)).toBe(-1)
    expect(findUserUser(packet, 4, packet.length - 1)).toBe(-1)
    expect(findUserUser(bytesOf('09 02 1234 05'), 0, 5)).toBe(-1)
  })
})

it('H.245: finds its own address with a port above 1023, and no other', () => {
  const own = parseAddress(OWN)! | 0
  expect(findMediaAddress(OLC, 0, OLC.length, own)).toBe(3)
  expect(findMediaAddress(OLC, 0, OLC.length - 1, own)).toBe(-1)
  expect(findMediaAddress(OLC, 0, OLC.length, own + 1)).toBe(-1)
  expect(findMediaAddress(bytesOf('c0a84d0b 0050'), 0, 6, own)).toBe(-1)
})

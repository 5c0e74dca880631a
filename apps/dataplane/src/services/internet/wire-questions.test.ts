import { write16, write32 } from '@bauta/packet'
import { buildUdp } from '@bauta/packet/build'
import { describe, expect, test } from 'vitest'
import { dhcpDiscover, pppoeInitiation, wireAnswer } from './wire-questions.ts'

const MAC = Uint8Array.from([2, 0, 0, 0, 0, 7])
const ID = 0x12345678
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

test('PADI as a golden frame', () => {
  expect(hex(pppoeInitiation(MAC, ID))).toBe(
    `ffffffffffff0200000000078863${'11090000000c'}${'01010000'}${'0103000412345678'}${'00'.repeat(28)}`,
  )
})

test('DHCPDISCOVER: from nobody to everybody, with the question’s number, and no address asked for', () => {
  const frame = hex(dhcpDiscover(MAC, ID))
  expect(frame.startsWith('ffffffffffff0200000000070800')).toBe(true)
  expect(frame).toContain('00000000ffffffff00440043')
  expect(frame).toContain('0101060012345678000080000000')
  expect(frame).toContain('63825363350101' + '3d0701020000000007' + '37020103' + 'ff')
})

function offer(changes: { id?: number; message?: number; port?: number } = {}): Uint8Array {
  const message = new Uint8Array(300)
  message[0] = 2
  write32(message, 4, changes.id ?? ID)
  write32(message, 16, 0xc6336432)
  write32(message, 236, 0x63825363)
  const options = [
    53,
    1,
    changes.message ?? 2,
    0,
    1,
    4,
    255,
    255,
    255,
    0,
    3,
    4,
    198,
    51,
    100,
    1,
    54,
    4,
    198,
    51,
    100,
    2,
    255,
  ]
  message.set(options, 240)
  const packet = buildUdp({
    source: '198.51.100.1',
    destination: '255.255.255.255',
    sourcePort: changes.port ?? 67,
    destinationPort: 68,
    payload: message,
  })
  const frame = new Uint8Array(14 + packet.length)
  write16(frame, 12, 0x0800)
  frame.set(packet, 14)
  return frame
}

describe('an answer', () => {
  test('of a DHCP server', () => {
    expect(wireAnswer(offer(), ID)).toEqual({
      dhcp: { server: '198.51.100.2', address: '198.51.100.50', bits: 24, gateway: '198.51.100.1' },
    })
  })

  test('of a concentrator', () => {
    const tags = '0101000661' + '6c6c2d696e' + '0102000461632d31' + '0103000412345678' + '00000000'
    const length = (tags.length / 2).toString(16).padStart(4, '0')
    const frame = Buffer.from(
      `0200000000070200000000018863110700 00${length}${tags}`.replace(/ /g, ''),
      'hex',
    )
    expect(wireAnswer(frame, ID)).toEqual({ pppoe: { concentrator: 'ac-1', services: ['all-in'] } })
    expect(wireAnswer(frame, ID + 1)).toBe(null)
  })

  test.each([{ id: 1 }, { message: 5 }, { port: 53 }])('to somebody else is none: %j', (changes) => {
    expect(wireAnswer(offer(changes), ID)).toBe(null)
  })

  test('that is cut off anywhere, or random, harms nobody', () => {
    const whole = offer()
    for (let length = 0; length < whole.length; length++) wireAnswer(whole.slice(0, length), ID)
    let seed = 7
    const next = () => {
      seed = (seed * 1_103_515_245 + 12_345) >>> 0
      return seed >>> 24
    }
    for (let i = 0; i < 20_000; i++) {
      const bytes = Uint8Array.from({ length: 20 + (next() % 80) }, next)
      write16(bytes, 12, i % 2 ? 0x8863 : 0x0800)
      if (i % 2) bytes.set([0x11, 7], 14)
      wireAnswer(bytes, ID)
    }
  })
})

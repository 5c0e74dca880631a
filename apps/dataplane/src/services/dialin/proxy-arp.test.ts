import { parseAddress } from '@bauta/config'
import { expect, it } from 'vitest'
import { announcement, macBytes, replyTo } from './proxy-arp.ts'

const BOX = macBytes('02:00:00:00:00:01')
const CALLER = parseAddress('192.168.77.50')!
const frame = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(/[^0-9a-f]/g, ''), 'hex'))
const hex = (bytes: Uint8Array | null) => bytes && Buffer.from(bytes).toString('hex')

/** Who has `target`? Tell `sender`. */
const question = (target: string, sender = 'c0a84d0b') =>
  frame(`ffffffffffff 020000000011 0806 0001 0800 06 04 0001 020000000011 ${sender} 000000000000 ${target}`)

it('answers for a caller with the box’s own hardware address', () => {
  expect(hex(replyTo(question('c0a84d32'), new Set([CALLER]), BOX))).toBe(
    hex(
      frame(
        '020000000011 020000000001 0806 0001 0800 06 04 0002 020000000001 c0a84d32 020000000011 c0a84d0b',
      ),
    ),
  )
})

it('says to one who asks whether the address is free that it is not (RFC 5227)', () => {
  const reply = replyTo(question('c0a84d32', '00000000'), new Set([CALLER]), BOX)!
  expect(hex(reply.subarray(28, 32))).toBe('c0a84d32')
})

it.each([
  ['for somebody else', question('c0a84d33')],
  ['that is an answer', frame(hex(question('c0a84d32'))!.replace('06040001', '06040002'))],
  ['that is cut short', question('c0a84d32').subarray(0, 41)],
  ['that is IPv4', frame(hex(question('c0a84d32'))!.replace('0806', '0800'))],
  ['of the box itself', frame(hex(question('c0a84d32'))!.replaceAll('020000000011', '020000000001'))],
])('says nothing to a frame %s', (_, bytes) => {
  expect(replyTo(bytes, new Set([CALLER]), BOX)).toBeNull()
})

it('announces a caller to everybody', () => {
  expect(hex(announcement(CALLER, BOX))).toBe(
    hex(
      frame(
        'ffffffffffff 020000000001 0806 0001 0800 06 04 0001 020000000001 c0a84d32 000000000000 c0a84d32',
      ),
    ),
  )
})

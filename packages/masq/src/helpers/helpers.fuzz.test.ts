/** Any bytes, in any pieces, both ways: no helper throws, writes outside of the payload, holds for ever or opens a port that is not safe. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { cuseeme } from './cuseeme.ts'
import { FakeConversation } from './fake-conversation.ts'
import { h323 } from './h323.ts'
import { icq } from './icq.ts'
import { pptp } from './pptp.ts'
import { quake } from './quake.ts'
import { raudio } from './raudio.ts'
import { rtsp } from './rtsp.ts'
import { sip } from './sip.ts'
import { vdolive } from './vdolive.ts'

const HELPERS = [raudio, rtsp, vdolive, cuseeme, quake, icq, pptp, h323, sip]

const PIECES = [
  'SETUP rtsp://x RTSP/1.0\r\nTransport: RTP/AVP;client_port=6970-6971\r\n\r\n',
  'SETUP rtsp://x RTSP/1.0\r\nTransport: RTP/AVP;client_port=22-23\r\nContent-Length: 9\r\n\r\n',
  '$\0\0\x04abcd',
  'PNA\0\n\0\x01\0\x02\x1b\x3a\0\0',
  '\0\0\0\0\0\0\0\x01VDO Live\0\0\x1b\x3a',
  '\x80\0\0\x0c\x01QUAKE\0\x03',
  '\x80\0\0\x09\x81\x16\x69\0\0',
  '\0\x10\0\x01\x1a\x2b\x3c\x4d\0\x07\0\0\x40\x01\0\x01',
  '\x03\0\0\x0e\x08\x02\0\0\x05\x7e\0\x03\x05\x20',
  '\x03\0\0\x0b\0\xc0\xa8\x4d\x0b\x13\x88',
  'INVITE sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP 192.168.77.11:5060\r\nContent-Type: application/sdp\r\n\r\nc=IN IP4 192.168.77.11\r\nm=audio 6000 RTP/AVP 0\r\n',
  'RTSP/1.0 200 OK\r\nTransport: client_port=6970-6971\r\n\r\n',
]
const piece = fc.oneof(
  fc.constantFrom(...PIECES),
  fc.uint8Array({ maxLength: 30 }).map((bytes) => String.fromCharCode(...bytes)),
)

it.each(HELPERS)('$name', (helper) => {
  fc.assert(
    fc.property(
      fc.array(piece, { minLength: 1, maxLength: 8 }),
      fc.array(fc.tuple(fc.nat(60), fc.boolean()), { minLength: 1, maxLength: 30 }),
      fc.boolean(),
      fc.nat(1),
      (texts, cuts, fromOutside, stage) => {
        const all = Uint8Array.from(texts.join(''), (letter) => letter.charCodeAt(0))
        const talk = new FakeConversation(helper, {
          fromOutside,
          stage,
          protocol: helper.name === 'sip' ? 17 : 6,
        })
        let at = 0
        for (const [length, out] of cuts) {
          const part = all.slice(at, at + length + 1)
          if (out) talk.out(part)
          else talk.back(part)
          at += length + 1
        }
        for (const { opener, nearPort, near } of talk.expected) {
          expect(near).toBe(talk.client)
          if (opener !== 0) expect(nearPort).toBeGreaterThanOrEqual(1024)
        }
        expect([talk.stage, talk.note].every((value) => Number.isInteger(value) && value >= 0)).toBe(true)
        expect(talk.stage).toBeLessThan(256)
        expect(talk.note).toBeLessThan(65_536)
      },
    ),
    { numRuns: 1500 },
  )
})

it.each(HELPERS)('$name does not hold what can never become anything', (helper) => {
  for (const text of PIECES) {
    const talk = new FakeConversation(helper)
    const first = Uint8Array.from(text.slice(0, 3), (letter) => letter.charCodeAt(0))
    let passed = talk.out(first).length
    for (let i = 0; i < 40 && !talk.left; i++) passed += talk.out(new Uint8Array(1000).fill(0x41)).length
    expect(talk.left || passed > 20_000).toBe(true)
  }
})

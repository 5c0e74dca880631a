/** Whatever strangers send: nothing throws, reads outside of what it was given, changes it, or searches for long. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { findCuseemeClient, findCuseemeDestination, findCuseemeSource } from './cuseeme-message.ts'
import { readH225 } from './h225-message.ts'
import { findMediaAddress } from './h245-message.ts'
import { IcqLogin } from './icq-login.ts'
import { isPna, nextPnaPort } from './pna-message.ts'
import { pptpConnected, pptpKind, pptpLength } from './pptp-message.ts'
import { findUserUser, tpktEnd, userUserEnd } from './q931-message.ts'
import { findQuakePort, isQuakeConnect } from './quake-message.ts'
import { findDestination, nextClientPort, RtspMessage, TransportField } from './rtsp-message.ts'
import { isSip, rewriteSipIn, rewriteSipOut } from './sip-message.ts'
import { Splices } from './splices.ts'
import { Reading } from './text-fields.ts'
import { findVdolivePort } from './vdolive-message.ts'

const OWN = 0xc0a84d0b | 0
const END = { address: OWN, port: 5060, shownAddress: 0xc6336402 | 0, shownPort: 61000 }
const splices = new Splices()
const reading = new Reading()
const login = new IcqLogin()

type Reader = (bytes: Uint8Array, from: number, to: number) => void

const READERS: Record<string, Reader> = {
  cuseeme(bytes, from, to) {
    for (const find of [findCuseemeSource, findCuseemeDestination, findCuseemeClient])
      within(find(bytes, from, to, OWN), 4, from, to)
  },
  h225(bytes, from, to) {
    readH225(bytes, from, to, (_, start, end) => within(start, end - start, from, to))
  },
  h245(bytes, from, to) {
    within(findMediaAddress(bytes, from, to, OWN), 6, from, to)
  },
  icq(bytes, from, to) {
    if (!login.read(bytes, from, to)) return
    expect(login.port).toBeLessThan(65536)
    expect(login.write(0, 61000, OWN).length).toBe(to - from)
  },
  pna(bytes, from, to) {
    if (!isPna(bytes, from, to)) return
    let port = nextPnaPort(bytes, from, to)
    for (let times = 0; port >= 0; times++) {
      expect(times).toBeLessThan(to - from)
      within(port, 2, from, to)
      port = nextPnaPort(bytes, from, to, port)
    }
  },
  pptp(bytes, from, to) {
    if (pptpKind(bytes, from, to) === 0) return
    within(from, pptpLength(bytes, from), from, to)
    pptpConnected(bytes, from)
  },
  q931(bytes, from, to) {
    within(from, tpktEnd(bytes, from, to) - from, from, to)
    const user = findUserUser(bytes, from, to)
    if (user >= 0) within(user, userUserEnd(bytes, user) - user, from, to)
  },
  quake(bytes, from, to) {
    isQuakeConnect(bytes, from, to)
    within(findQuakePort(bytes, from, to), 4, from, to)
  },
  rtsp(bytes, from, to) {
    const message = new RtspMessage()
    const field = new TransportField()
    if (!message.read(bytes, from, to, reading)) return
    expect(message.headersEnd).toBeLessThanOrEqual(to)
    within(findDestination(bytes, message.headers, message.headersEnd), 0, from, to)
    let at = message.headers
    while (nextClientPort(bytes, at, message.headersEnd, field, reading)) {
      expect(field.end).toBeGreaterThan(at)
      within(field.at, field.end - field.at, from, to)
      at = field.end
    }
  },
  sip(bytes, from, to) {
    isSip(bytes, from, to)
    for (const rewrite of [rewriteIn, rewriteOut]) {
      splices.clear()
      rewrite(bytes, from, to)
      splices.apply((at, length) => {
        within(at, length, from, to)
        return true
      })
    }
  },
  vdolive(bytes, from, to) {
    within(findVdolivePort(bytes, from, to), 2, from, to)
  },
}

function rewriteIn(bytes: Uint8Array, from: number, to: number): void {
  rewriteSipIn(bytes, from, to, END, splices)
}

function rewriteOut(bytes: Uint8Array, from: number, to: number): void {
  rewriteSipOut(bytes, from, to, END, (port) => port, splices)
}

/** Either -1 or all of it between the two offsets. */
function within(at: number, length: number, from: number, to: number): void {
  if (at < 0 || length < 0) return
  expect(at).toBeGreaterThanOrEqual(from)
  expect(at + length).toBeLessThanOrEqual(to)
}

/** Pieces of which messages are made, so that more than the first byte is looked at. */
const PIECES = [
  'SETUP rtsp://x RTSP/1.0\r\n',
  'RTSP/1.0 200 OK\r\n',
  'Transport: ',
  'RTP/AVP;unicast;client_port=',
  '6970-6971',
  ';destination=192.168.77.11',
  '\r\n',
  '\n',
  'INVITE sip:a@b SIP/2.0\r\n',
  'SIP/2.0 200 OK\r\n',
  'Via: SIP/2.0/UDP 192.168.77.11:5060\r\n',
  'Contact: <sip:a@192.168.77.11',
  'Content-Length: ',
  'l:99999999999',
  'Content-Type: application/sdp\r\n',
  'm=audio 6000 RTP/AVP 0\r\n',
  'c=IN IP4 192.168.77.11\r\n',
  'a=rtcp:',
  '192.168.77.11',
  'PNA\0\n',
  '\0\x01\0\x02\x1b\x3a',
  '\x80\0\0\x09\x81',
  '\0\x10\0\x01\x1a\x2b\x3c\x4d\0\x07',
  '\x03\0\0\x20\x08\x02\0\0\x05\x7e\0\x10\x05',
  '\x30\x01\x88\x0b',
  '\xc0\xa8\x4d\x0b\x13\x88',
  '\x02\0\xe8\x03',
  '\x05\0\0\0',
  'VDO Live',
]

const piece = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...PIECES) },
  fc.uint8Array({ maxLength: 24 }).map((bytes) => String.fromCharCode(...bytes)),
)
const payload = fc
  .array(piece, { maxLength: 12 })
  .map((list) => Uint8Array.from(list.join(''), (letter) => letter.charCodeAt(0)))

it.each(Object.entries(READERS))('%s', (_, read) => {
  fc.assert(
    fc.property(payload, fc.nat(40), fc.nat(40), (bytes, before, behind) => {
      // Around it lies what belongs to others; it is full of what would be found there.
      const whole = new Uint8Array(before + bytes.length + behind).fill(0xc0)
      whole.set(bytes, before)
      const copy = whole.slice()
      read(whole, before, before + bytes.length)
      expect(whole).toEqual(copy)
    }),
    { numRuns: 3000 },
  )
})

it.each(Object.entries(READERS))('%s: the longest there can be takes no time', (_, read) => {
  for (const text of PIECES) {
    const bytes = new Uint8Array(65_535)
    for (let at = 0; at + text.length <= bytes.length; at += text.length)
      for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i)
    const start = performance.now()
    read(bytes, 0, bytes.length)
    expect(performance.now() - start).toBeLessThan(500)
  }
})

import { parseAddress } from '@bauta/config'
import { describe, expect, it } from 'vitest'
import { type GivePort, isSip, rewriteSipIn, rewriteSipOut, type SipEnd } from './sip-message.ts'
import { Splices } from './splices.ts'
import { linesOf, textOf } from './testing.ts'

const OUT: SipEnd = {
  address: parseAddress('192.168.77.11')! | 0,
  port: 5060,
  shownAddress: parseAddress('198.51.100.2')! | 0,
  shownPort: 61000,
}
const IN: SipEnd = {
  address: OUT.shownAddress,
  port: OUT.shownPort,
  shownAddress: OUT.address,
  shownPort: OUT.port,
}
const splices = new Splices()

function written(bytes: Uint8Array): string[] {
  let text = textOf(bytes)
  splices.apply((at, length, put) => {
    text = text.slice(0, at) + put + text.slice(at + length)
    return true
  })
  return text.split('\r\n')
}

function out(lines: string[], give: GivePort = (port) => port + 20_000): string[] {
  const bytes = linesOf(...lines)
  splices.clear()
  rewriteSipOut(bytes, 0, bytes.length, OUT, give, splices)
  return written(bytes)
}

function back(lines: string[]): string[] {
  const bytes = linesOf(...lines)
  splices.clear()
  rewriteSipIn(bytes, 0, bytes.length, IN, splices)
  return written(bytes)
}

const HEAD = [
  'INVITE sip:bob@sip.example SIP/2.0',
  'Via: SIP/2.0/UDP 192.168.77.11:5060;branch=z9hG4bK1;rport',
  'From: <sip:ann@192.168.77.11>;tag=1',
  'To: <sip:bob@sip.example>',
  'Call-ID: 1@192.168.77.11',
  'Contact: "192.168.77.110" <sip:ann@192.168.77.11>',
]
const BODY = [
  'v=0',
  'o=ann 1 1 IN IP4 192.168.77.11',
  's=-',
  'c=IN IP4 192.168.77.11',
  't=0 0',
  'm=audio 6000 RTP/AVP 0',
  'a=rtcp:6005 IN IP4 192.168.77.11',
  'm=video 0 RTP/AVP 31',
  'm=video 6010 RTP/AVP 31',
]
const bodyLength = (body: string[]) => body.join('\r\n').length + 2

describe('SIP from the client', () => {
  it('places become those that the other side can reach; names of people and calls stay', () => {
    expect(out([...HEAD, 'Content-Length: 0', ''])).toEqual([
      HEAD[0],
      'Via: SIP/2.0/UDP 198.51.100.2:61000;branch=z9hG4bK1;rport',
      HEAD[2],
      HEAD[3],
      HEAD[4],
      'Contact: "192.168.77.110" <sip:ann@198.51.100.2:61000>',
      'Content-Length: 0',
      '',
      '',
    ])
  })
  it('sound and pictures: address, ports and the length of the body', () => {
    const lines = out([...HEAD, 'c: application/sdp', `l: ${bodyLength(BODY)}`, '', ...BODY])
    const body = lines.slice(lines.indexOf('') + 1, -1)
    expect(body).toEqual([
      'v=0',
      'o=ann 1 1 IN IP4 198.51.100.2',
      's=-',
      'c=IN IP4 198.51.100.2',
      't=0 0',
      'm=audio 26000 RTP/AVP 0',
      'a=rtcp:26005 IN IP4 198.51.100.2',
      'm=video 0 RTP/AVP 31',
      'm=video 26010 RTP/AVP 31',
    ])
    expect(lines).toContain(`l: ${bodyLength(body)}`)
  })
  it('asks for two ports, or for each by itself where RTCP has its own', () => {
    const asked: unknown[] = []
    out([...HEAD, 'Content-Type: application/sdp', '', ...BODY], (...wish) => {
      asked.push(wish)
      return wish[0]
    })
    expect(asked).toEqual([
      [6000, 1, true],
      [6005, 1, true],
      [6010, 2, true],
    ])
  })
  it('media elsewhere than at the client are none of ours', () => {
    const body = ['v=0', 'o=ann 1 1 IN IP4 203.0.113.9', 'c=IN IP4 203.0.113.9', 'm=audio 6000 RTP/AVP 0']
    const lines = [...HEAD.slice(0, 1), 'Content-Type: application/sdp', '', ...body]
    expect(out(lines)).toEqual([...lines, ''])
  })
  it('a port that cannot be had stays', () => {
    const lines = out(['SIP/2.0 200 OK', 'Contact: <sip:ann@192.168.77.11:9999>', ''], () => 0)
    expect(lines[1]).toBe('Contact: <sip:ann@192.168.77.11:9999>')
  })
})

describe('SIP to the client', () => {
  it('finds its own places again', () => {
    expect(
      back([
        'INVITE sip:ann@198.51.100.2:61000 SIP/2.0',
        'Via: SIP/2.0/UDP 93.184.216.34:5060;branch=z9hG4bK2',
        'Route: <sip:198.51.100.2:61000;lr>',
        'Content-Type: application/sdp',
        '',
        'c=IN IP4 198.51.100.2',
      ]),
    ).toEqual([
      'INVITE sip:ann@192.168.77.11:5060 SIP/2.0',
      'Via: SIP/2.0/UDP 93.184.216.34:5060;branch=z9hG4bK2',
      'Route: <sip:192.168.77.11:5060;lr>',
      'Content-Type: application/sdp',
      '',
      'c=IN IP4 198.51.100.2',
      '',
    ])
  })
  it('another port of the box stays', () => {
    expect(back(['SIP/2.0 200 OK', 'Via: SIP/2.0/UDP 198.51.100.2:61001', ''])[1]).toContain(':61001')
  })
})

it.each([
  ['SIP/2.0 100 Trying', true],
  ['OPTIONS sip:x SIP/2.0', true],
  ['GET / HTTP/1.1', false],
  ['', false],
])('“%s” is SIP: %s', (line, is) => {
  const bytes = linesOf(line)
  expect(isSip(bytes, 0, bytes.length)).toBe(is)
})

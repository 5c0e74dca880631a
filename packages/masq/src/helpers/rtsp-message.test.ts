import { describe, expect, it } from 'vitest'
import { findDestination, nextClientPort, RTSP, RtspMessage, TransportField } from './rtsp-message.ts'
import { latin, linesOf, textOf } from './testing.ts'
import { Reading } from './text-fields.ts'

const message = new RtspMessage()
const reading = new Reading()

const SETUP = linesOf(
  'SETUP rtsp://cam.example/live/trackID=1 RTSP/1.0',
  'CSeq: 3',
  'Transport: RTP/AVP/UDP;unicast;client_port=6970-6971;destination=192.168.77.11,RTP/AVP;client_port=7000',
  'User-Agent: player',
  '',
)

const read = (bytes: Uint8Array, to = bytes.length) => message.read(bytes, 0, to, reading)

function ports(bytes: Uint8Array): [number, number][] {
  const found = new TransportField()
  const list: [number, number][] = []
  let at = message.headers
  while (nextClientPort(bytes, at, message.headersEnd, found, reading)) {
    list.push([found.first, found.last])
    at = found.end
  }
  return list
}

describe('RTSP', () => {
  it('finds every port that a player names, one or two', () => {
    expect(read(SETUP)).toBe(true)
    expect(message.kind).toBe(RTSP.setup)
    expect(message.end).toBe(SETUP.length)
    expect(ports(SETUP)).toEqual([
      [6970, 6971],
      [7000, 0],
    ])
    const at = findDestination(SETUP, message.headers, message.headersEnd)
    expect(textOf(SETUP.subarray(at, at + 13))).toBe('192.168.77.11')
  })
  it('waits for the whole header', () => {
    for (let to = 0; to < SETUP.length; to++) expect(read(SETUP, to)).toBe(false)
  })
  it('knows where the body ends and the next message begins', () => {
    const two = linesOf(
      'SET_PARAMETER rtsp://x RTSP/1.0',
      'Content-Length: 7',
      '',
      'abcde',
      'PAUSE x RTSP/1.0',
      '',
    )
    expect(read(two)).toBe(true)
    expect(textOf(two.subarray(message.end)).startsWith('PAUSE')).toBe(true)
  })
  it('an answer repeats the ports', () => {
    const answer = linesOf(
      'RTSP/1.0 200 OK',
      'transport: RTP/AVP;unicast;client_port=61000-61001;server_port=5000-5001',
      '',
    )
    expect(read(answer)).toBe(true)
    expect(message.kind).toBe(RTSP.response)
    expect(ports(answer)).toEqual([[61000, 61001]])
  })
  it('only looks into the Transport header', () => {
    const other = linesOf('SETUP rtsp://x RTSP/1.0', 'X-Note: client_port=6970-6971', '')
    expect(read(other)).toBe(true)
    expect(ports(other)).toEqual([])
  })
  it.each([
    'POST / HTTP/1.1',
    'SETUP rtsp://x HTTP/1.1',
    'GET /?SETUP rtsp://x RTSP/1.0',
    'SETUPrtsp://x RTSP/1.0',
    '$$$$',
  ])('%s is none of it', (line) => {
    expect(read(linesOf(line, 'Transport: RTP/AVP;client_port=6970-6971', ''))).toBe(false)
    expect(message.kind).toBe(RTSP.none)
  })
  it.each(['client_port=99999', 'client_port=', 'client_port=-5', 'client_port=x'])(
    '%s is no port',
    (text) => {
      const odd = linesOf('SETUP rtsp://x RTSP/1.0', `Transport: RTP/AVP;${text}`, '')
      expect(read(odd)).toBe(true)
      expect(ports(odd)).toEqual([])
    },
  )
  it('lines may end in LF alone', () => {
    const plain = latin('SETUP rtsp://x RTSP/1.0\nTransport: RTP/AVP;client_port=6970-6971\n\n')
    expect(read(plain)).toBe(true)
    expect(ports(plain)).toEqual([[6970, 6971]])
  })
})

import { describe, expect, it } from 'vitest'
import { FakeConversation } from './fake-conversation.ts'
import { raudio } from './raudio.ts'
import { rtsp } from './rtsp.ts'
import { bytesOf, latin, linesOf, textOf } from './testing.ts'

const setup = (transport: string) =>
  linesOf('SETUP rtsp://cam.example/live/1 RTSP/1.0', 'CSeq: 3', `Transport: ${transport}`, '')
const answer = (transport: string) =>
  linesOf('RTSP/1.0 200 OK', 'CSeq: 3', `Transport: ${transport}`, 'Session: 5', '')

describe('RTSP', () => {
  it('a pair of ports is led to the player; where another machine has them, an even pair of others, which the answer hides', () => {
    const talk = new FakeConversation(rtsp)
    talk.busy.add(6970)
    expect(talk.out(setup('RTP/AVP;unicast;client_port=6970-6971'))).toEqual(
      setup('RTP/AVP;unicast;client_port=16970-16971'),
    )
    expect(talk.doors).toEqual(['udp in 16970>6970 of server:*', 'udp in 16971>6971 of server:*'])
    expect(talk.back(answer('RTP/AVP;client_port=16970-16971;server_port=5000-5001'))).toEqual(
      answer('RTP/AVP;client_port=6970-6971;server_port=5000-5001'),
    )
    expect(talk.back(answer('RTP/AVP;client_port=1-2'))).toEqual(answer('RTP/AVP;client_port=1-2'))
  })
  it('one port, or two that are no pair, each for itself; and the player’s own address', () => {
    const talk = new FakeConversation(rtsp)
    talk.busy.add(6973)
    const asked = setup('RTP/AVP;client_port=6971;destination=192.168.77.11,RTP/AVP;client_port=6973-6975')
    expect(textOf(talk.out(asked))).toBe(
      textOf(setup('RTP/AVP;client_port=6971;destination=198.51.100.2,RTP/AVP;client_port=16973-6975')),
    )
    expect(talk.doors).toHaveLength(3)
  })
  it.each([1, 7, 30, 61, 90])('cut after %i bytes it is put together before anything passes', (cut) => {
    const talk = new FakeConversation(rtsp)
    talk.busy.add(6970)
    const asked = setup('RTP/AVP;client_port=6970-6971')
    expect(talk.out(asked.slice(0, cut))).toHaveLength(0)
    expect(textOf(talk.out(asked.slice(cut)))).toContain('16970-16971')
  })
  it('bodies and interleaved media between two requests are passed over, also where they come in pieces', () => {
    const talk = new FakeConversation(rtsp)
    const media = Uint8Array.from([...bytesOf('24 00 0010'), ...latin('SETUP x RTSP/1.0')])
    const parameter = linesOf('SET_PARAMETER rtsp://x RTSP/1.0', 'Content-Length: 12', '', 'a: b', 'c: d')
    const all = Uint8Array.from([...media, ...parameter, ...setup('RTP/AVP;client_port=6970-6971')])
    const passed: number[] = []
    for (let at = 0; at < all.length; at += 9) passed.push(...talk.out(all.slice(at, at + 9)))
    expect(Uint8Array.from(passed)).toEqual(all)
    expect(talk.doors).toHaveLength(2)
    expect(talk.left).toBe(false)
  })
  it.each([
    ['a browser’s request', latin('POST / HTTP/1.1\r\n\r\nSETUP rtsp://x RTSP/1.0\r\n')],
    ['something binary', bytesOf('00010203')],
    ['a line without an end', latin(`SETUP ${'x'.repeat(9000)}`)],
    ['a header without an end', latin(`SETUP x RTSP/1.0\r\n${'a: b\r\n'.repeat(1500)}`)],
  ])('%s: the helper leaves, and opens nothing afterwards', (_, first) => {
    const talk = new FakeConversation(rtsp)
    expect(talk.out(first)).toEqual(first)
    talk.out(setup('RTP/AVP;client_port=6970-6971'))
    expect([talk.left, talk.doors]).toEqual([true, []])
  })
  it('a port below 1024 is never opened and stays as it was', () => {
    const talk = new FakeConversation(rtsp)
    expect(talk.out(setup('RTP/AVP;client_port=22-23'))).toEqual(setup('RTP/AVP;client_port=22-23'))
    expect(talk.doors).toEqual([])
  })
})

describe('RealAudio', () => {
  const hello = bytesOf('504e41000a 0001 0002 1b3a 0007 0002 1b3b 0000 ff')
  it.each([[0], [2], [6], [12], [18]])(
    'both ports of PNA are replaced in place (cut after %i bytes)',
    (cut) => {
      const talk = new FakeConversation(raudio)
      talk.busy.add(6970)
      const passed = [...talk.out(hello.slice(0, cut)), ...talk.out(hello.slice(cut))]
      expect(Uint8Array.from(passed)).toEqual(bytesOf('504e41000a 0001 0002 424a 0007 0002 1b3b 0000 ff'))
      expect(talk.doors).toEqual(['udp in 16970>6970 of server:*', 'udp in 6971>6971 of server:*'])
      expect(talk.left).toBe(true)
    },
  )
  it('players that speak RTSP on this port are helped as well', () => {
    const talk = new FakeConversation(raudio)
    talk.busy.add(6970)
    talk.out(linesOf('OPTIONS rtsp://x RTSP/1.0', ''))
    expect(textOf(talk.out(setup('RTP/AVP;client_port=6970-6971')))).toContain('16970-16971')
    expect(textOf(talk.back(answer('RTP/AVP;client_port=16970-16971')))).toContain('6970-6971')
    talk.out(linesOf('PLAY rtsp://x RTSP/1.0', ''))
    expect(talk.left).toBe(false)
  })
  it('anything else lets it leave', () => {
    const talk = new FakeConversation(raudio)
    talk.out(latin('POST / HTTP/1.1\r\n\r\n'))
    expect(talk.left).toBe(true)
  })
})

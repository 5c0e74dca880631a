/** VDOLive, CU-SeeMe, Quake, ICQ and SIP as helpers. */
import { describe, expect, it } from 'vitest'
import { cuseeme } from './cuseeme.ts'
import { FakeConversation } from './fake-conversation.ts'
import { icq } from './icq.ts'
import { quake } from './quake.ts'
import { sip } from './sip.ts'
import { bytesOf, latin, linesOf, textOf } from './testing.ts'
import { vdolive } from './vdolive.ts'

describe('VDOLive', () => {
  const mark = '56444f20 4c697665'
  const first = bytesOf(`00000000 00000006 ${'00'.repeat(16)} ${mark} 00001b3a`)
  const later = bytesOf(`00000000 00000001 ${mark} 00001b3a`)
  it('both messages name the port that the server shall use', () => {
    const talk = new FakeConversation(vdolive)
    talk.busy.add(6970)
    expect(talk.out(first.slice(0, 20))).toHaveLength(0)
    expect(talk.out(first.slice(20))).toEqual(
      bytesOf(`00000000 00000006 ${'00'.repeat(16)} ${mark} 0000424a`),
    )
    expect(talk.out(later)).toEqual(bytesOf(`00000000 00000001 ${mark} 0000424a`))
    expect(new Set(talk.doors)).toEqual(new Set(['udp in 16970>6970 of server:*']))
  })
  it('a stream that begins otherwise is not its own', () => {
    const talk = new FakeConversation(vdolive)
    talk.out(latin('POST / HTTP/1.1\r\nHost: evil.example\r\n\r\n'))
    talk.out(first)
    expect([talk.left, talk.doors]).toEqual([true, []])
  })
})

describe('CU-SeeMe', () => {
  const packet = (to: string, from: string) =>
    bytesOf(`0002 1de0 ${to} 0002 1de0 ${from} 00000001 0001 0001 001a`)
  const udp = { protocol: 17, serverPort: 7648 }
  it('says the WAN address of the client, and the client’s own to it', () => {
    const talk = new FakeConversation(cuseeme, udp)
    expect(talk.out(packet('5db8d822', 'c0a84d0b'))).toEqual(packet('5db8d822', 'c6336402'))
    expect(talk.back(packet('c6336402', '5db8d822'))).toEqual(packet('c0a84d0b', '5db8d822'))
  })
  it('leaves anybody else’s address alone', () => {
    const talk = new FakeConversation(cuseeme, udp)
    expect(talk.out(packet('5db8d822', 'c0a84d0c'))).toEqual(packet('5db8d822', 'c0a84d0c'))
    expect(talk.back(packet('5db8d822', 'c6336402'))).toEqual(packet('5db8d822', 'c6336402'))
  })
  it('finds itself in the list of a reflector', () => {
    const talk = new FakeConversation(cuseeme, udp)
    const list = (own: string) =>
      bytesOf(
        `0002 1de0 ${own} 0002 1de0 5db8d822 00000001 0001 0065 0050 0001 00000001 ${'00'.repeat(24)} ${own} ${'00'.repeat(8)}`,
      )
    expect(talk.back(list('c6336402'))).toEqual(list('c0a84d0b'))
  })
})

describe('Quake', () => {
  const connect = bytesOf('8000 000c 01 5155414b4500 03')
  const accept = bytesOf('8000 0009 81 16690000')
  it('a player gets the game’s packets at the port it has', () => {
    const talk = new FakeConversation(quake, { protocol: 17, serverPort: 26_000 })
    talk.out(connect)
    expect(talk.back(accept)).toEqual(accept)
    expect(talk.expected[0]).toMatchObject({ nearPort: 40_000, masqPort: 50_000, farPort: 26_902 })
  })
  it('a server inside says a port of the WAN address, to who has asked', () => {
    const talk = new FakeConversation(quake, { protocol: 17, fromOutside: true, clientPort: 26_000 })
    talk.busy.add(26_902)
    expect(talk.out(accept)).toEqual(accept)
    talk.back(connect)
    expect(talk.out(accept)).toEqual(bytesOf('8000 0009 81 26900000'))
    expect(talk.doors).toEqual(['udp in 36902>26902 of server:*'])
  })
  it('an answer to nobody’s question opens nothing', () => {
    const talk = new FakeConversation(quake, { protocol: 17, serverPort: 26_000 })
    talk.back(accept)
    expect(talk.doors).toEqual([])
  })
})

describe('ICQ', () => {
  const login = (address: string, port: string) =>
    bytesOf(`0200 e803 0100 39300000 ${port}0000 0500 6162636400 98000000 ${address} 04 00000000 0300`)
  const udp = { protocol: 17, serverPort: 4000 }
  it('whoever the server sends is led to the client as long as it is logged in', () => {
    const talk = new FakeConversation(icq, udp)
    talk.busy.add(1234)
    expect(talk.out(login('c0a84d0b', 'd204'))).toEqual(login('c6336402', 'e22b'))
    expect(talk.doors).toEqual(['tcp in 11234>1234 of anybody:*'])
    expect(talk.expected[0]).toMatchObject({ permanent: true, seconds: 14_400, controlled: true })
  })
  it('not for another machine’s address, nor for a port below 1024', () => {
    const talk = new FakeConversation(icq, udp)
    for (const sent of [login('c0a84d0c', 'd204'), login('c0a84d0b', '1600')])
      expect(talk.out(sent)).toEqual(sent)
    expect(talk.doors).toEqual([])
  })
})

describe('SIP', () => {
  const invite = (place: string, address: string, port: number, length: number) =>
    linesOf(
      'INVITE sip:bob@sip.example SIP/2.0',
      `Via: SIP/2.0/UDP ${place};branch=z9hG4bK1`,
      `Contact: <sip:ann@${place}>`,
      'Content-Type: application/sdp',
      `Content-Length: ${length}`,
      '',
      `c=IN IP4 ${address}`,
      `m=audio ${port} RTP/AVP 0`,
    )
  const fields = { protocol: 17, clientPort: 5060, serverPort: 5060, masqPort: 5062 }
  it('a telephone is found again, and hears who calls it', () => {
    const talk = new FakeConversation(sip, fields)
    talk.busy.add(7078)
    const sent = talk.out(invite('192.168.77.11:5060', '192.168.77.11', 7078, 48))
    expect(textOf(sent)).toBe(textOf(invite('198.51.100.2:5062', '198.51.100.2', 17078, 48)))
    expect(talk.doors).toEqual(['udp in 17078>7078 of anybody:*', 'udp in 17079>7079 of anybody:*'])
    expect(textOf(talk.back(linesOf('BYE sip:ann@198.51.100.2:5062 SIP/2.0', 'Call-ID: 1', '')))).toBe(
      textOf(linesOf('BYE sip:ann@192.168.77.11:5060 SIP/2.0', 'Call-ID: 1', '')),
    )
  })
  it('where it wants to be answered at another port, that one is opened for its server', () => {
    const talk = new FakeConversation(sip, fields)
    talk.out(linesOf('REGISTER sip:x SIP/2.0', 'Contact: <sip:ann@192.168.77.11:6002>', ''))
    expect(talk.expected[0]).toMatchObject({ nearPort: 6002, farPort: 0, helper: 'sip' })
    expect(talk.doors).toEqual(['udp in 6002>6002 of server:*'])
  })
  it('what is no SIP is let through as it is', () => {
    const talk = new FakeConversation(sip, fields)
    const other = latin('Via: 192.168.77.11:5060\r\n\r\n')
    expect(talk.out(other)).toEqual(other)
  })
})

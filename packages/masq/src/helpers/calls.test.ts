/** PPTP and H.323 as helpers. */
import { describe, expect, it } from 'vitest'
import { OUT } from '../key-index.ts'
import { FakeConversation } from './fake-conversation.ts'
import { h323 } from './h323.ts'
import { PerWriter } from './per-writer.ts'
import { pptp } from './pptp.ts'
import { bytesOf, latin, textOf } from './testing.ts'

const hex = (value: number) => value.toString(16).padStart(4, '0')
const message = (kind: number, ...rest: string[]) => {
  const body = bytesOf(`${hex(kind)} 0000 ${rest.join(' ')}`)
  return Uint8Array.from([...bytesOf(`${hex(8 + body.length)} 0001 1a2b3c4d`), ...body])
}
const start = message(1, '0100 0000 00000003 00000003 0000 0000', '00'.repeat(128))
const request = (call: number) => message(7, hex(call), '0001 0000012c 05f5e100 00000003 00000003 0040 0000')
const reply = (own: number, peer: number, result = 1) =>
  message(8, hex(own), hex(peer), `0${result}00 0000 00000000 0040 0000 00000000`)
const clear = (call: number) => message(12, hex(call), '0000')

describe('PPTP', () => {
  const call = () => {
    const talk = new FakeConversation(pptp, { serverPort: 1723 })
    talk.busyCalls.add(0x4001)
    expect(talk.out(start)).toEqual(start)
    return talk
  }
  it('a call number that another machine has is replaced, both ways, and the tunnel opened when both are known', () => {
    const talk = call()
    expect(talk.out(request(0x4001))).toEqual(request(0x4002))
    expect([...talk.calls]).toEqual([[0x4002, [0x4001, -1]]])
    expect(talk.back(reply(0x80, 0x4002))).toEqual(reply(0x80, 0x4001))
    expect([...talk.calls]).toEqual([[0x4002, [0x4001, 0x80]]])
    // Set-Link-Info names the receiver's; WAN-Error-Notify of the server too.
    expect(talk.out(message(15, hex(0x80), '0000 ffffffff ffffffff'))).toEqual(
      message(15, hex(0x80), '0000 ffffffff ffffffff'),
    )
    expect(talk.back(message(14, hex(0x4002), '0000', '00'.repeat(24)))).toEqual(
      message(14, hex(0x4001), '0000', '00'.repeat(24)),
    )
    expect(talk.out(clear(0x4001))).toEqual(clear(0x4002))
    expect(talk.calls.size).toBe(0)
  })
  it('ends with what the server says, by its own number', () => {
    const talk = call()
    talk.out(request(0x4001))
    talk.back(reply(0x80, 0x4002))
    talk.back(message(13, hex(0x81), '0300 0000 0000', '00'.repeat(128)))
    expect(talk.calls.size).toBe(1)
    talk.back(message(13, hex(0x80), '0300 0000 0000', '00'.repeat(128)))
    expect(talk.calls.size).toBe(0)
  })
  it('a call that does not come about, and a number never heard of, open nothing', () => {
    const talk = call()
    talk.out(request(0x4001))
    expect(talk.back(reply(0x80, 0x1111))).toEqual(reply(0x80, 0x1111))
    talk.back(reply(0x80, 0x4002, 2))
    expect(talk.calls.size).toBe(0)
  })
  it('a server inside is called: the same with the parts exchanged', () => {
    const talk = new FakeConversation(pptp, { fromOutside: true, clientPort: 1723 })
    talk.busyCalls.add(0x80)
    talk.back(start)
    talk.back(request(0x4001))
    expect(talk.out(reply(0x80, 0x4001))).toEqual(reply(0x81, 0x4001))
    expect([...talk.calls]).toEqual([[0x81, [0x80, 0x4001]]])
  })
  it.each([1, 3, 9, 17, 40])('cut every %i bytes: messages are put together first', (size) => {
    const talk = call()
    const all = Uint8Array.from([...request(0x4001), ...clear(0x4001)])
    const passed: number[] = []
    for (let at = 0; at < all.length; at += size) passed.push(...talk.out(all.slice(at, at + size)))
    expect(Uint8Array.from(passed)).toEqual(Uint8Array.from([...request(0x4002), ...clear(0x4002)]))
  })
  it('anything else lets it leave', () => {
    const talk = new FakeConversation(pptp)
    talk.out(latin('POST / HTTP/1.1\r\n\r\n'))
    talk.out(request(0x4001))
    expect([talk.left, talk.calls.size]).toEqual([true, 0])
  })
})

/** A call is answered, with a place for H.245 if one is given. */
function connect(control: [string, number] | null, tunnel: Uint8Array[] = []): Uint8Array {
  const w = new PerWriter()
    .bits(0, 2)
    .bits(tunnel.length > 0 ? 1 : 0, 1)
    .bits(0, 2)
    .bits(2, 3)
  w.bits(0, 1)
    .bits(control ? 1 : 0, 1)
    .whole(bytesOf('06 0008914a0004'))
  if (control) w.transport(control)
  w.bits(0, 7).bits(0, 2).whole(new Uint8Array(16))
  if (tunnel.length > 0)
    w.bits(0, 1)
      .bits(2, 6)
      .bits(0b001, 3)
      .open((inside) => inside.strings(tunnel))
  const user = w.bytes()
  const q931 = bytesOf(`08 02 9234 07 7e ${hex(user.length + 1)} 05`)
  return Uint8Array.from([...bytesOf(`0300 ${hex(4 + q931.length + user.length)}`), ...q931, ...user])
}
const tpkt = (body: Uint8Array) => Uint8Array.from([...bytesOf(`0300 ${hex(4 + body.length)}`), ...body])
const media = (address: string, port: number) => bytesOf(`00 0003 ${address} ${hex(port)}`)

describe('H.323', () => {
  const fields = { serverPort: 1720 }
  it('where a client inside offers H.245, the offer is led back to it and read along', () => {
    const talk = new FakeConversation(h323, { ...fields, fromOutside: true, clientPort: 1720 })
    talk.busy.add(5000)
    expect(talk.out(connect(['192.168.77.11', 5000]))).toEqual(connect(['198.51.100.2', 15_000]))
    expect(talk.doors).toEqual(['tcp in 15000>5000 of server:*'])
    expect(talk.expected[0]).toMatchObject({ helper: 'h323', stage: 1 })
  })
  it('where the other side offers it, the client’s connection there is read along', () => {
    const talk = new FakeConversation(h323, fields)
    const offer = connect(['93.184.216.34', 5000])
    expect(talk.back(offer)).toEqual(offer)
    expect(talk.expected[0]).toMatchObject({ opener: OUT, farPort: 5000, helper: 'h323', stage: 1 })
    talk.back(connect(['203.0.113.9', 5001]))
    expect(talk.expected).toHaveLength(1)
  })
  it('H.245: media come to an even port and the odd one behind it', () => {
    const talk = new FakeConversation(h323, { stage: 1 })
    talk.busy.add(5000)
    expect(talk.out(tpkt(media('c0a84d0b', 5001)))).toEqual(tpkt(media('c6336402', 15_001)))
    expect(talk.out(tpkt(media('c0a84d0b', 5000)))).toEqual(tpkt(media('c6336402', 15_000)))
    expect(new Set(talk.doors)).toEqual(
      new Set(['udp in 15000>5000 of server:*', 'udp in 15001>5001 of server:*']),
    )
    const others = tpkt(media('c0a84d0c', 5000))
    expect(talk.out(others)).toEqual(others)
  })
  it('H.245 that comes along in the call itself', () => {
    const talk = new FakeConversation(h323, fields)
    talk.busy.add(5000)
    expect(talk.out(connect(null, [media('c0a84d0b', 5000)]))).toEqual(
      connect(null, [media('c6336402', 15_000)]),
    )
  })
  it('cut anywhere it waits for the whole packet; what is none lets it leave', () => {
    const whole = connect(['192.168.77.11', 5000])
    for (let cut = 1; cut < whole.length; cut++) {
      const talk = new FakeConversation(h323, fields)
      expect(talk.out(whole.slice(0, cut))).toHaveLength(0)
      talk.out(whole.slice(cut))
      expect(talk.doors).toHaveLength(1)
    }
    const talk = new FakeConversation(h323, fields)
    expect(textOf(talk.out(latin('POST / HTTP/1.1\r\n')))).toBe('POST / HTTP/1.1\r\n')
    expect(talk.left).toBe(true)
  })
})

/** The tracer's word against the wire: what it says of a packet is what happens when that packet is really sent. */
import type { TraceQuestion } from '@bauta/control/schemas'
import { expect, it } from 'vitest'
import { LAN, SERVERS, WANS } from '../lab/plan.ts'
import { Capture } from './harness/capture.ts'
import { dropsOf, growth } from './harness/counters.ts'
import { describeLab } from './harness/lab-test.ts'
import { macOf } from './harness/mac.ts'
import { ethernet, FLAG, icmp, ipv4, tcp, udp } from './harness/packets.ts'

const { address, gateway, providerDevice } = WANS.eth
const SERVER = SERVERS['www.example.org']

interface Case {
  what: string
  side: 'lan' | 'wan'
  question: TraceQuestion
}
const lan = (what: string, question: Omit<TraceQuestion, 'from'>): Case => ({
  what,
  side: 'lan',
  question: { from: LAN.lan1, ...question },
})
const wan = (what: string, question: Omit<TraceQuestion, 'from'> & { from?: string }): Case => ({
  what,
  side: 'wan',
  question: { from: gateway, ...question },
})

const CASES: Case[] = [
  lan('a SYN to a web server', { to: SERVER, protocol: 6, port: 80, sourcePort: 41_001 }),
  lan('a SYN to a port where nobody listens', { to: SERVER, protocol: 6, port: 81, sourcePort: 41_002 }),
  lan('a datagram', { to: SERVER, protocol: 17, port: 9, sourcePort: 41_003 }),
  lan('the same socket to another server', {
    to: SERVERS['echo.example.org'],
    protocol: 17,
    port: 9,
    sourcePort: 41_003,
  }),
  lan('a ping', { to: SERVER, protocol: 1, icmpId: 41_004 }),
  lan('a redirect', { to: SERVER, protocol: 1, icmpType: 5 }),
  lan('a time to live of 1', { to: SERVER, protocol: 17, port: 33_434, sourcePort: 41_005, ttl: 1 }),
  lan('flags that mean nothing', { to: SERVER, protocol: 6, tcpFlags: 3, sourcePort: 41_006 }),
  lan('a segment of no connection', { to: SERVER, protocol: 6, tcpFlags: 16, sourcePort: 41_007 }),
  wan('a SYN to the box', { to: address, protocol: 6, port: 22 }),
  wan('a datagram to the box', { to: address, protocol: 17, port: 53 }),
  wan('a ping to the box', { to: address, protocol: 1 }),
  wan('a packet for a LAN machine', { to: LAN.lan1, protocol: 6, port: 22 }),
  wan('a source of the LAN', { from: LAN.lan2, to: address, protocol: 17, port: 53, interface: 'wan0' }),
]

function bytesOf({
  from,
  to,
  protocol,
  tcpFlags = FLAG.syn,
  icmpType = 8,
  icmpId = 4000,
  ...rest
}: TraceQuestion): Buffer {
  const ends = { from, to, fromPort: rest.sourcePort ?? 40_000, toPort: rest.port ?? 80 }
  const header = { from, to, protocol, ttl: rest.ttl ?? 64 }
  if (protocol === 6) return ipv4(header, tcp(ends, tcpFlags))
  if (protocol === 17) return ipv4(header, udp(ends, Buffer.from('traced')))
  return ipv4(header, icmp(icmpType, 0, icmpId * 65_536 + 1, Buffer.alloc(8)))
}

describeLab('the tracer', { wan: 'eth' }, (stage) => {
  it.each(CASES)('$what: as on the wire', async ({ side, question }) => {
    const { way } = await stage.dataplane.trace(question)
    const before = await dropsOf(stage.dataplane)
    const seen =
      side === 'lan'
        ? await Capture.start(
            stage.lab,
            'isp',
            providerDevice,
            `ip and src host ${address} and dst host ${question.to}`,
          )
        : await Capture.start(stage.lab, 'lan1', 'eth0', `ip and src host ${question.from}`)
    const [to, from] =
      side === 'lan'
        ? [macOf(stage.lab, 'router', 'lan0'), macOf(stage.lab, 'lan1', 'eth0')]
        : [macOf(stage.lab, 'router', 'wan0'), macOf(stage.lab, 'isp', providerDevice)]
    const device = side === 'lan' ? 'eth0' : providerDevice
    await stage.on[side === 'lan' ? 'lan1' : 'isp'].sendFrames({
      device,
      frames: [ethernet(to, from, bytesOf(question))],
    })
    await new Promise((resolve) => setTimeout(resolve, 400))
    await seen.stop()
    const [packet] = seen.packets
    const dropped = Object.keys(growth(before, await dropsOf(stage.dataplane)))
    expect(way.outcome === 'dropped' ? way.reason : null).toBe(dropped[0] ?? null)
    expect(way.outcome === 'carried').toBe(packet !== undefined)
    if (!packet || way.after?.sourcePort == null || question.protocol === 1) return
    const header = (packet[0]! & 15) * 4
    expect(packet.readUInt16BE(header)).toBe(way.after.sourcePort)
    expect(`${packet[12]}.${packet[13]}.${packet[14]}.${packet[15]}`).toBe(way.after.source)
  })
})

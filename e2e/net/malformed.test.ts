/** Packets that no honest machine sends: each is dropped for a named reason, and nothing else changes. */
import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { LAN, SERVERS, SERVICES, WANS } from '../lab/plan.ts'
import { until } from '../lab/shell.ts'
import { PacketCount } from './harness/capture.ts'
import { dropsOf, growth } from './harness/counters.ts'
import { describeLab } from './harness/lab-test.ts'
import { macOf } from './harness/mac.ts'
import { ethernet, FLAG, type Ipv4Header, icmp, ipv4, tcp, udp } from './harness/packets.ts'

const SERVER = SERVERS['www.example.org']
const ENDS = { from: LAN.lan1, to: SERVER, fromPort: 45_000, toPort: SERVICES.discard }
const header = (protocol: number, more: Partial<Ipv4Header> = {}): Ipv4Header => ({
  from: LAN.lan1,
  to: SERVER,
  protocol,
  ...more,
})
const datagram = udp(ENDS, Buffer.from('hello'))
const segment = tcp(ENDS, FLAG.syn)

/** Name, packet, and what the reason must be like. */
const CASES: [what: string, packet: Buffer, reason: RegExp][] = [
  ['version 5', ipv4(header(17, { version: 5 }), datagram), /version/],
  ['a header of 16 bytes', ipv4(header(17, { headerWords: 4 }), datagram), /header-length/],
  [
    'a total length beyond the packet',
    ipv4(header(17, { totalLength: 400 }), datagram),
    /total-length|short/,
  ],
  ['a total length inside the header', ipv4(header(17, { totalLength: 12 }), datagram), /total-length|short/],
  ['a wrong header checksum', ipv4(header(17, { checksum: 0x1234 }), datagram), /header-checksum/],
  [
    'a loose source route',
    ipv4(header(17, { options: Uint8Array.of(131, 7, 4, 198, 51, 100, 1, 0) }), datagram),
    /source-route/,
  ],
  ['a UDP length too long', ipv4(header(17), udp(ENDS, Buffer.from('hello'), { length: 60 })), /udp-length/],
  [
    'a wrong UDP checksum',
    ipv4(header(17), udp(ENDS, Buffer.from('hello'), { checksum: 0xbad })),
    /l4-checksum/,
  ],
  ['a wrong TCP checksum', ipv4(header(6), tcp(ENDS, FLAG.syn, { checksum: 0xbad })), /l4-checksum/],
  ['SYN and FIN together', ipv4(header(6), tcp(ENDS, FLAG.syn | FLAG.fin)), /tcp-flags/],
  ['no TCP flag at all', ipv4(header(6), tcp(ENDS, 0)), /tcp-flags/],
  ['a TCP header of 8 bytes', ipv4(header(6), tcp(ENDS, FLAG.syn, { headerWords: 2 })), /tcp-offset/],
  ['port 0', ipv4(header(17), udp({ ...ENDS, toPort: 0 }, Buffer.from('hello'))), /port-zero/],
  ['ICMP of 4 bytes', ipv4(header(1), icmp(8, 0, 1, Buffer.alloc(0)).subarray(0, 4)), /icmp-short/],
  [
    'a first TCP fragment without flags',
    ipv4(header(6, { moreFragments: true }), segment.subarray(0, 8)),
    /tiny-fragment/,
  ],
  ['a fragment beyond 65535', ipv4(header(17, { offset: 65_528 }), Buffer.alloc(64)), /fragment-overrun/],
  [
    'LAND: source and destination the same',
    ipv4({ from: SERVER, to: SERVER, protocol: 6 }, tcp({ ...ENDS, from: SERVER }, FLAG.syn)),
    /land|martian|spoofed/,
  ],
  [
    'a loopback source',
    ipv4(
      { from: '127.0.0.1', to: SERVER, protocol: 17 },
      udp({ ...ENDS, from: '127.0.0.1' }, Buffer.from('x')),
    ),
    /martian|spoofed/,
  ],
  [
    'a source that does not belong to the LAN',
    ipv4({ from: '8.8.8.8', to: SERVER, protocol: 17 }, udp({ ...ENDS, from: '8.8.8.8' }, Buffer.from('x'))),
    /spoofed|martian/,
  ],
]

describeLab('malformed packets', { wan: 'eth' }, (stage) => {
  const send = (host: 'lan1' | 'isp', packets: Buffer[]) => {
    const [device, inner] = host === 'lan1' ? ['eth0', 'lan0'] : [WANS.eth.providerDevice, 'wan0']
    const to = macOf(stage.lab, 'router', inner!)
    const from = macOf(stage.lab, host, device!)
    return stage.on[host].sendFrames({
      device: device!,
      frames: packets.map((one) => ethernet(to, from, one)),
    })
  }

  it.each(CASES)('%s is dropped', async (what, packet, reason) => {
    const before = await dropsOf(stage.dataplane)
    const through = await PacketCount.start(stage.lab, 'isp', WANS.eth.providerDevice, 'ip and not arp')
    await send('lan1', [packet])
    const grown = await until(`a counter for ${what}`, 3, async () => {
      const more = growth(before, await dropsOf(stage.dataplane))
      return Object.keys(more).length > 0 && more
    })
    expect(await through.stop()).toBe(0)
    expect(Object.keys(grown).join(' ')).toMatch(reason)
  })

  it('a storm of random bytes from both sides changes nothing else', async () => {
    const echo = { address: SERVERS['echo.example.org'], port: SERVICES.echo }
    const tcpHandle = await stage.on.lan2.tcpOpen({ to: echo })
    expect(await stage.on.lan2.tcpAsk({ handle: tcpHandle, text: 'before' })).toBe('before')
    const pid = (await stage.dataplane.status()).startedAt
    const before = await dropsOf(stage.dataplane)
    let sent = 0
    for (let round = 0; round < 20; round++) {
      sent += await send(
        'lan1',
        Array.from({ length: 500 }, () => noise(LAN.lan1)),
      )
      sent += await send(
        'isp',
        Array.from({ length: 500 }, () => noise(SERVER)),
      )
    }
    expect(sent).toBe(20_000)
    await new Promise((resolve) => setTimeout(resolve, 500))
    const grown = growth(before, await dropsOf(stage.dataplane))
    console.log(`${sent} random packets, dropped as`, grown)
    expect((await stage.dataplane.status()).startedAt).toBe(pid)
    expect(await stage.on.lan2.tcpAsk({ handle: tcpHandle, text: 'after' })).toBe('after')
  }, 60_000)
})

/** Random bytes behind a first byte that says IPv4, half of them with a header that looks right at first sight. */
function noise(from: string): Buffer {
  const bytes = randomBytes(20 + Math.floor(Math.random() * 200))
  if (bytes[0]! & 1) {
    bytes[0] = 0x40 | (bytes[0]! & 15)
    return bytes
  }
  return ipv4(
    { from, to: SERVER, protocol: [1, 6, 17, 47][bytes[1]! & 3]!, id: bytes.readUInt16BE(2) },
    bytes.subarray(4),
  )
}

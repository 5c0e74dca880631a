import { expect, test } from 'vitest'
import { buildIcmp, buildIp, buildTcp, buildUdp, fragment } from './build.ts'
import { parsePacket } from './parse.ts'
import { formatPacket } from './print.ts'
import { PacketView } from './view.ts'

const ENDS = { source: '192.168.77.11', destination: '93.184.216.34', sourcePort: 40000, destinationPort: 80 }

function lineOf(packet: Uint8Array, view = new PacketView()): string {
  expect(parsePacket(view, packet, 0, packet.length)).toBe(0)
  return formatPacket(view)
}

test('one line for each kind of packet', () => {
  expect(lineOf(buildTcp({ ...ENDS, flags: 0x12, id: 7, dontFragment: true }))).toBe(
    'tcp 192.168.77.11:40000 > 93.184.216.34:80 [S.] ttl 64 id 7 len 40 DF',
  )
  expect(lineOf(buildUdp({ ...ENDS, ttl: 1 }))).toBe(
    'udp 192.168.77.11:40000 > 93.184.216.34:80 ttl 1 id 0 len 28',
  )
  expect(lineOf(buildIcmp({ ...ENDS, type: 8, icmpId: 5 }))).toBe(
    'icmp 192.168.77.11 > 93.184.216.34 type 8 code 0 id 5 ttl 64 id 0 len 28',
  )
  expect(lineOf(buildIp(ENDS, 47, new Uint8Array(4)))).toBe(
    'protocol 47 192.168.77.11 > 93.184.216.34 ttl 64 id 0 len 24',
  )
})

test('fragments and offloads are named', () => {
  const [first, last] = fragment(buildUdp({ ...ENDS, payload: new Uint8Array(24) }), [16])
  expect(lineOf(first!)).toBe('udp 192.168.77.11:40000 > 93.184.216.34:80 ttl 64 id 0 len 36 fragment 0+')
  expect(lineOf(last!)).toBe('udp 192.168.77.11 > 93.184.216.34 ttl 64 id 0 len 36 fragment 16')
  const view = new PacketView()
  view.checksumPartial = true
  view.gsoSize = 1448
  expect(lineOf(buildTcp({ ...ENDS, checksum: 'partial' }), view)).toMatch(/\[\.\] .* gso 1448 partial$/)
})

import { expect, test } from 'vitest'
import { Bench, LAN, WAN } from './bench.ts'
import { framesFromText } from './packet-text.ts'

test('a connection counts a super-packet as the segments and bytes that the wire sees', () => {
  const bench = new Bench()
  const receive = (way: number, text: string) => bench.receive(way, framesFromText(text)[0]!)
  receive(LAN, 'tcp 192.168.77.11:40000 > 93.184.216.34:80 [S]')
  const syn = bench.table.bytesOut(0)
  receive(LAN, 'tcp 192.168.77.11:40000 > 93.184.216.34:80 [P.] len 30000 DF gso 1448')
  receive(WAN, 'tcp 93.184.216.34:80 > 198.51.100.2:40000 [.] len 60000 DF gso 1448')
  const slot = 0
  const segments = (length: number) => Math.ceil((length - 40) / 1448)
  expect(bench.table.packetsOut(slot)).toBe(1 + segments(30_000))
  expect(bench.table.packetsIn(slot)).toBe(segments(60_000))
  expect(bench.table.bytesOut(slot) - syn).toBe(30_000 + (segments(30_000) - 1) * 40)
  expect(bench.table.bytesIn(slot)).toBe(60_000 + (segments(60_000) - 1) * 40)
})

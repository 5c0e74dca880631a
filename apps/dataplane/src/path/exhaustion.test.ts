import { PORT_PRESETS } from '@bauta/config'
import { expect, test } from 'vitest'
import { Bench, benchSnapshot, LAN, WAN } from './bench.ts'
import { framesFromText, textFromFrame } from './packet-text.ts'

const PORTS = 64
const ports = { ...PORT_PRESETS.standard, from: 61_000, to: 61_000 + PORTS - 1 }

/** A packet of one LAN socket; @returns what was written to which device */
function ask(bench: Bench, protocol: string, port: number): string[] {
  const text = `${protocol} 192.168.77.11:${port} > 9.9.9.9:53 ${protocol === 'tcp' ? '[S]' : 'len 60'}`
  for (const frame of framesFromText(text)) bench.receive(LAN, frame)
  return bench.taken().map(({ device, frame }) => `${device} ${textFromFrame(frame)}`)
}

test.each(['udp', 'tcp'])(
  'when %s ports run out the client is told 3/13, counted, and nobody loses a connection',
  (protocol) => {
    const bench = new Bench()
    bench.configure({ snapshot: { ...benchSnapshot(), ports } })
    const seen = new Set<string>()
    for (let i = 0; i < PORTS; i++) {
      const [written] = ask(bench, protocol, 2000 + i)
      seen.add(/198\.51\.100\.2:(\d+)/.exec(written!)![1]!)
    }
    expect(seen.size).toBe(PORTS)

    const [told] = ask(bench, protocol, 3000)
    expect(told).toMatch(
      /icmp 192\.168\.77\.1 > 192\.168\.77\.11 type 3 code 13 .*about \{.*192\.168\.77\.11:3000 > 9\.9\.9\.9:53/,
    )
    expect(bench.drops()).toEqual({ 'no-port': 1 })
    expect(bench.table.count).toBe(PORTS)

    const [again] = ask(bench, protocol, 2000)
    expect(again).toContain('198.51.100.2:')
    const port = /198\.51\.100\.2:(\d+)/.exec(again!)![1]!
    const flags = protocol === 'tcp' ? '[S.]' : 'len 60'
    for (const frame of framesFromText(`${protocol} 9.9.9.9:53 > 198.51.100.2:${port} ${flags}`))
      bench.receive(WAN, frame)
    expect(textFromFrame(bench.taken()[0]!.frame)).toContain('192.168.77.11:2000')
  },
)

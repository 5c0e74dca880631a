import { expect, it } from 'vitest'
import { Bench, LAN, WAN } from '../path/bench.ts'
import { BOX } from '../path/crossing.ts'
import { framesFromText } from '../path/packet-text.ts'
import { nfConntrackLines } from './nf-conntrack.ts'

function after(...packets: [number, string][]): string[] {
  const bench = new Bench()
  for (const [from, text] of packets) bench.receive(from, framesFromText(text)[0]!)
  bench.now += 100
  return [...nfConntrackLines(bench.table, bench.now)]
}

it('prints a connection as netfilter does: both tuples, counts, state and what is missing', () => {
  expect(after([LAN, 'tcp 192.168.77.11:40000 > 93.184.216.34:80 [S] len 60'])).toEqual([
    'ipv4     2 tcp      6 239 SYN_SENT src=192.168.77.11 dst=93.184.216.34 sport=40000 dport=80 packets=1 bytes=60 ' +
      '[UNREPLIED] src=93.184.216.34 dst=198.51.100.2 sport=80 dport=40000 packets=0 bytes=0 mark=0 zone=0 use=2\n',
  ])
})

it('knows when both sides have spoken', () => {
  const [line] = after(
    [LAN, 'tcp 192.168.77.11:40000 > 93.184.216.34:80 [S] len 60'],
    [WAN, 'tcp 93.184.216.34:80 > 198.51.100.2:40000 [S.] len 60'],
    [LAN, 'tcp 192.168.77.11:40000 > 93.184.216.34:80 [.] len 40'],
  )
  expect(line).toMatch(
    /^ipv4 {5}2 tcp {6}6 7439 ESTABLISHED src=192\.168\.77\.11 .* packets=2 bytes=100 src=93/,
  )
  expect(line).toMatch(/packets=1 bytes=60 \[ASSURED\] mark=0 zone=0 use=2\n$/)
})

it('prints a ping with type, code and identifier of either way, and the box’s own connections', () => {
  const [ping, own] = after(
    [LAN, 'icmp 192.168.77.11 > 93.184.216.34 type 8 code 0 icmpid 4000 len 84'],
    [BOX, 'udp 198.51.100.2:5353 > 93.184.216.40:53 len 60'],
  )
  expect(ping).toContain(
    'ipv4     2 icmp     1 59 src=192.168.77.11 dst=93.184.216.34 type=8 code=0 id=4000 packets=1',
  )
  expect(ping).toContain('[UNREPLIED] src=93.184.216.34 dst=198.51.100.2 type=0 code=0 id=4000 packets=0')
  expect(own).toContain(
    'udp      17 299 src=198.51.100.2 dst=93.184.216.40 sport=5353 dport=53 packets=1 bytes=60',
  )
})

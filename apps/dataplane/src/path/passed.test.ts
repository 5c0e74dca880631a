/** Which flows the path tells of as passed without a connection, so that the door takes what follows for known. */
import { expect, test } from 'vitest'
import { Bench, benchSnapshot, LAN, LAN2, WAN } from './bench.ts'
import { framesFromText } from './packet-text.ts'

function passedOf(from: number, text: string, bench = new Bench()): [number, number, number, number][] {
  const noted: [number, number, number, number][] = []
  bench.path.notePassed({ note: (...flow) => void noted.push(flow) })
  for (const frame of framesFromText(text)) bench.receive(from, frame)
  return noted
}
const address = (text: string) => text.split('.').reduce((all, part) => (all << 8) | Number(part), 0)

test('a machine that talks to the box has no connection, and is told of', () => {
  expect(passedOf(LAN, 'tcp 192.168.77.11:5000 > 192.168.77.1:80 [S]')).toEqual([
    [6, address('192.168.77.11'), address('192.168.77.1'), (5000 << 16) | 80],
  ])
})

test('its ping, by the identifier and what it is', () => {
  const [flow] = passedOf(LAN, 'icmp 192.168.77.11 > 192.168.77.1 type 8 icmpid 77')
  expect(flow).toEqual([1, address('192.168.77.11'), address('192.168.77.1'), (77 << 16) | 0x0800])
})

test('what is routed from one network of the house to the other, each way by itself', () => {
  const snapshot = benchSnapshot()
  const forward = snapshot.rules.chains.find(({ name }) => name === 'forward')!
  forward.policy = 'ACCEPT'
  const bench = new Bench({ snapshot })
  expect(passedOf(LAN, 'udp 192.168.77.11:5000 > 192.168.78.5:9', bench)).toEqual([
    [17, address('192.168.77.11'), address('192.168.78.5'), (5000 << 16) | 9],
  ])
  expect(passedOf(LAN2, 'udp 192.168.78.5:9 > 192.168.77.11:5000', bench)).toHaveLength(1)
})

test('what has a connection, or is dropped, is not told of', () => {
  expect(passedOf(LAN, 'tcp 192.168.77.11:5000 > 93.184.216.34:80 [S]')).toEqual([])
  expect(passedOf(WAN, 'tcp 93.184.216.34:80 > 198.51.100.2:5000 [S]')).toEqual([])
  expect(passedOf(LAN, 'udp 192.168.77.11:5000 > 192.168.78.5:9')).toEqual([])
})

import { expect, it } from 'vitest'
import { Bench, LAN, LAN2 } from './bench.ts'
import { DatagramIds } from './datagram-id.ts'
import { framesFromText } from './packet-text.ts'

const IP = 10

/** @returns identification of what leaves, for a packet from a machine */
function sender(bench: Bench) {
  return (from: number, text: string): number[] => {
    for (const frame of framesFromText(text)) bench.receive(from, frame)
    return bench.taken().map(({ frame }) => (frame[IP + 4]! << 8) | frame[IP + 5]!)
  }
}

it('two machines never send the same number to one server, and numbers come in a row', () => {
  const send = sender(new Bench())
  const ids: number[] = []
  for (let i = 0; i < 50; i++) {
    ids.push(...send(LAN, 'udp 192.168.77.11:5000 > 93.184.216.34:123 id 7'))
    ids.push(...send(LAN2, 'udp 192.168.78.12:5000 > 93.184.216.34:123 id 7'))
  }
  expect(new Set(ids).size).toBe(100)
  expect(ids.map((id, i) => (id - ids[0]! - i) & 0xffff).every((off) => off === 0)).toBe(true)
})

it('atomic datagrams keep theirs (RFC 6864 §4.1)', () => {
  const send = sender(new Bench())
  expect(send(LAN, 'udp 192.168.77.11:5000 > 93.184.216.34:123 id 7 DF')).toEqual([7])
})

it('a super-packet takes as many numbers as it has segments, which the kernel gives them', () => {
  const send = sender(new Bench())
  send(LAN, 'tcp 192.168.77.11:5000 > 93.184.216.34:80 [S]')
  const [first] = send(LAN, 'tcp 192.168.77.11:5000 > 93.184.216.34:80 [.] len 4040 gso 1000')
  const [next] = send(LAN, 'tcp 192.168.77.11:5000 > 93.184.216.34:80 [.]')
  expect((next! - first!) & 0xffff).toBe(4)
})

it('begins where outsiders cannot guess, and differs by destination and protocol', () => {
  const firsts = new Set([1, 2, 3].map((seed) => new DatagramIds(seed).take(0x5db8d822, 17, 1)))
  expect(firsts.size).toBe(3)
  const ids = new DatagramIds(1)
  expect(new Set([ids.take(1, 17, 1), ids.take(2, 17, 1), ids.take(1, 6, 1)]).size).toBe(3)
})

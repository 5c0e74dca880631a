import { expect, test } from 'vitest'
import { Bench, LAN, LAN2, WAN } from './bench.ts'
import { BOX } from './crossing.ts'
import { framesFromText, textFromFrame } from './packet-text.ts'

/** Park and Miller's minimal standard generator: the same packets in every run. */
function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 48_271) % 0x7fffffff
    return state
  }
}

/** Half of them wholly random, half a good packet with a few bytes changed, so that all stations are reached. */
function randomFrame(next: () => number, good: readonly Uint8Array[]): Uint8Array {
  if (next() % 2 === 0) {
    const frame = Uint8Array.from({ length: 10 + (next() % 90) }, () => next() & 255)
    if (next() % 4 > 0) frame.fill(0, 0, 10)
    if (next() % 4 > 0) frame[10] = 0x45
    return frame
  }
  const frame = good[next() % good.length]!.slice()
  for (let i = next() % 4; i >= 0; i--) frame[10 + (next() % (frame.length - 10))] = next() & 255
  return frame.subarray(0, next() % 8 === 0 ? 10 + (next() % (frame.length - 10)) : frame.length)
}

test('a million random packets change nothing but counters', () => {
  const bench = new Bench()
  const conversation = [
    'tcp 192.168.77.11:40000 > 93.184.216.34:80 [S] mss 1460',
    'tcp 93.184.216.34:80 > 198.51.100.2:40000 [S.] mss 1460',
  ]
  bench.receive(LAN, framesFromText(conversation[0]!)[0]!)
  bench.receive(WAN, framesFromText(conversation[1]!)[0]!)
  bench.taken()
  const good = [
    ...conversation,
    'udp 93.184.216.34:53 > 198.51.100.2:5000 len 100',
    'icmp 93.184.216.34 > 198.51.100.2 type 3 code 3 about {tcp 198.51.100.2:40000 > 93.184.216.34:80 [.]}',
    'icmp 93.184.216.34 > 198.51.100.2 type 8 icmpid 4000 len 84',
    'udp 93.184.216.34:53 > 198.51.100.2:5000 len 100 pieces 40',
  ].flatMap(framesFromText)
  const next = generator(20_241)
  let given = 0
  for (let i = 0; i < 1_000_000; i++) {
    bench.receive([WAN, WAN, LAN, LAN2, BOX][next() % 5]!, randomFrame(next, good))
    given++
    if (i % 1000 === 0) bench.passTime(0.01)
  }
  const written = bench.taken()
  // What got through is well formed, and from the WAN nothing but the conversation's own packets did.
  for (const { frame } of written) expect(textFromFrame(frame)).not.toContain('FAULT')
  expect(bench.table.count).toBe(1)
  expect(bench.table.clientPort(0)).toBe(40_000)
  const drops = Object.values(bench.drops()).reduce((sum, packets) => sum + packets, 0)
  expect(drops).toBeGreaterThan(given * 0.9)
}, 60_000)

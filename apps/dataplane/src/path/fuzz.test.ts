/**
 * What holds whatever comes by the interfaces: good packets, good ones with bytes changed or missing, and noise, from every side
 * and in any order, with time passing between them. `BAUTA_FUZZ=10000000` says how many packets; the usual run takes seconds.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Bench, LAN, LAN2, WAN } from './bench.ts'
import { BOX } from './crossing.ts'
import { framesFromText } from './packet-text.ts'
import { wrongSum } from './true-sums.ts'

const PACKETS = Number(process.env.BAUTA_FUZZ ?? 30_000)
/** Packets of one run, on average. */
const LENGTH = 50
/** Longer than any state and any rest of a port. */
const FOREVER = 20_000 * 100

const GOOD = [
  'tcp 192.168.77.11:40000 > 93.184.216.34:80 [S] mss 1460',
  'tcp 192.168.77.12:40000 > 93.184.216.34:80 [S] mss 1460',
  'tcp 93.184.216.34:80 > 198.51.100.2:40000 [S.] mss 1460',
  'tcp 192.168.77.11:40000 > 93.184.216.34:80 [P.] len 300',
  'tcp 93.184.216.34:80 > 198.51.100.2:40000 [F.]',
  'tcp 192.168.77.11:40000 > 93.184.216.34:80 [R]',
  'tcp 192.168.77.11:40000 > 93.184.216.34:80 [.] len 9000 DF gso 1448',
  'udp 192.168.77.11:5000 > 93.184.216.34:53 len 60',
  'udp 192.168.77.12:5000 > 9.9.9.9:53 len 60 partial',
  'udp 93.184.216.34:53 > 198.51.100.2:5000 len 100 unchecked',
  'udp 192.168.78.12:5000 > 93.184.216.34:53 len 100 id 7 pieces 24+48 reversed',
  'icmp 192.168.77.11 > 93.184.216.34 type 8 icmpid 5000 len 84',
  'icmp 93.184.216.34 > 198.51.100.2 type 0 icmpid 5000 len 84',
  'icmp 93.184.216.34 > 198.51.100.2 type 3 code 3 about {udp 198.51.100.2:5000 > 93.184.216.34:53 len 60}',
  'icmp 192.168.77.11 > 93.184.216.34 type 11 about {tcp 93.184.216.34:80 > 192.168.77.11:40000 [.]}',
  'tcp 198.51.100.2:40000 > 93.184.216.34:80 [S]',
  'protocol 47 192.168.77.11 > 93.184.216.34 len 60',
  'protocol 50 93.184.216.34 > 198.51.100.2 len 60',
].flatMap((text) => framesFromText(text).map((frame) => ({ frame, from: sideOf(text) })))

/** Where an honest packet of that source comes in. */
function sideOf(text: string): number {
  if (/^\S+( \d+)? 192\.168\.77/.test(text)) return LAN
  if (/^\S+( \d+)? 192\.168\.78/.test(text)) return LAN2
  return /^\S+( \d+)? 198\.51\.100\.2/.test(text) ? BOX : WAN
}

const step = fc.record({
  from: fc.constantFrom(null, null, null, null, LAN, WAN, LAN2, BOX),
  good: fc.nat(GOOD.length - 1),
  changes: fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    { weight: 2, arbitrary: fc.array(fc.tuple(fc.nat(99), fc.nat(255)), { maxLength: 3 }) },
  ),
  cut: fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(60) }),
  seal: fc.boolean(),
  noise: fc.oneof(
    { weight: 9, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.uint8Array({ minLength: 10, maxLength: 90 }) },
  ),
  wait: fc.constantFrom(0, 0, 0, 0, 1, 100, 3_100, 30_000),
})
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

function frameOf({ good, changes, cut, seal, noise }: Step): Uint8Array {
  if (noise) return noise
  const whole = GOOD[good]!.frame
  const frame = whole.slice(0, whole.length - cut)
  // What the kernel says beside a packet is true, and where it vouches for the checksum nobody looks at it.
  if (frame[0] === 0) for (const [at, value] of changes) if (10 + at < frame.length) frame[10 + at] = value
  if (seal && changes.length > 0 && frame.length >= 30) sealHeader(frame)
  return frame
}

/** With the header's checksum right again, a change is met by the stations behind the first. */
function sealHeader(frame: Uint8Array): void {
  frame[20] = frame[21] = 0
  let sum = 0
  for (let at = 10; at < 30; at += 2) sum += frame[at]! * 256 + frame[at + 1]!
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  frame[20] = (~sum >>> 8) & 255
  frame[21] = ~sum & 255
}

/** No two connections share a view, and each is found by both of its own. */
function checkViews({ table }: Bench): void {
  const seen = new Set<string>()
  for (let slot = 0; slot < table.limit; slot++) {
    if (!table.used(slot)) continue
    const far = `${table.protocol(slot)} ${table.server(slot)}:${table.serverPort(slot)}`
    const view = `${far} ${table.wan(slot)}:${table.masqPort(slot)}`
    if (seen.has(view)) throw new Error(`two connections look the same from outside: ${view}`)
    seen.add(view)
    const found = table.lookupIn(
      table.protocol(slot),
      table.wan(slot),
      table.masqPort(slot),
      table.server(slot),
      table.serverPort(slot),
    )
    if (found !== slot) throw new Error(`connection ${slot} is not found from outside, but ${found}`)
  }
}

test(`${PACKETS} packets, good, damaged and noise: sums right, no view twice, no port lost`, () => {
  let [received, written] = [0, 0]
  const run = fc.property(fc.array(step, { minLength: LENGTH / 2, maxLength: LENGTH * 1.5 }), (steps) => {
    const bench = new Bench({ capacity: 64 })
    const free = JSON.stringify(bench.table.freePorts)
    for (const one of steps) {
      bench.now += one.wait
      bench.masq.expire(bench.now, 1 << 20)
      bench.path.tick(bench.now)
      received++
      bench.receive(one.from ?? GOOD[one.good]!.from, frameOf(one))
      for (const { device, frame } of bench.taken()) {
        written++
        const wrong = wrongSum(frame)
        if (wrong) throw new Error(`written to ${device} with a wrong ${wrong}`)
      }
    }
    checkViews(bench)
    bench.now += FOREVER
    bench.masq.expire(bench.now, 1 << 20)
    bench.masq.expire(bench.now + FOREVER, 1 << 20)
    expect(bench.table.count).toBe(0)
    expect(JSON.stringify(bench.table.freePorts)).toBe(free)
  })
  fc.assert(run, {
    numRuns: Math.ceil(PACKETS / LENGTH),
    seed: Number(process.env.BAUTA_FUZZ_SEED ?? 20_241),
  })
  // Or it would be noise that never reached what is to be tested.
  expect(written).toBeGreaterThan(received / 10)
}, 0)

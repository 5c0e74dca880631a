/** Whatever the rules and whatever the packet: the tracer says what the path does, byte for byte, without doing it. */
import { expect, test } from 'vitest'
import { DROP_REASONS } from '../drop-reasons.ts'
import { Bench, benchConfig } from '../path/bench.ts'
import { RuleSlots } from '../rule-slots.ts'
import { FAR, generator, randomFrame } from './random-cases.ts'
import { classicSnapshot } from './random-classic.ts'
import { netfilterSnapshot } from './random-netfilter.ts'
import { Tracer } from './tracer.ts'

const SNAPSHOTS = { classic: classicSnapshot, netfilter: netfilterSnapshot }

const IP = 10

/** Which number a datagram that may be fragmented gets can not be known beforehand: it is left out, with the sum that covers it. */
function unnumbered({ device, frame }: { device: string; frame: Uint8Array }) {
  const bytes = frame.slice()
  if ((bytes[IP + 6]! & 0x40) === 0) {
    bytes.fill(0, IP + 4, IP + 6)
    bytes.fill(0, IP + 10, IP + 12)
  }
  return { device, frame: bytes }
}

test.each([
  ['classic', 417],
  ['netfilter', 991],
] as const)(
  '%s: verdict and bytes are those of the path, for 30 rule sets and 15 packets each',
  (dialect, seed) => {
    const dice = generator(seed)
    const seen = new Map<string, number>()
    for (let round = 0; round < 30; round++) {
      const rules = SNAPSHOTS[dialect](dice)
      const constant = dice.pick([[], [FAR[1]!]])
      const snapshot = { ...rules, dns: { ...rules.dns, constant } }
      const options = { snapshot, wanMtu: dice.pick([1500, 1492]), servers: dice.pick([[], [FAR[0]!]]) }
      const bench = new Bench({ ...options, capacity: 64 })
      const config = benchConfig(options, new RuleSlots(bench.counters))
      for (let i = 0; i < 15; i++) {
        const [from, frame] = randomFrame(dice)
        const tracer = new Tracer({
          config,
          snapshot,
          table: bench.table,
          now: bench.now,
          random: bench.random.copy(),
        })
        const traced = tracer.cross(from, frame)
        const before = bench.drops()
        bench.receive(from, frame)
        const dropped = Object.entries(bench.drops()).find(
          ([name, packets]) => packets > (before[name] ?? 0),
        )?.[0]
        expect(traced.reason > 0 ? DROP_REASONS[traced.reason]!.name : undefined).toBe(dropped)
        const written = traced.events.flatMap((event) =>
          event.kind === 'write' ? [{ device: event.device, frame: event.frame }] : [],
        )
        const taken = bench.taken().toSorted(byDevice)
        expect(written.toSorted(byDevice).map(unnumbered)).toEqual(taken.map(unnumbered))
        const outcome = dropped ?? 'carried'
        seen.set(outcome, (seen.get(outcome) ?? 0) + 1)
        bench.now++
      }
    }
    // The cases are worth something only if they come to many ends.
    expect(seen.size).toBeGreaterThanOrEqual(10)
    expect(seen.get('carried')).toBeGreaterThan(100)
  },
  300_000,
)

const byDevice = (a: { device: string }, b: { device: string }) => (a.device < b.device ? -1 : 1)

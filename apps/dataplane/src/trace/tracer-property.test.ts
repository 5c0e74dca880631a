/** Whatever the rules and whatever the packet: the tracer says what the path does, byte for byte, without doing it. */
import { anyRule, type Rule, rulesSchema, type Snapshot } from '@bauta/config'
import { expect, test } from 'vitest'
import { DROP_REASONS } from '../drop-reasons.ts'
import { Bench, benchConfig, benchSnapshot, LAN, LAN2, WAN } from '../path/bench.ts'
import { BOX } from '../path/crossing.ts'
import { framesFromText } from '../path/packet-text.ts'
import { RuleSlots } from '../rule-slots.ts'
import { Tracer } from './tracer.ts'

/** Park and Miller's minimal standard generator: the same cases in every run. */
function generator(seed: number) {
  let state = seed
  const next = () => {
    state = (state * 48_271) % 0x7fffffff
    return state
  }
  return { next, pick: <T>(list: readonly T[]): T => list[next() % list.length]! }
}
type Dice = ReturnType<typeof generator>

const NEAR = ['192.168.77.11', '192.168.77.12', '192.168.78.5']
const FAR = ['93.184.216.34', '93.184.216.40']
const OWN = ['192.168.77.1', '198.51.100.2']
const PORTS = [22, 53, 80, 5000, 40_000]

function randomRule(dice: Dice, id: number, chain: string): Rule {
  const { next, pick } = dice
  const sometimes = <T>(value: T) => (next() % 3 === 0 ? value : null)
  const invert = () => next() % 4 === 0
  const number = pick([1, 6, 17])
  const ports = () => {
    const from = pick(PORTS)
    return { from, to: from + (next() % 3) * 100, invert: invert() }
  }
  const protocol = sometimes({ number, invert: false })
  const hasPorts = protocol !== null && number !== 1
  const targets: Rule['target'][] = [{ verdict: 'ACCEPT' }, { verdict: 'DENY' }, { verdict: 'REJECT' }]
  if (chain === 'forward') targets.push({ verdict: 'MASQ' }, { verdict: 'MASQ' })
  return {
    ...anyRule(id),
    enabled: next() % 8 !== 0,
    protocol,
    source: sometimes({ network: pick([...NEAR, ...FAR, '192.168.0.0/16', '0.0.0.0/0']), invert: invert() }),
    destination: sometimes({ network: pick([...NEAR, ...FAR, ...OWN, '93.184.216.0/24']), invert: invert() }),
    destinationPorts: hasPorts ? sometimes(ports()) : null,
    sourcePorts: hasPorts ? sometimes(ports()) : null,
    inInterface:
      chain === 'input'
        ? sometimes({ name: pick(['@lan', '@wan', 'lan0', 'lan+']), invert: invert() })
        : null,
    connection: sometimes(pick(['known', 'new'] as const)),
    target: next() % 6 === 0 ? null : next() % 9 === 0 ? { chain: 'mine' } : pick(targets),
  }
}

function randomSnapshot(dice: Dice): Snapshot {
  const snapshot = benchSnapshot()
  let id = 1000
  const some = (chain: string) => Array.from({ length: dice.next() % 6 }, () => randomRule(dice, id++, chain))
  const chains = snapshot.rules.chains.map((chain) => ({
    ...chain,
    policy: dice.pick(['ACCEPT', 'ACCEPT', 'ACCEPT', 'DENY', 'REJECT'] as const),
    rules: [...some(chain.name), ...(dice.next() % 2 === 0 ? chain.rules : [])],
  }))
  const mine = {
    table: 'filter' as const,
    name: 'mine',
    policy: null,
    rules: some('mine').map((rule) => ({
      ...rule,
      target: rule.target && 'chain' in rule.target ? null : rule.target,
    })),
  }
  return { ...snapshot, rules: rulesSchema.parse({ dialect: 'classic', chains: [...chains, mine] }) }
}

function randomFrame({ next, pick }: Dice): [number, Uint8Array] {
  const everybody = [...NEAR, ...FAR, ...OWN]
  const [source, destination] =
    next() % 3 === 0 ? [pick(NEAR), pick(FAR)] : [pick(everybody), pick(everybody)]
  const right = FAR.includes(source) ? WAN : OWN.includes(source) ? BOX : source === NEAR[2] ? LAN2 : LAN
  const words = `ttl ${pick([1, 60, 64, 64])}${pick(['', ' DF'])} len ${pick([60, 200, 1500])}`
  const ends = `${source}:${pick(PORTS)} > ${destination}:${pick(PORTS)}`
  const text = pick([
    `tcp ${ends} [${pick(['S', 'S', 'S.', '.', 'F.', 'R', 'SF'])}] ${words}`,
    `udp ${ends} ${words}`,
    `icmp ${source} > ${destination} type ${pick([0, 8, 5, 13])} code 0 icmpid ${pick(PORTS)} ${words}`,
    `icmp ${source} > ${destination} type 3 code 3 about {udp ${destination}:${pick(PORTS)} > ${source}:53}`,
    `protocol ${pick([47, 50, 2])} ${source} > ${destination} ${words}`,
  ])
  return [next() % 6 === 0 ? pick([LAN, LAN2, WAN, BOX]) : right, framesFromText(text)[0]!]
}

test('verdict and bytes are those of the path, for 30 rule sets and 30 packets each', () => {
  const dice = generator(417)
  const seen = new Map<string, number>()
  for (let round = 0; round < 30; round++) {
    const snapshot = randomSnapshot(dice)
    const options = { snapshot, wanMtu: dice.pick([1500, 1492]) }
    const bench = new Bench({ ...options, capacity: 64 })
    const config = benchConfig(options, new RuleSlots(bench.counters))
    for (let i = 0; i < 30; i++) {
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
      expect(written.toSorted(byDevice)).toEqual(bench.taken().toSorted(byDevice))
      const outcome = dropped ?? 'carried'
      seen.set(outcome, (seen.get(outcome) ?? 0) + 1)
      bench.now++
    }
  }
  // The cases are worth something only if they come to many ends.
  expect(seen.size).toBeGreaterThanOrEqual(10)
  expect(seen.get('carried')).toBeGreaterThan(100)
}, 300_000)

const byDevice = (a: { device: string }, b: { device: string }) => (a.device < b.device ? -1 : 1)

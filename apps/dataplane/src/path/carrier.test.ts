/**
 * With the kernel carrying what is decided, nothing differs but who does the work: the same packets leave, the same counters count, the same
 * table is left. Random rules and random conversations, in a box without and a box with the kernel's part, side by side.
 */
import {
  anyRule,
  chainLabel,
  emptyRules,
  formatAddress,
  type Rule,
  rulesSchema,
  type Snapshot,
} from '@bauta/config'
import { CARRY, CARRY_STATES, type ConnectionTable } from '@bauta/masq'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DROP_REASONS } from '../drop-reasons.ts'
import { Bench, benchSnapshot, LAN, LAN2, WAN } from './bench.ts'
import { framesFromText } from './packet-text.ts'

const RUNS = Number(process.env.BAUTA_FUZZ ?? 10_000) / 100

interface Flow {
  protocol: 'tcp' | 'udp'
  from: number
  client: string
  port: number
  server: string
  serverPort: number
}
const FLOWS: readonly Flow[] = [
  {
    protocol: 'tcp',
    from: LAN,
    client: '192.168.77.11',
    port: 40_000,
    server: '93.184.216.34',
    serverPort: 80,
  },
  {
    protocol: 'udp',
    from: LAN,
    client: '192.168.77.11',
    port: 5000,
    server: '93.184.216.34',
    serverPort: 53,
  },
  {
    protocol: 'udp',
    from: LAN2,
    client: '192.168.78.5',
    port: 5000,
    server: '93.184.216.40',
    serverPort: 5000,
  },
  {
    protocol: 'tcp',
    from: LAN2,
    client: '192.168.78.5',
    port: 40_000,
    server: '93.184.216.34',
    serverPort: 22,
  },
  {
    protocol: 'udp',
    from: LAN,
    client: '192.168.77.12',
    port: 7000,
    server: '192.168.78.5',
    serverPort: 7000,
  },
]

const range = (from: number, to = from) => ({ from, to, invert: false })
const match: fc.Arbitrary<Partial<Rule>> = fc.constantFrom<Partial<Rule>>(
  {},
  { protocol: { number: 6, invert: false } },
  { protocol: { number: 17, invert: false }, destinationPorts: range(53) },
  { protocol: { number: 17, invert: false }, sourcePorts: range(1024, 65_535) },
  { source: { network: '192.168.77.0/24', invert: false } },
  { destination: { network: '93.184.216.40', invert: true } },
  { protocol: { number: 6, invert: false }, tcpFlags: { mask: 0x16, set: 0x02, invert: false } },
  { protocol: { number: 6, invert: false }, tcpFlags: { mask: 0x16, set: 0x02, invert: true } },
)
/** What makes a rule ask, or do, something else from packet to packet; one rule in ten has it. */
const rarely = (...extras: Partial<Rule>[]) =>
  fc.oneof({ weight: 9, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: fc.constantFrom(...extras) })

const effect = rarely(
  { log: true },
  { setTos: { and: 0x01, xor: 0x10 } },
  { setMark: { value: 5, add: false } },
  { protocol: { number: 6, invert: false }, tcpFlags: { mask: 0x08, set: 0x08, invert: false } },
)
const beyond = rarely(
  { tos: { value: 0x10, mask: 0xfe, invert: false } },
  { length: { from: 200, to: 900, invert: false } },
  { limit: { rate: 5, per: 'second', burst: 3 } },
  { mark: { value: 5, mask: 255, invert: false } },
  { states: { list: ['NEW'], invert: false } },
  { states: { list: ['ESTABLISHED', 'RELATED'], invert: false } },
)

const accept: Partial<Rule> = { target: { verdict: 'ACCEPT' } }
const masquerade: Partial<Rule> = { target: { verdict: 'MASQ' } }
const deny: Partial<Rule> = { target: { verdict: 'DENY' } }
/** Mostly rules that only count: of a household where nothing passes there is nothing to carry. */
const target = (letting: Partial<Rule>) =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constant<Partial<Rule>>({ target: null }) },
    { weight: 3, arbitrary: fc.constant(letting) },
    { weight: 1, arbitrary: fc.constant(deny) },
  )

const some = (extras: fc.Arbitrary<Partial<Rule>>, letting: Partial<Rule>) =>
  fc.array(
    fc.tuple(match, extras, target(letting)).map(([one, other, last]) => ({ ...one, ...other, ...last })),
    { maxLength: 4 },
  )

const classic: fc.Arbitrary<Snapshot> = fc
  .tuple(some(effect, accept), some(effect, masquerade), some(effect, accept))
  .map((lists) => {
    const snapshot = benchSnapshot()
    let id = 100
    const chains = snapshot.rules.chains.map((chain, i) => ({
      ...chain,
      // What runs into the end of forward is masqueraded out, or goes over to the other network.
      policy: i === 1 ? ('ACCEPT' as const) : chain.policy,
      rules: [...lists[i]!.map((fields) => ({ ...anyRule(id++), ...fields })), ...chain.rules],
    }))
    return { ...snapshot, rules: rulesSchema.parse({ dialect: 'classic', chains }) }
  })

const netfilter: fc.Arbitrary<Snapshot> = fc
  .tuple(some(beyond, accept), some(beyond, accept), some(beyond, accept))
  .map(([forward, mangle, post]) => {
    const snapshot = benchSnapshot()
    const rules = emptyRules('netfilter')
    let id = 100
    const out: Partial<Rule> = {
      outInterface: { name: '@wan', invert: false },
      target: { verdict: 'MASQ' },
    }
    const lists: Record<string, Partial<Rule>[]> = {
      FORWARD: forward,
      'mangle FORWARD': mangle,
      'mangle POSTROUTING': post,
      'nat POSTROUTING': [out],
    }
    for (const chain of rules.chains)
      chain.rules = (lists[chainLabel(chain)] ?? []).map((fields) => ({ ...anyRule(id++), ...fields }))
    return { ...snapshot, rules: rulesSchema.parse(rules) }
  })

const step = fc.record({
  flow: fc.nat(FLOWS.length - 1),
  back: fc.boolean(),
  flags: fc.constantFrom('.', '.', '.', '.', '.', '.', 'P.', 'S', 'S', 'F.', 'R'),
  length: fc.constantFrom(60, 60, 400, 1500, 1501),
  words: fc.constantFrom('DF', 'DF', 'DF', 'DF', '', 'tos 16 DF', 'ttl 1 DF', 'DF gso 300', 'DF partial'),
  from: fc.constantFrom(null, null, null, null, null, null, null, LAN, WAN, LAN2),
  wait: fc.constantFrom(0, 0, 0, 0.01, 1, 31),
  again: fc.nat(12),
})
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

/** As the one who speaks would address it: an answer goes to where the box sent the question from. */
function frameOf({ flow, back, flags, length, words }: Step, table: ConnectionTable): Uint8Array {
  const { protocol, client, port, server, serverPort } = FLOWS[flow]!
  const ends = back
    ? `${server}:${serverPort} > ${outside(table, FLOWS[flow]!)}`
    : `${client}:${port} > ${server}:${serverPort}`
  const size = words.endsWith('gso 300') ? Math.max(length, 400) : length
  const said = [protocol, ends, protocol === 'tcp' ? `[${flags}]` : '', words, `len ${size}`]
  return framesFromText(said.filter((word) => word !== '').join(' '))[0]!
}

function outside(table: ConnectionTable, { client, port, protocol }: Flow): string {
  for (let slot = 0; slot < table.limit; slot++)
    if (
      table.used(slot) &&
      table.protocol(slot) === (protocol === 'tcp' ? 6 : 17) &&
      formatAddress(table.client(slot)) === client &&
      table.clientPort(slot) === port
    )
      return `${formatAddress(table.wan(slot))}:${table.masqPort(slot)}`
  return `198.51.100.2:${port}`
}

const sideOf = ({ flow, back }: Step): number => {
  const { from, server } = FLOWS[flow]!
  if (!back) return from
  return server.startsWith('192.168.78') ? LAN2 : WAN
}

/** All that a household or an administrator can see of it. */
function summary(bench: Bench) {
  bench.settle()
  const { table, counters } = bench
  const connections = []
  for (let slot = 0; slot < table.limit; slot++)
    if (table.used(slot))
      connections.push({
        client: table.client(slot),
        masqPort: table.masqPort(slot),
        state: table.stateName(slot),
        flags: table.flags(slot),
        out: [table.packetsOut(slot), table.bytesOut(slot)],
        in: [table.packetsIn(slot), table.bytesIn(slot)],
        seen: table.lastSeen(slot),
        expires: table.expiresAt(slot),
        rule: table.ruleId(slot),
      })
  return {
    connections,
    rules: [...counters.rules.subarray(0, 100)],
    paths: [...counters.paths],
    drops: DROP_REASONS.map(({ name }, i) => `${name} ${counters.drops[i]}`).filter(
      (text) => !text.endsWith(' 0'),
    ),
  }
}

function sideBySide(snapshot: Snapshot, steps: readonly Step[]): Bench {
  const alone = new Bench({ snapshot, capacity: 64 })
  const helped = new Bench({ snapshot, capacity: 64, carried: true })
  for (const one of steps) {
    for (const bench of [alone, helped]) bench.passTime(one.wait)
    const from = one.from ?? sideOf(one)
    for (let times = 0; times <= one.again; times++) {
      const frame = frameOf(one, alone.table)
      alone.receive(from, frame)
      helped.receive(from, frame)
      expect(helped.taken()).toEqual(alone.taken())
    }
  }
  expect(summary(helped)).toEqual(summary(alone))
  return helped
}

for (const [name, rules] of [
  ['classic', classic],
  ['netfilter', netfilter],
] as const)
  test(`${name}: random rules and conversations come out alike, whoever carries them`, () => {
    let carried = 0
    let packets = 0
    const seen = new Set<number>()
    fc.assert(
      fc.property(rules, fc.array(step, { minLength: 10, maxLength: 40 }), (snapshot, steps) => {
        const bench = sideBySide(snapshot, steps)
        carried += bench.kernel!.carried
        packets += steps.reduce((sum, { again }) => sum + again + 1, 0)
        for (let slot = 0; slot < bench.table.limit; slot++) seen.add(bench.table.carry(slot))
      }),
      { numRuns: RUNS, seed: 20_241 },
    )
    console.log(
      `${name}: the kernel carried ${carried} of ${packets} packets; ended as ${[...seen].map((one) => CARRY_STATES[one]!.name)}`,
    )
    expect(carried).toBeGreaterThan(packets / 10)
    expect(seen.has(CARRY.kernel)).toBe(true)
    expect(seen.has(CARRY.rule)).toBe(true)
  }, 0)

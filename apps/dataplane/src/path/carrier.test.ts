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
import { CARRY, CARRY_STATES, type ConnectionTable, FLAG } from '@bauta/masq'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DROP_REASONS } from '../drop-reasons.ts'
import { Bench, benchSnapshot, LAN, LAN2, WAN } from './bench.ts'
import { framesFromText } from './packet-text.ts'

const RUNS = Number(process.env.BAUTA_FUZZ ?? 10_000) / 100

interface Flow {
  protocol: 'tcp' | 'udp' | 'icmp'
  from: number
  client: string
  port: number
  server: string
  serverPort: number
  /** Who really answers, where another is asked. */
  answers?: string
}
/** A constant DNS address, and the server that the line has. */
const [CONSTANT, RESOLVER] = ['10.2.0.1', '93.184.216.53']
const FLOWS: readonly Flow[] = [
  {
    protocol: 'udp',
    from: LAN,
    client: '192.168.77.12',
    port: 6000,
    server: CONSTANT,
    serverPort: 53,
    answers: RESOLVER,
  },
  {
    protocol: 'tcp',
    from: LAN,
    client: '192.168.77.12',
    port: 6100,
    server: CONSTANT,
    serverPort: 53,
    answers: RESOLVER,
  },
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
  // Ports of a ping: its identifier, and type and code of the request. The second one's are the same number.
  {
    protocol: 'icmp',
    from: LAN,
    client: '192.168.77.11',
    port: 40_000,
    server: '93.184.216.34',
    serverPort: 2048,
  },
  {
    protocol: 'icmp',
    from: LAN2,
    client: '192.168.78.5',
    port: 2048,
    server: '93.184.216.34',
    serverPort: 2048,
  },
]

const range = (from: number, to = from) => ({ from, to, invert: false })
const match: fc.Arbitrary<Partial<Rule>> = fc.constantFrom<Partial<Rule>>(
  {},
  { protocol: { number: 6, invert: false } },
  { protocol: { number: 17, invert: false }, destinationPorts: range(53) },
  { protocol: { number: 17, invert: false }, sourcePorts: range(1024, 65_535) },
  { protocol: { number: 1, invert: false } },
  { protocol: { number: 1, invert: false }, icmp: { type: 8, code: null, invert: false } },
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
  { protocol: { number: 6, invert: false }, tcpFlags: { mask: 0x08, set: 0x08, invert: false }, icmp: null },
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
  flags: fc.constantFrom('.', '.', '.', '.', '.', '.', 'P.', 'S', 'S', 'S.', 'SP.', 'F.', 'R'),
  length: fc.constantFrom(60, 60, 400, 1500, 1501),
  words: fc.constantFrom('DF', 'DF', 'DF', 'DF', '', 'tos 16 DF', 'ttl 1 DF', 'DF gso 300', 'DF partial'),
  /** Of a ping: as it belongs, as if it came from the other side, or another query. */
  kind: fc.constantFrom('right', 'right', 'right', 'right', 'wrong', 'type 13', 'code 1'),
  from: fc.constantFrom(null, null, null, null, null, null, null, LAN, WAN, LAN2),
  wait: fc.constantFrom(0, 0, 0, 0.01, 1, 31),
  /** Before it somebody opens a connection of this port, and is answered. */
  opens: fc.constantFrom(null, null, 0, 1, 2, 3),
  /** What both then say of their MSS: nothing, what fits, or more. */
  mss: fc.constantFrom('', ' mss 1460', ' mss 8960'),
  again: fc.nat(32),
})
type Step = Omit<typeof step extends fc.Arbitrary<infer T> ? T : never, 'words'> & { words: string }

const opening = (one: Step): Step[] => {
  if (one.opens === null) return []
  const mss = FLOWS[one.flow]!.protocol === 'tcp' ? one.mss : ''
  const plain = { ...one, from: null, again: 0, length: 60, words: `DF${mss}`, kind: 'right' } as const
  return [
    { ...plain, back: false, flags: 'S' },
    { ...plain, back: true, flags: 'S.', wait: 0 },
  ]
}
const flowOf = ({ flow, opens }: Step): Flow => {
  const found = FLOWS[flow]!
  return { ...found, port: found.port + (opens ?? 0) }
}

/** As the one who speaks would address it: an answer goes to where the box sent the question from. */
function frameOf(one: Step, table: ConnectionTable): Uint8Array {
  const { back, flags, length, words } = one
  const flow = flowOf(one)
  const { protocol, client, port, server, serverPort, answers = server } = flow
  if (protocol === 'icmp') return pingOf(one, table)
  const ends = back
    ? `${answers}:${serverPort} > ${outside(table, flow)}`
    : `${client}:${port} > ${server}:${serverPort}`
  const size = words.endsWith('gso 300') ? Math.max(length, 400) : length
  const said = [protocol, ends, protocol === 'tcp' ? `[${flags}]` : '', words, `len ${size}`]
  return framesFromText(said.filter((word) => word !== '').join(' '))[0]!
}

function pingOf(one: Step, table: ConnectionTable): Uint8Array {
  const { back, kind, length, words } = one
  const flow = flowOf(one)
  const { client, port, server } = flow
  const [address, id] = back ? outside(table, flow).split(':') : [client, port]
  const ends = back ? `${server} > ${address}` : `${client} > ${server}`
  const type = back === (kind === 'wrong') ? 8 : 0
  const about = kind === 'type 13' ? kind : `type ${type}${kind === 'code 1' ? ' code 1' : ''}`
  const plain = words.replace(/ ?(gso 300|partial)/, '')
  const said = ['icmp', ends, about, `icmpid ${id}`, plain, `len ${length}`]
  return framesFromText(said.filter((word) => word !== '').join(' '))[0]!
}

const NUMBER = { tcp: 6, udp: 17, icmp: 1 }

function outside(table: ConnectionTable, { client, port, protocol }: Flow): string {
  for (let slot = 0; slot < table.limit; slot++)
    if (
      table.used(slot) &&
      table.protocol(slot) === NUMBER[protocol] &&
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

function sideBySide(rules: Snapshot, steps: readonly Step[]): Bench {
  const snapshot = { ...rules, dns: { ...rules.dns, constant: [CONSTANT] } }
  const options = { snapshot, servers: [RESOLVER], capacity: 64 }
  const alone = new Bench(options)
  const helped = new Bench({ ...options, carried: true })
  for (const one of steps.flatMap((step) => [...opening(step), step])) {
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
    let answers = 0
    let packets = 0
    const seen = new Set<number>()
    fc.assert(
      fc.property(rules, fc.array(step, { minLength: 10, maxLength: 40 }), (snapshot, steps) => {
        const bench = sideBySide(snapshot, steps)
        carried += bench.kernel!.carried
        answers += bench.kernel!.answers
        packets += steps.reduce((sum, { again }) => sum + again + 1, 0)
        for (let slot = 0; slot < bench.table.limit; slot++) seen.add(bench.table.carry(slot))
      }),
      { numRuns: RUNS, seed: 20_241 },
    )
    console.log(
      `${name}: the kernel carried ${carried} of ${packets} packets, ${answers} of them first answers; ended as ${[...seen].map((one) => CARRY_STATES[one]!.name)}`,
    )
    expect(carried).toBeGreaterThan(packets / 10)
    expect(answers).toBeGreaterThan(RUNS)
    expect(seen.has(CARRY.kernel)).toBe(true)
    expect(seen.has(CARRY.rule)).toBe(true)
  }, 0)

test('a ping that lasts is carried in both directions, and no other query with its number', () => {
  const bench = new Bench({ capacity: 64, carried: true })
  const ping = (type: number, from: number, text: string) =>
    bench.receive(from, framesFromText(`icmp ${text} type ${type} icmpid 40000 DF len 84`)[0]!)
  const there = '192.168.77.11 > 93.184.216.34'
  const back = '93.184.216.34 > 198.51.100.2'
  for (let i = 0; i < 5; i++) {
    ping(8, LAN, there)
    ping(0, WAN, back)
  }
  const { carried } = bench.kernel!
  expect(carried).toBeGreaterThan(0)
  ping(8, LAN, there)
  ping(0, WAN, back)
  expect(bench.kernel!.carried).toBe(carried + 2)
  for (const type of [8, 13, 14, 17]) ping(type, WAN, back)
  for (const type of [0, 13, 14, 17]) ping(type, LAN, there)
  expect(bench.kernel!.carried).toBe(carried + 2)
})

test('settings in which nothing differs for packets leave connections to the kernel, others take them back', () => {
  const bench = new Bench({ capacity: 64, carried: true })
  const carries = () => bench.table.carriedBits(0) !== 0
  const [question] = framesFromText('udp 192.168.77.11:5000 > 93.184.216.34:53 DF len 60')
  bench.receive(LAN, question!)
  bench.receive(LAN, question!)
  expect(carries()).toBe(true)
  bench.configureAgain()
  expect(carries()).toBe(true)
  const { carried } = bench.kernel!
  bench.receive(LAN, question!)
  expect(bench.kernel!.carried).toBe(carried + 1)
  const shorter = { ...benchSnapshot().timeouts, udp: 60 }
  bench.configure({ snapshot: { ...benchSnapshot(), timeouts: shorter } })
  expect(carries()).toBe(false)
})

test('connections of one question and one answer do not keep others from being looked after', () => {
  const bench = new Bench({ capacity: 65_536, carried: true })
  const say = (from: number, text: string) => bench.receive(from, framesFromText(`udp ${text} DF len 60`)[0]!)
  const lasting = Array.from({ length: 20 }, (_, i) => `192.168.77.11:${6000 + i} > 93.184.216.34:9`)
  for (const one of lasting) for (let i = 0; i < 3; i++) say(LAN, one)
  let late = 0
  for (let tick = 0; tick < 500; tick++) {
    for (const one of lasting) say(LAN, one)
    for (let i = 0; i < 5; i++) {
      const server = `93.185.${tick >> 5}.${((tick & 31) << 3) + i}:53`
      say(LAN, `192.168.77.12:5000 > ${server}`)
      say(WAN, `${server} > 198.51.100.2:5000`)
    }
    bench.passTime(0.01)
    for (let slot = 0; slot < lasting.length; slot++)
      late = Math.max(late, bench.now - bench.table.lastSeen(slot))
  }
  expect(bench.kernel!.answers).toBe(500 * 5)
  // half a second, and what a list that grows costs
  expect(late).toBeLessThan(75)
})

test('an answer that was on its way through the kernel when its connection was taken back is heard of', () => {
  const bench = new Bench({ capacity: 64, carried: true })
  // Without DF, what goes out is never the kernel's.
  const [question] = framesFromText('udp 192.168.77.11:5000 > 93.184.216.34:53 len 60')
  bench.receive(LAN, question!)
  expect(bench.table.awaitsAnswer(0)).toBe(true)
  bench.receive(LAN, question!)
  expect([bench.table.awaitsAnswer(0), bench.table.flags(0) & FLAG.replied]).toEqual([false, 0])
  bench.kernel!.tellAnswer(0, bench.table.generation(0), 60, bench.now)
  bench.receive(LAN, question!)
  expect(bench.table.flags(0) & FLAG.replied).toBe(FLAG.replied)
  expect([bench.table.packetsIn(0), bench.table.bytesIn(0)]).toEqual([1, 60])
  const stranger = new Bench({ capacity: 64, carried: true })
  stranger.receive(LAN, question!)
  stranger.kernel!.tellAnswer(0, stranger.table.generation(0) - 2, 60, stranger.now)
  stranger.settle()
  expect([stranger.table.awaitsAnswer(0), stranger.table.flags(0) & FLAG.replied]).toEqual([true, 0])
})

test('what is not answered for long is looked after no more, and answered later all the same', () => {
  const bench = new Bench({ capacity: 64, carried: true })
  const say = (from: number, text: string) => bench.receive(from, framesFromText(`tcp ${text} DF len 60`)[0]!)
  say(LAN, '192.168.77.11:5000 > 93.184.216.34:80 [S]')
  bench.passTime(2)
  expect(bench.table.awaitsAnswer(0)).toBe(true)
  bench.passTime(2)
  expect(bench.table.awaitsAnswer(0)).toBe(false)
  say(WAN, '93.184.216.34:80 > 198.51.100.2:5000 [S.]')
  expect([bench.table.stateName(0), bench.table.packetsIn(0)]).toEqual(['ESTABLISHED', 1])
})

test('shorter timeouts count from the next packet on, also for what the kernel has carried', () => {
  const [question] = framesFromText('udp 192.168.77.11:5000 > 93.184.216.34:53 DF len 60')
  const left = (carried: boolean) => {
    const bench = new Bench({ capacity: 64, carried })
    for (let i = 0; i < 3; i++) bench.receive(LAN, question!)
    bench.passTime(0.02)
    bench.receive(LAN, question!)
    bench.configure({ snapshot: { ...benchSnapshot(), timeouts: { ...benchSnapshot().timeouts, udp: 30 } } })
    bench.settle()
    return bench.table.expiresAt(0) - bench.now
  }
  expect(left(true)).toBe(left(false))
  expect(left(true)).toBeGreaterThan(100 * 100)
})

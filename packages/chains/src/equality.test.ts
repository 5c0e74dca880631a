/**
 * Three readings of the same rules must agree: the compiled program, the trace in words, and an interpreter written
 * here as plainly as possible, without sight of the other two.
 */
import {
  BUILT_INS,
  type Chain,
  CONNECTION_STATES,
  type ConnectionStateName,
  chainLabel,
  type Dialect,
  formatAddress,
  type Rule,
  type Rules,
} from '@bauta/config'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileChains } from './compile.ts'
import { macNumber } from './compile-extra.ts'
import { Evaluator } from './evaluator.ts'
import { INTERFACES, netfilterRules, rule, rulesOf } from './fixtures.ts'
import type { Hook, MatchInput, Verdict } from './packet-input.ts'
import { STATE, verdictName } from './packet-input.ts'
import { trace } from './trace.ts'

interface Case {
  input: MatchInput
  inIf: number
  outIf: number
  state: ConnectionStateName
  hook: Hook
  /** Ticks since the packet before. */
  pause: number
}

/** Who is known by his card. */
const CARDS: Record<number, string> = { 3232235778: '02:00:00:00:00:02', 3405803785: '02:00:00:00:00:09' }

// --- the plain interpreter: rule ids counted, the answer by name ---------------------------------------------------

const bitsOf = (address: number) => address.toString(2).padStart(32, '0')
const numberOf = (dotted: string) => dotted.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)

function plainNetwork(match: Rule['source'], address: number): boolean {
  if (!match) return true
  const [base = '', mask = '32'] = match.network.split('/')
  const wanted = bitsOf(numberOf(base))
  const looked = mask.includes('.') ? bitsOf(numberOf(mask)) : '1'.repeat(Number(mask)).padEnd(32, '0')
  const equal = [...bitsOf(address)].every((bit, i) => looked[i] === '0' || bit === wanted[i])
  return equal !== match.invert
}

function plainInterface(match: Rule['inInterface'], index: number): boolean {
  if (!match) return true
  const found = INTERFACES.list[index]
  const names = found ? [found.name, `@${found.role}`, ...prefixesOf(found.name)] : []
  return names.includes(match.name) !== match.invert
}

const prefixesOf = (name: string) => [...name].map((_, i) => `${name.slice(0, i + 1)}+`)

const within = (value: number, ranges: readonly { from: number; to: number }[]) =>
  ranges.some(({ from, to }) => value >= from && value <= to)

const matchesBits = (value: number, match: Rule['mark']) =>
  !match || ((BigInt(value) & BigInt(match.mask)) === BigInt(match.value)) !== match.invert

function plainPorts(match: Rule['sourcePorts'], port: number, later: boolean): boolean {
  if (!match) return true
  if (later) return match.from === 0 && match.to === 65535 && !match.invert
  return (match.from <= port && port <= match.to) !== match.invert
}

function plainMatch(one: Rule, { input, inIf, outIf, state }: Case, carried: Carried): boolean {
  const known = state === 'ESTABLISHED' || state === 'RELATED'
  const later = input.fragmentOffset > 0
  const flags = one.tcpFlags
  return [
    one.enabled,
    plainNetwork(one.source, input.source),
    plainNetwork(one.destination, input.destination),
    !one.protocol || (one.protocol.number === input.protocol) !== one.protocol.invert,
    plainPorts(one.sourcePorts, input.sourcePort, later),
    plainPorts(one.destinationPorts, input.destinationPort, later),
    !one.icmp ||
      (!later &&
        (one.icmp.type === input.icmpType && [null, input.icmpCode].includes(one.icmp.code)) !==
          one.icmp.invert),
    plainInterface(one.inInterface, inIf),
    plainInterface(one.outInterface, outIf),
    !one.fragment || later !== one.fragment.invert,
    !flags || (!later && ((input.tcpFlags & flags.mask) === flags.set) !== flags.invert),
    !one.connection || (one.connection === 'known') === known,
    !one.states || one.states.list.includes(state) !== one.states.invert,
    one.multiport.every(({ side, ranges, invert }) => {
      const ports = { source: [input.sourcePort], destination: [input.destinationPort] }
      const looked = side === 'either' ? [...ports.source, ...ports.destination] : ports[side]
      return !later && looked.some((port) => within(port, ranges)) !== invert
    }),
    matchesBits(carried.tos, one.tos),
    matchesBits(carried.mark, one.mark),
    !one.mac || (CARDS[input.source] === one.mac.address) !== one.mac.invert,
    !one.length || within(input.totalLength, [one.length]) !== one.length.invert,
  ].every(Boolean)
}

/** What rules change on the way; `now` and `spent` are for limits. */
interface Carried {
  mark: number
  tos: number
  now: number
  spent: Map<number, { saved: number; at: number }>
}

/** The bucket of a rule, in packets and ticks; takes one out when there is one. */
function plainLimit(one: Rule, carried: Carried): boolean {
  if (!one.limit) return true
  const { rate, per, burst } = one.limit
  const ticksPerPacket = ({ second: 1, minute: 60, hour: 3600, day: 86_400 }[per] * 100) / rate
  const { saved, at } = carried.spent.get(one.id) ?? { saved: burst, at: carried.now }
  const filled = Math.min(burst, saved + (carried.now - at) / ticksPerPacket)
  const has = filled > 1 - 1e-9
  carried.spent.set(one.id, { saved: has ? filled - 1 : filled, at: carried.now })
  return has
}

function plainEffects(one: Rule, carried: Carried): void {
  const mark = BigInt(carried.mark)
  if (one.setMark)
    carried.mark = Number(BigInt.asUintN(32, BigInt(one.setMark.value) + (one.setMark.add ? mark : 0n)))
  if (one.setTos) carried.tos = (carried.tos & one.setTos.and) ^ one.setTos.xor
  const { target } = one
  if (!target || !('action' in target)) return
  if (target.action === 'MARK')
    carried.mark = Number(BigInt.asUintN(32, (mark & ~BigInt(target.mask)) ^ BigInt(target.value)))
  if (target.action === 'TOS') carried.tos = ((carried.tos & ~target.mask) ^ target.value) & 255
  if (target.action === 'DSCP') carried.tos = (carried.tos % 4) + target.value * 4
}

function plainRun(rules: Rules, one: Case, carried: Carried) {
  const counted = new Map<string, number>()
  const count = (key: string | number) => counted.set(String(key), (counted.get(String(key)) ?? 0) + 1)
  const walk = (chain: Chain): [string, number] | null => {
    for (const candidate of chain.rules) {
      if (!plainMatch(candidate, one, carried) || !plainLimit(candidate, carried)) continue
      count(candidate.id)
      plainEffects(candidate, carried)
      const { target } = candidate
      if (target === null || 'action' in target) continue
      if ('chain' in target) {
        const next = rules.chains.find(({ table, name }) => table === chain.table && name === target.chain)
        const decided = walk(next!)
        if (decided) return decided
      } else if (target.verdict === 'RETURN') break
      else return [target.verdict, candidate.id]
    }
    if (chain.policy === null) return null
    count(chainLabel(chain))
    return [chain.policy, 0]
  }
  const [found, ruleId] = walk(rules.chains[one.hook]!)!
  const verdict = rules.dialect === 'classic' ? outOfPlace(found, one.hook) : found
  return { verdict, ruleId, counted }
}

const outOfPlace = (found: string, hook: Hook) =>
  found === 'MASQ' && hook !== 1
    ? 'ACCEPT'
    : found === 'REDIRECT'
      ? ['REDIRECT', 'DENY', 'ACCEPT'][hook]!
      : found

// --- small worlds, so that rules often match -----------------------------------------------------------------------

const ADDRESSES = [0xc0a80102, 0xc0a80103, 0xcb007109, 0xcb007180, 0x0a000001, 0xffffffff, 0]
const NETWORKS = [
  '0.0.0.0/0',
  '192.168.0.0/16',
  '192.0.0.3/255.0.0.255',
  '203.0.113.128/25',
  '128.0.0.0/1',
].concat(ADDRESSES.map(formatAddress))
const PORTS = [0, 25, 80, 1023, 1024, 65535]

const some = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null, freq: 2 })
const network = fc.record({ network: fc.constantFrom(...NETWORKS), invert: fc.boolean() })
const portMatch = fc
  .tuple(fc.constantFrom(...PORTS), fc.constantFrom(...PORTS), fc.boolean())
  .map(([a, b, invert]) => ({ from: Math.min(a, b), to: Math.max(a, b), invert }))
const interfaceMatch = fc.record({
  name: fc.constantFrom('lan0', 'wan0', 'ppp+', 'lan+', 'ppp0', '@lan', '@wan', 'eth7'),
  invert: fc.boolean(),
})
const tcpFlags = fc
  .tuple(fc.integer({ min: 1, max: 63 }), fc.nat(63), fc.boolean())
  .map(([mask, set, invert]) => ({ mask, set: set & mask, invert }))

/** Fields that suit one another: ports only with TCP or UDP, and so on. */
const fields = fc
  .constantFrom(null, 1, 6, 17, 47)
  .chain((number) => {
    const transport = number === 6 || number === 17
    return fc.record({
      enabled: fc.constantFrom(true, true, true, false),
      source: some(network),
      destination: some(network),
      protocol: fc.constant<Rule['protocol']>(number === null ? null : { number, invert: false }),
      sourcePorts: transport ? some(portMatch) : fc.constant(null),
      destinationPorts: transport ? some(portMatch) : fc.constant(null),
      icmp:
        number === 1
          ? some(
              fc.record({
                type: fc.constantFrom(0, 3, 8),
                code: some(fc.constantFrom(0, 4)),
                invert: fc.boolean(),
              }),
            )
          : fc.constant(null),
      fragment: some(fc.record({ invert: fc.boolean() })),
      tcpFlags: number === 6 ? some(tcpFlags) : fc.constant(null),
      connection: some(fc.constantFrom('known' as const, 'new' as const)),
      inInterface: some(interfaceMatch),
      outInterface: some(interfaceMatch),
      invertProtocol: fc.boolean(),
    })
  })
  .map(({ invertProtocol, ...one }) => {
    const free = !one.sourcePorts && !one.destinationPorts && !one.icmp && !one.tcpFlags
    if (one.protocol && free && invertProtocol) one.protocol = { ...one.protocol, invert: true }
    if (one.fragment && !free) one.fragment = { invert: true }
    return one
  })

const WORDS = [0, 1, 0xff, 0x80000000, 0xfffffffe, 0xffffffff]
const bits = (values: number[]) =>
  fc
    .tuple(fc.constantFrom(...values), fc.constantFrom(...values), fc.boolean())
    .map(([value, mask, invert]) => ({ value: (value & mask) >>> 0, mask, invert }))
const changed = (values: number[]) =>
  fc.record({ value: fc.constantFrom(...values), mask: fc.constantFrom(...values) })
const multiport = fc.record({
  side: fc.constantFrom('source' as const, 'destination' as const, 'either' as const),
  ranges: fc.array(
    portMatch.map(({ from, to }) => ({ from, to })),
    { minLength: 1, maxLength: 3 },
  ),
  invert: fc.boolean(),
})

/** What only one dialect has. */
const classicFields = fc.record({
  log: fc.boolean(),
  setMark: some(fc.record({ value: fc.constantFrom(...WORDS), add: fc.boolean() })),
  setTos: some(fc.record({ and: fc.constantFrom(0xff, 0x01, 0x1f), xor: fc.constantFrom(0, 0x10, 0x08) })),
})
const netfilterFields = fc.record({
  states: some(
    fc.record({
      list: fc.uniqueArray(fc.constantFrom(...CONNECTION_STATES), { minLength: 1 }),
      invert: fc.boolean(),
    }),
  ),
  multiport: fc.array(multiport, { maxLength: 2 }),
  tos: some(bits([0, 0x10, 0x08, 0xff])),
  mark: some(bits(WORDS)),
  mac: some(fc.record({ address: fc.constantFrom(...Object.values(CARDS)), invert: fc.boolean() })),
  length: some(
    fc
      .tuple(fc.constantFrom(0, 40, 100), fc.constantFrom(100, 1500), fc.boolean())
      .map(([from, to, invert]) => ({ from, to, invert })),
  ),
  limit: some(
    fc.record({
      rate: fc.constantFrom(1, 3, 100),
      per: fc.constantFrom('second' as const, 'minute' as const),
      burst: fc.constantFrom(1, 2, 5),
    }),
  ),
})

const MINE = ['one', 'two', 'three']
type Target = Rule['target']
const plainVerdicts = (
  names: readonly ('ACCEPT' | 'DENY' | 'RETURN' | 'QUEUE' | 'REJECT' | 'MASQ')[],
): Target[] => names.map((verdict) => ({ verdict }))

/** Targets for a chain: a jump leads to a later user chain of the same table, so that there is no circle. */
function targetsIn(dialect: Dialect, chain: string): fc.Arbitrary<Target> {
  const own = MINE.indexOf(chain.split(' ').at(-1)!)
  const jumps = MINE.slice(own + 1).map((name): Target => ({ chain: name }))
  const fixed = plainVerdicts(['ACCEPT', 'DENY', 'RETURN'])
  if (dialect === 'classic') {
    fixed.push(...plainVerdicts(['REJECT']))
    if (chain !== 'input' && chain !== 'output') fixed.push(...plainVerdicts(['MASQ']))
    return fc.constantFrom(null, ...fixed, ...jumps)
  }
  fixed.push(...plainVerdicts(['QUEUE']))
  if (chain.startsWith('nat ')) {
    if (chain === 'nat POSTROUTING') fixed.push({ verdict: 'MASQ' }, snat('SNAT'))
    else if (own < 0) fixed.push(snat('DNAT'), { verdict: 'REDIRECT', ports: null })
    fixed.push({ verdict: 'NETMAP', network: '10.0.0.0/24' })
    return fc.constantFrom(null, ...fixed, ...jumps)
  }
  if (chain.startsWith('mangle '))
    return fc.oneof(
      fc.constantFrom(null, ...fixed, ...jumps),
      changed(WORDS).map((change): Target => ({ action: 'MARK', ...change })),
      changed([0, 0x10, 0xff]).map((change): Target => ({ action: 'TOS', ...change })),
      fc.nat(63).map((value): Target => ({ action: 'DSCP', value })),
    )
  const log: Target = {
    action: 'LOG',
    level: 4,
    prefix: '',
    tcpSequence: false,
    tcpOptions: false,
    ipOptions: false,
  }
  return fc.constantFrom(null, log, ...fixed, ...plainVerdicts(['REJECT']), ...jumps)
}

const snat = (verdict: 'SNAT' | 'DNAT'): Target => ({
  verdict,
  ranges: [{ from: '192.0.2.1', to: '192.0.2.9' }],
  ports: null,
  persistent: false,
  random: false,
})

const [NO_IN, NO_OUT] = [/^output$|OUTPUT$|POSTROUTING$/, /^input$|INPUT$|PREROUTING$/]

function ruleIn(dialect: Dialect, chain: string) {
  const own = MINE.some((name) => chain.endsWith(name))
  return fc
    .record({
      one: fields,
      more: dialect === 'classic' ? classicFields : netfilterFields,
      target: targetsIn(dialect, chain),
    })
    .map(({ one, more, target }): Partial<Rule> => {
      const transport = one.protocol && !one.protocol.invert && [6, 17].includes(one.protocol.number)
      const laterOnly = one.fragment !== null && !one.fragment.invert
      return {
        ...one,
        ...more,
        target,
        ...('multiport' in more && (!transport || laterOnly) ? { multiport: [] } : {}),
        ...('mac' in more && (own || NO_IN.test(chain)) ? { mac: null } : {}),
        ...(dialect === 'netfilter' ? { connection: null } : {}),
        inInterface: NO_IN.test(chain) ? null : one.inInterface,
        outInterface: NO_OUT.test(chain) ? null : one.outInterface,
      }
    })
}

const TABLES_OF: Record<Dialect, string[]> = { classic: [''], netfilter: ['', 'nat ', 'mangle '] }

function ruleSets(dialect: Dialect): fc.Arbitrary<Rules> {
  const builtIns = BUILT_INS[dialect].map(chainLabel)
  const own = TABLES_OF[dialect].flatMap((table) => MINE.map((name) => `${table}${name}`))
  const chains = [...builtIns, ...own]
  const policies =
    dialect === 'classic' ? (['ACCEPT', 'DENY', 'REJECT'] as const) : (['ACCEPT', 'DENY'] as const)
  return fc
    .tuple(
      fc.tuple(...chains.map((chain) => fc.array(ruleIn(dialect, chain), { maxLength: 6 }))),
      fc.tuple(...builtIns.map(() => fc.constantFrom(...policies))),
    )
    .map(([lists, chosen]) => {
      let id = 1
      const named = Object.fromEntries(
        chains.map((name, i) => [name, lists[i]!.map((one) => rule(id++, one))]),
      )
      const policy = Object.fromEntries(builtIns.map((name, i) => [name, chosen[i]!]))
      return dialect === 'classic'
        ? rulesOf(named, policy)
        : netfilterRules(named, policy as Record<string, 'ACCEPT' | 'DENY'>)
    })
}

const cases = (dialect: Dialect): fc.Arbitrary<Case> =>
  fc.record({
    hook: fc.nat(BUILT_INS[dialect].length - 1),
    pause: fc.constantFrom(0, 1, 10, 100, 1000),
    inIf: fc.integer({ min: -1, max: 4 }),
    outIf: fc.integer({ min: -1, max: 4 }),
    state: fc.constantFrom(...CONNECTION_STATES),
    input: fc.record({
      source: fc.constantFrom(...ADDRESSES),
      destination: fc.constantFrom(...ADDRESSES),
      protocol: fc.constantFrom(1, 6, 6, 17, 47),
      sourcePort: fc.constantFrom(...PORTS),
      destinationPort: fc.constantFrom(...PORTS),
      icmpType: fc.constantFrom(0, 3, 8),
      icmpCode: fc.constantFrom(0, 4),
      tcpFlags: fc.nat(63),
      fragmentOffset: fc.constantFrom(0, 0, 0, 1480),
      totalLength: fc.constantFrom(40, 100, 1500),
      tos: fc.constantFrom(0, 0x10, 0xfc),
    }),
  })

describe.each(['classic', 'netfilter'] as const)('in the %s dialect', (dialect) => {
  it('program, trace and plain interpreter agree on verdict, rule, mark, TOS and counters', () => {
    const outcomes = new Set<string>()
    fc.assert(
      fc.property(
        ruleSets(dialect),
        fc.array(cases(dialect), { minLength: 1, maxLength: 12 }),
        (rules, packets) => {
          const counters = new Float64Array(2 * 200)
          const builtIns = BUILT_INS[dialect].map(chainLabel)
          const slotOfPolicy = (label: string) => builtIns.indexOf(label)
          const compiled = compileChains(rules, INTERFACES, (id) => id + builtIns.length, slotOfPolicy)
          let evaluator = new Evaluator(compiled, counters)
          evaluator.neighbours = new Map(
            Object.entries(CARDS).map(([address, card]) => [Number(address) | 0, macNumber(card)]),
          )
          const spent: Carried['spent'] = new Map()
          let now = 0
          for (const one of packets) {
            counters.fill(0)
            now += one.pause
            const before = structuredClone(spent)
            const carried: Carried = { mark: 0, tos: one.input.tos, now, spent }
            const plain = plainRun(rules, one, carried)
            const { hook, input, inIf, outIf, state } = one
            evaluator.begin(64, now)
            const found: Verdict = evaluator.evaluate(hook, input, inIf, outIf, STATE[state])
            const known = state === 'ESTABLISHED' || state === 'RELATED'
            const traced = trace(rules, INTERFACES, hook, input, {
              inIf,
              outIf,
              known,
              state,
              mac: CARDS[input.source] ?? null,
              withinLimit: (limited) => plainLimit(limited, { ...carried, spent: before }),
            })
            const tos = (input.tos & evaluator.tosAnd) ^ evaluator.tosXor
            expect([verdictName(found), evaluator.ruleId, evaluator.mark >>> 0, tos]).toEqual([
              plain.verdict,
              plain.ruleId,
              carried.mark,
              carried.tos,
            ])
            expect([verdictName(traced.verdict), traced.ruleId, traced.mark, traced.tos]).toEqual([
              plain.verdict,
              plain.ruleId,
              carried.mark,
              carried.tos,
            ])
            const expected = new Float64Array(counters.length)
            for (const [key, times] of plain.counted) {
              const slot = slotOfPolicy(key) >= 0 ? slotOfPolicy(key) : Number(key) + builtIns.length
              expected.set([times, times * input.totalLength], slot * 2)
            }
            expect(counters).toEqual(expected)
            outcomes.add(traced.steps.at(-1)!.outcome)
            // the same rules put into force again change nothing: limits go on as they were
            if (one.pause === 10) evaluator = new Evaluator(structuredClone(compiled), counters, evaluator)
          }
        },
      ),
      { numRuns: 400 },
    )
    expect([...outcomes].sort()).toEqual(['policy', 'verdict'])
  })
})

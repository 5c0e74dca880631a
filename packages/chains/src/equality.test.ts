/**
 * Three readings of the same rules must agree: the compiled program, the trace in words, and an interpreter written
 * here as plainly as possible, without sight of the other two.
 */
import { BUILT_IN_CHAINS, formatAddress, type Rule, type Rules } from '@bauta/config'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { compileChains } from './compile.ts'
import { Evaluator } from './evaluator.ts'
import { INTERFACES, rule, rulesOf } from './fixtures.ts'
import type { Hook, MatchInput, Verdict } from './packet-input.ts'
import { verdictName } from './packet-input.ts'
import { trace } from './trace.ts'

interface Case {
  input: MatchInput
  inIf: number
  outIf: number
  known: boolean
  hook: Hook
}

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

function plainPorts(match: Rule['sourcePorts'], port: number, later: boolean): boolean {
  if (!match) return true
  if (later) return match.from === 0 && match.to === 65535 && !match.invert
  return (match.from <= port && port <= match.to) !== match.invert
}

function plainMatch(one: Rule, { input, inIf, outIf, known }: Case): boolean {
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
      (!later && one.icmp.type === input.icmpType && [null, input.icmpCode].includes(one.icmp.code)),
    plainInterface(one.inInterface, inIf),
    plainInterface(one.outInterface, outIf),
    !one.fragment || later !== one.fragment.invert,
    !flags || (!later && ((input.tcpFlags & flags.mask) === flags.set) !== flags.invert),
    !one.connection || (one.connection === 'known') === known,
  ].every(Boolean)
}

function plainRun(rules: Rules, one: Case) {
  const counted = new Map<string, number>()
  const count = (key: string | number) => counted.set(String(key), (counted.get(String(key)) ?? 0) + 1)
  const walk = (name: string): [string, number] | null => {
    const chain = rules.chains.find((other) => other.name === name)!
    for (const candidate of chain.rules) {
      if (!plainMatch(candidate, one)) continue
      count(candidate.id)
      const { target } = candidate
      if (target === null) continue
      if ('chain' in target) {
        const decided = walk(target.chain)
        if (decided) return decided
      } else if (target.verdict === 'RETURN') break
      else return [target.verdict, candidate.id]
    }
    if (chain.policy === null) return null
    count(name)
    return [chain.policy, 0]
  }
  const [found, ruleId] = walk(BUILT_IN_CHAINS[one.hook])!
  return { verdict: found === 'MASQ' && one.hook !== 1 ? 'ACCEPT' : found, ruleId, counted }
}

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
          ? some(fc.record({ type: fc.constantFrom(0, 3, 8), code: some(fc.constantFrom(0, 4)) }))
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

const CHAINS = ['input', 'forward', 'output', 'one', 'two', 'three'] as const

/** A jump leads to a later user chain, so that there is no circle. */
function ruleIn(chain: (typeof CHAINS)[number]) {
  const later = CHAINS.slice(Math.max(3, CHAINS.indexOf(chain) + 1))
  const verdicts = (['ACCEPT', 'DENY', 'REJECT', 'RETURN', 'MASQ'] as const)
    .filter((name) => name !== 'MASQ' || (chain !== 'input' && chain !== 'output'))
    .map((name) => ({ verdict: name }))
  const target = fc.constantFrom(null, ...verdicts, ...later.map((name) => ({ chain: name })))
  return fc.record({ one: fields, target }).map(({ one, target: where }) => ({
    ...one,
    target: where,
    inInterface: chain === 'output' ? null : one.inInterface,
    outInterface: chain === 'input' ? null : one.outInterface,
  }))
}

const ruleSets: fc.Arbitrary<Rules> = fc
  .tuple(
    fc.tuple(...CHAINS.map((chain) => fc.array(ruleIn(chain), { maxLength: 6 }))),
    fc.tuple(...[0, 1, 2].map(() => fc.constantFrom('ACCEPT', 'DENY', 'REJECT'))),
  )
  .map(([lists, policies]) => {
    let id = 1
    const named = CHAINS.map((name, i) => [name, lists[i]!.map((one) => rule(id++, one))])
    return rulesOf(Object.fromEntries(named), {
      input: policies[0] as 'DENY',
      forward: policies[1] as 'DENY',
      output: policies[2] as 'DENY',
    })
  })

const cases: fc.Arbitrary<Case> = fc.record({
  hook: fc.constantFrom<Hook>(0, 1, 2),
  inIf: fc.integer({ min: -1, max: 4 }),
  outIf: fc.integer({ min: -1, max: 4 }),
  known: fc.boolean(),
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
    totalLength: fc.constant(100),
    tos: fc.constant(0),
  }),
})

it('program, trace and plain interpreter agree on verdict, rule and counters', () => {
  const outcomes = new Set<string>()
  fc.assert(
    fc.property(ruleSets, fc.array(cases, { minLength: 1, maxLength: 12 }), (rules, packets) => {
      const counters = new Float64Array(2 * 64)
      const slotOfPolicy = (name: string) => CHAINS.indexOf(name as 'input')
      const compiled = compileChains(rules, INTERFACES, (id) => id + 2, slotOfPolicy)
      const evaluator = new Evaluator(compiled, counters)
      for (const one of packets) {
        counters.fill(0)
        const plain = plainRun(rules, one)
        const { hook, input, inIf, outIf, known } = one
        const found: Verdict = evaluator.evaluate(hook, input, inIf, outIf, known)
        const traced = trace(rules, INTERFACES, hook, input, one)
        expect([verdictName(found), evaluator.ruleId]).toEqual([plain.verdict, plain.ruleId])
        expect([verdictName(traced.verdict), traced.ruleId]).toEqual([plain.verdict, plain.ruleId])
        const expected = new Float64Array(2 * 64)
        for (const [key, times] of plain.counted) {
          const slot = slotOfPolicy(key) >= 0 ? slotOfPolicy(key) : Number(key) + 2
          expected.set([times, times * 100], slot * 2)
        }
        expect(counters).toEqual(expected)
        outcomes.add(traced.steps.at(-1)!.outcome)
      }
    }),
    { numRuns: 400 },
  )
  expect([...outcomes].sort()).toEqual(['policy', 'verdict'])
})

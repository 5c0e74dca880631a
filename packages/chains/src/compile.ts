/** Rules to program: see program.ts for what comes out. */
import {
  BUILT_INS,
  type Chain,
  type ConnectionStateName,
  chainLabel,
  jumpIn,
  parseNetwork,
  type Rule,
  type Rules,
} from '@bauta/config'
import { assertBounded } from './chain-graph.ts'
import { compileExtra, compileTarget } from './compile-extra.ts'
import { type InterfaceTable, interfaceMask } from './interface-table.ts'
import { KNOWN, STATE, VERDICT } from './packet-input.ts'
import * as P from './program.ts'

/**
 * @param rules as rulesSchema passed them: no circle, every jump leads somewhere
 * @param slotOfRule number of a rule's pair of counters
 * @param slotOfPolicy the same for the policy of a built-in chain, by its label
 * @param servers name servers of the line, for rules that send packets to them (`@dns1`)
 * @throws RangeError where one packet could cost too much (assertBounded)
 */
export function compileChains(
  rules: Rules,
  interfaces: InterfaceTable,
  slotOfRule: (ruleId: number) => number,
  slotOfPolicy: (chain: string) => number,
  servers: readonly string[] = [],
): P.CompiledChains {
  assertBounded(rules)
  const chains = rules.chains.map((chain) => ({ chain, live: chain.rules.filter((rule) => rule.enabled) }))
  const starts = new Map<string, number>()
  let length = 0
  for (const { chain, live } of chains) {
    starts.set(chainLabel(chain), length)
    length += (live.length + 1) * P.RECORD
  }
  const program = new Int32Array(length)
  const tables: Tables = { extras: [P.NO_EXTRA], targets: [P.NO_TARGET], limits: [] }
  const policy: number[] = []
  let at = 0
  for (const { chain, live } of chains) {
    for (const rule of live) {
      writeTests(program, at, rule, interfaces)
      writeExtra(program, at, rule, tables)
      writeAction(program, at, rule, chain, starts, tables, servers)
      program[at + P.SLOT] = slotOfRule(rule.id)
      program[at + P.RULE_ID] = rule.id
      at += P.RECORD
    }
    if (chain.policy !== null) policy.push(at)
    closeChain(program, at, chain, slotOfPolicy)
    at += P.RECORD
  }
  return {
    dialect: rules.dialect,
    program,
    entry: BUILT_INS[rules.dialect].map((chain) => starts.get(chainLabel(chain))!),
    policy,
    depth: rules.chains.length + 1,
    ...tables,
    effects: tables.extras.length > 1,
  }
}

/** What records refer to by number; the first of extras and targets stands for none. */
interface Tables {
  extras: P.Extra[]
  targets: P.CompiledTarget[]
  limits: P.CompiledLimit[]
}

function closeChain(
  program: Int32Array,
  at: number,
  chain: Chain,
  slotOfPolicy: (chain: string) => number,
): void {
  program[at + P.ACTION] = chain.policy === null ? P.RETURN : VERDICT[chain.policy]
  program[at + P.SLOT] = chain.policy === null ? -1 : slotOfPolicy(chainLabel(chain))
}

function writeExtra(program: Int32Array, at: number, rule: Rule, { extras, limits }: Tables): void {
  const { extra, tests, effects } = compileExtra(rule, limits)
  if (!tests && !effects) return
  program[at + P.EXTRA] = extras.push(extra) - 1
  program[at + P.TESTS]! |= (tests ? P.TEST.more : 0) | (effects ? P.TEST.effects : 0)
}

function writeAction(
  program: Int32Array,
  at: number,
  rule: Rule,
  chain: Chain,
  starts: Map<string, number>,
  { targets }: Tables,
  servers: readonly string[],
): void {
  const called = jumpIn(chain, rule)
  const { target } = rule
  if (called) {
    program[at + P.ACTION] = P.CALL
    program[at + P.ARGUMENT] = starts.get(chainLabel(called))!
  } else if (target && 'verdict' in target) {
    program[at + P.ACTION] = target.verdict === 'RETURN' ? P.RETURN : VERDICT[target.verdict]
    const particulars = compileTarget(rule, servers)
    if (particulars) program[at + P.ARGUMENT] = targets.push(particulars) - 1
  } else program[at + P.ACTION] = P.NEXT
}

function writeTests(program: Int32Array, at: number, rule: Rule, interfaces: InterfaceTable): void {
  let tests = 0
  tests |= writeAddress(program, at + P.SOURCE, rule.source, P.TEST.source, P.TEST.notSource)
  tests |= writeAddress(
    program,
    at + P.DESTINATION,
    rule.destination,
    P.TEST.destination,
    P.TEST.notDestination,
  )
  if (rule.protocol) {
    program[at + P.PROTOCOL_NUMBER] = rule.protocol.number
    tests |= P.TEST.protocol | (rule.protocol.invert ? P.TEST.notProtocol : 0)
  }
  tests |= writeInterface(
    program,
    at + P.IN_MASK,
    rule.inInterface,
    interfaces,
    P.TEST.inInterface,
    P.TEST.inNone,
  )
  tests |= writeInterface(
    program,
    at + P.OUT_MASK,
    rule.outInterface,
    interfaces,
    P.TEST.outInterface,
    P.TEST.outNone,
  )
  tests |= writePorts(
    program,
    at + P.SOURCE_PORTS,
    rule.sourcePorts,
    P.TEST.sourcePorts,
    P.TEST.notSourcePorts,
  )
  tests |= writePorts(
    program,
    at + P.DESTINATION_PORTS,
    rule.destinationPorts,
    P.TEST.destinationPorts,
    P.TEST.notDestinationPorts,
  )
  if (rule.icmp) {
    program[at + P.ICMP] = rule.icmp.type | ((rule.icmp.code ?? 0) << 8)
    tests |= P.TEST.icmpType | (rule.icmp.code === null ? 0 : P.TEST.icmpCode)
    tests |= rule.icmp.invert ? P.TEST.notIcmp : 0
  }
  if (rule.fragment) tests |= rule.fragment.invert ? P.TEST.notLaterFragment : P.TEST.laterFragment
  if (rule.tcpFlags) {
    program[at + P.TCP_FLAGS] = rule.tcpFlags.mask | (rule.tcpFlags.set << 8)
    tests |= P.TEST.tcpFlags | (rule.tcpFlags.invert ? P.TEST.notTcpFlags : 0)
    if ((rule.tcpFlags.mask & ~P.STEADY_FLAGS) !== 0) tests |= P.TEST.flagsVary
  }
  const states = admittedStates(rule)
  if (states !== EVERY_STATE) {
    program[at + P.TCP_FLAGS]! |= states << P.STATE_SHIFT
    tests |= P.TEST.states
  }
  program[at + P.TESTS] = tests
}

const EVERY_STATE = STATE.NEW | STATE.ESTABLISHED | STATE.RELATED | STATE.INVALID

function admittedStates({ connection, states }: Rule): number {
  const of = (names: readonly ConnectionStateName[]) => names.reduce((bits, name) => bits | STATE[name], 0)
  const asked = states ? of(states.list) ^ (states.invert ? EVERY_STATE : 0) : EVERY_STATE
  if (!connection) return asked
  return asked & (connection === 'known' ? KNOWN : EVERY_STATE & ~KNOWN)
}

/** @returns the bits of TESTS */
function writeAddress(
  program: Int32Array,
  at: number,
  match: Rule['source'],
  test: number,
  not: number,
): number {
  if (!match) return 0
  const network = parseNetwork(match.network)
  if (typeof network === 'string') throw new TypeError(network)
  if (network.mask === 0 && !match.invert) return 0
  program[at] = network.address
  program[at + 1] = network.mask
  return test | (match.invert ? not : 0)
}

/** @returns the bits of TESTS */
function writeInterface(
  program: Int32Array,
  at: number,
  match: Rule['inInterface'],
  interfaces: InterfaceTable,
  test: number,
  none: number,
): number {
  if (!match) return 0
  const mask = interfaceMask(match.name, interfaces)
  program[at] = match.invert ? ~mask : mask
  return test | (match.invert ? none : 0)
}

/** @returns the bits of TESTS */
function writePorts(
  program: Int32Array,
  at: number,
  match: Rule['sourcePorts'],
  test: number,
  not: number,
): number {
  if (!match || (match.from === 0 && match.to === 0xffff && !match.invert)) return 0
  program[at] = match.from | (match.to << 16)
  return test | (match.invert ? not : 0)
}

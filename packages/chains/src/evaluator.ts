/**
 * Runs a compiled program over packets. It keeps nothing between two packets but `ruleId` and the counters, which
 * belong to the caller (usually shared memory with one writer: the thread that evaluates).
 *
 * Counting, as in 2.2: a rule that matches gains a packet and its IP total length, also when it has no target or
 * only jumps or returns; a policy gains them only when it decides. Doubles count exactly up to 2^53.
 */
import { type Hook, type MatchInput, type Verdict, verdictAt } from './packet-input.ts'
import * as P from './program.ts'

const { TEST } = P

export class Evaluator {
  /** The rule that decided last; 0 when a policy did. */
  ruleId = 0
  readonly #compiled: P.CompiledChains
  readonly #counters: Float64Array
  readonly #stack: Int32Array

  /** @param counters two doubles per slot: packets, bytes */
  constructor(compiled: P.CompiledChains, counters: Float64Array) {
    this.#compiled = compiled
    this.#counters = counters
    this.#stack = new Int32Array(compiled.depth)
  }

  /**
   * @param inIf index of the interface the packet came in by, -1 for none
   * @param outIf index of the interface it will leave by, -1 for none
   * @param known whether the packet belongs to a connection in the table, or is an ICMP error about one
   * @param count false to look without counting
   * @param packets what the packet counts for: the segments of a super-packet
   * @param bytes IP bytes it counts for, on the wire
   */
  evaluate(
    hook: Hook,
    input: MatchInput,
    inIf: number,
    outIf: number,
    known: boolean,
    count = true,
    packets = 1,
    bytes = input.totalLength,
  ): Verdict {
    const program = this.#compiled.program
    const stack = this.#stack
    let at: number = this.#compiled.entry[hook]
    stack[0] = this.#compiled.policy[hook]
    let depth = 1
    for (;;) {
      if (!matches(program, at, input, inIf, outIf, known)) {
        at += P.RECORD
        continue
      }
      if (count) this.#count(program[at + P.SLOT]!, packets, bytes)
      const action = program[at + P.ACTION]!
      if (action === P.NEXT) at += P.RECORD
      else if (action === P.CALL) {
        stack[depth++] = at + P.RECORD
        at = program[at + P.ARGUMENT]!
      } else if (action === P.RETURN) at = stack[--depth]!
      else {
        this.ruleId = program[at + P.RULE_ID]!
        return verdictAt(hook, action as Verdict)
      }
    }
  }

  #count(slot: number, packets: number, bytes: number): void {
    if (slot < 0) return
    const counters = this.#counters
    counters[slot * 2]! += packets
    counters[slot * 2 + 1]! += bytes
  }
}

/** @returns whether every test of the record at `at` holds */
function matches(
  program: Int32Array,
  at: number,
  input: MatchInput,
  inIf: number,
  outIf: number,
  known: boolean,
): boolean {
  const tests = program[at]!
  if (tests === 0) return true
  if (tests & TEST.protocol) {
    const equal = input.protocol === program[at + P.PROTOCOL_NUMBER]!
    if (equal === ((tests & TEST.notProtocol) !== 0)) return false
  }
  if (tests & TEST.source) {
    const inside = ((input.source ^ program[at + P.SOURCE]!) & program[at + P.SOURCE_MASK]!) === 0
    if (inside === ((tests & TEST.notSource) !== 0)) return false
  }
  if (tests & TEST.destination) {
    const inside =
      ((input.destination ^ program[at + P.DESTINATION]!) & program[at + P.DESTINATION_MASK]!) === 0
    if (inside === ((tests & TEST.notDestination) !== 0)) return false
  }
  if (tests & TEST.inInterface && !onInterface(program[at + P.IN_MASK]!, inIf, tests & TEST.inNone))
    return false
  if (tests & TEST.outInterface && !onInterface(program[at + P.OUT_MASK]!, outIf, tests & TEST.outNone))
    return false
  if (tests & TEST.known && !known) return false
  if (tests & TEST.new && known) return false
  return matchesTransport(program, at, tests, input)
}

function onInterface(mask: number, index: number, none: number): boolean {
  return index < 0 ? none !== 0 : ((mask >>> index) & 1) === 1
}

const NEEDS_FIRST_FRAGMENT = TEST.sourcePorts | TEST.destinationPorts | TEST.icmpType | TEST.tcpFlags

/** Later fragments carry no transport header: they fail every test of it, inverted or not. */
function matchesTransport(program: Int32Array, at: number, tests: number, input: MatchInput): boolean {
  const later = input.fragmentOffset !== 0
  if (tests & TEST.laterFragment && !later) return false
  if (tests & TEST.notLaterFragment && later) return false
  if (tests & NEEDS_FIRST_FRAGMENT && later) return false
  if (tests & TEST.destinationPorts) {
    const within = inRange(input.destinationPort, program[at + P.DESTINATION_PORTS]!)
    if (within === ((tests & TEST.notDestinationPorts) !== 0)) return false
  }
  if (tests & TEST.sourcePorts) {
    const within = inRange(input.sourcePort, program[at + P.SOURCE_PORTS]!)
    if (within === ((tests & TEST.notSourcePorts) !== 0)) return false
  }
  if (tests & TEST.icmpType) {
    const icmp = program[at + P.ICMP]!
    if (input.icmpType !== (icmp & 0xff)) return false
    if (tests & TEST.icmpCode && input.icmpCode !== icmp >>> 8) return false
  }
  if (tests & TEST.tcpFlags) {
    const flags = program[at + P.TCP_FLAGS]!
    const equal = (input.tcpFlags & flags & 0xff) === flags >>> 8
    if (equal === ((tests & TEST.notTcpFlags) !== 0)) return false
  }
  return true
}

function inRange(port: number, range: number): boolean {
  return port >= (range & 0xffff) && port <= range >>> 16
}

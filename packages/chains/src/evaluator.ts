/**
 * Runs a compiled program over packets. Between two packets it keeps the buckets of limits, and the counters, which belong to
 * the caller (usually shared memory with one writer: the thread that evaluates).
 *
 * What a packet carries beside its bytes (the mark, and changes that rules want made to it) lives here from `begin` to the next
 * `begin`: rules further on see a mark or TOS that rules before them set, in whatever chain. The path makes the changes.
 *
 * Counting, as in 2.2: a rule that matches gains a packet and its IP total length, also when it has no target or
 * only jumps or returns; a policy gains them only when it decides. Doubles count exactly up to 2^53.
 */
import { classicVerdictAt, type Hook, type MatchInput, type Verdict } from './packet-input.ts'
import * as P from './program.ts'

const { TEST } = P

/** Rules and policies that a packet can be counted by and still be carried by the kernel. */
const MOST_COUNTED = 64
/** Rules with a log that one packet can meet; later ones are not told. */
const MOST_LOGS = 8

export class Evaluator {
  /** The rule that decided last; 0 when a policy did. */
  ruleId = 0
  /** Where `targets` has the particulars of what it decided; 0 for none. */
  target = 0
  /** Ticks, for limits. */
  now = 0
  /** MAC addresses by IPv4 address (`| 0`), 48 bits each. Set by the caller. */
  neighbours: ReadonlyMap<number, number> = new Map()
  /** Whether packets need `begin`. */
  readonly effects: boolean
  readonly targets: readonly P.CompiledTarget[]

  // this packet
  /** 32 bits, signed. */
  mark = 0
  /** The TOS is to be (tos & tosAnd) ^ tosXor. */
  tosAnd = 0xff
  tosXor = 0
  /** What the time to live is to be. */
  ttl = 0
  /** 0, CLAMP_TO_MTU, or an MSS. */
  mss = 0
  /** Rules that want this packet told about, of the last evaluation. */
  readonly logs = new Int32Array(MOST_LOGS)
  logged = 0

  /**
   * Since startTrail(): the counters that were added to (or, where only looked at, would have been), and whether a rule was asked about something in which the next packet of
   * the same connection may differ. Without that, every further one is answered and counted alike, whoever carries it.
   */
  readonly trail = new Int32Array(MOST_COUNTED)
  trailLength = 0
  varies = false

  readonly #compiled: P.CompiledChains
  readonly #classic: boolean
  readonly #counters: Float64Array
  readonly #stack: Int32Array
  /** Pairs: what is saved up, when it was counted last. */
  readonly #buckets: Float64Array

  /**
   * @param counters two doubles per slot: packets, bytes
   * @param before the evaluator that this one takes over from: limits that did not change go on as they were
   * @param full all limits begin with all their room nevertheless: the rules were read again
   */
  constructor(compiled: P.CompiledChains, counters: Float64Array, before?: Evaluator, full = false) {
    this.#compiled = compiled
    this.#classic = compiled.dialect === 'classic'
    this.#counters = counters
    this.#stack = new Int32Array(compiled.depth)
    this.effects = compiled.effects
    this.targets = compiled.targets
    this.#buckets = new Float64Array(2 * compiled.limits.length)
    this.now = before?.now ?? 0
    this.neighbours = before?.neighbours ?? this.neighbours
    compiled.limits.forEach((limit, i) => {
      const at = before && !full ? before.#bucketLike(limit) : -1
      this.#buckets[2 * i] = at < 0 ? limit.cost * limit.burst : before!.#buckets[at]!
      this.#buckets[2 * i + 1] = at < 0 ? this.now : before!.#buckets[at + 1]!
    })
  }

  #bucketLike({ ruleId, cost, burst }: P.CompiledLimit): number {
    return (
      2 *
      this.#compiled.limits.findIndex(
        (other) => other.ruleId === ruleId && other.cost === cost && other.burst === burst,
      )
    )
  }

  /** A new packet; needed only where `effects` says so. */
  begin(ttl: number, now: number): void {
    this.now = now
    this.mark = 0
    this.tosAnd = 0xff
    this.tosXor = 0
    this.ttl = ttl
    this.mss = 0
    this.logged = 0
  }

  /** A new packet, for `trail` and `varies`. */
  startTrail(): void {
    this.trailLength = 0
    this.varies = false
  }

  /**
   * @param inIf index of the interface the packet came in by, -1 for none
   * @param outIf index of the interface it will leave by, -1 for none
   * @param state what the connection table says about it (STATE)
   * @param count false to look without counting, logging or taking from limits
   * @param packets what the packet counts for: the segments of a super-packet
   * @param bytes IP bytes it counts for, on the wire
   */
  evaluate(
    hook: Hook,
    input: MatchInput,
    inIf: number,
    outIf: number,
    state: number,
    count = true,
    packets = 1,
    bytes = input.totalLength,
  ): Verdict {
    const program = this.#compiled.program
    const stack = this.#stack
    let at: number = this.#compiled.entry[hook]!
    stack[0] = this.#compiled.policy[hook]!
    let depth = 1
    this.logged = 0
    for (;;) {
      const tests = program[at]!
      if (tests & TEST.flagsVary) this.varies = true
      if (
        tests !== 0 &&
        (!matches(program, at, tests, input, inIf, outIf, state) ||
          (tests & BEYOND && !this.#beyond(program, at, tests, input, count)))
      ) {
        at += P.RECORD
        continue
      }
      this.#pass(program[at + P.SLOT]!, count, packets, bytes)
      const action = program[at + P.ACTION]!
      if (action === P.NEXT) at += P.RECORD
      else if (action === P.CALL) {
        stack[depth++] = at + P.RECORD
        at = program[at + P.ARGUMENT]!
      } else if (action === P.RETURN) at = stack[--depth]!
      else {
        this.ruleId = program[at + P.RULE_ID]!
        this.target = program[at + P.ARGUMENT]!
        return this.#classic ? classicVerdictAt(hook, action as Verdict) : (action as Verdict)
      }
    }
  }

  /** The rest of the tests; where they hold too, the effects. @returns whether they hold */
  #beyond(program: Int32Array, at: number, tests: number, input: MatchInput, count: boolean): boolean {
    const extra = this.#compiled.extras[program[at + P.EXTRA]!]!
    if (!extra.steady) this.varies = true
    if (tests & TEST.more && !this.#matchesExtra(extra, input, count)) return false
    if (tests & TEST.effects) this.#take(extra, program[at + P.RULE_ID]!, count)
    return true
  }

  #matchesExtra(extra: P.Extra, input: MatchInput, count: boolean): boolean {
    if (extra.ports.length > 0 && !matchesPortLists(extra.ports, input)) return false
    if (extra.tosMask >= 0) {
      const tos = (input.tos & this.tosAnd) ^ this.tosXor
      if (((tos & extra.tosMask) === extra.tosValue) === extra.tosInvert) return false
    }
    if (extra.testsMark && ((this.mark & extra.markMask) === extra.markValue) === extra.markInvert)
      return false
    if (extra.mac >= 0 && (this.neighbours.get(input.source | 0) === extra.mac) === extra.macInvert)
      return false
    if (extra.lengthFrom >= 0) {
      const within = input.totalLength >= extra.lengthFrom && input.totalLength <= extra.lengthTo
      if (within === extra.lengthInvert) return false
    }
    return extra.limit < 0 || this.#withinLimit(extra.limit, count)
  }

  #withinLimit(index: number, take: boolean): boolean {
    const { cost, burst } = this.#compiled.limits[index]!
    const buckets = this.#buckets
    const saved = Math.min(buckets[2 * index]! + (this.now - buckets[2 * index + 1]!), cost * burst)
    if (take) {
      buckets[2 * index] = saved >= cost ? saved - cost : saved
      buckets[2 * index + 1] = this.now
    }
    return saved >= cost
  }

  #take(extra: P.Extra, ruleId: number, count: boolean): void {
    this.mark = (((this.mark & extra.markAnd) ^ extra.markXor) + extra.markAdd) | 0
    this.tosXor = (this.tosXor & extra.tosAnd) ^ extra.tosXor
    this.tosAnd &= extra.tosAnd
    if (extra.ttlOperation !== P.TTL_OPERATION.none)
      this.ttl = changedTtl(this.ttl, extra.ttlOperation, extra.ttlValue)
    if (extra.mss !== 0) this.mss = extra.mss
    if (extra.log && count && this.logged < MOST_LOGS) this.logs[this.logged++] = ruleId
  }

  #pass(slot: number, count: boolean, packets: number, bytes: number): void {
    if (slot < 0) return
    if (this.trailLength < MOST_COUNTED) this.trail[this.trailLength++] = slot
    else this.varies = true
    if (!count) return
    const counters = this.#counters
    counters[slot * 2]! += packets
    counters[slot * 2 + 1]! += bytes
  }
}

/** The tests and effects that are not in the record itself. */
const BEYOND = TEST.more | TEST.effects

function changedTtl(ttl: number, operation: number, value: number): number {
  if (operation === P.TTL_OPERATION.set) return value
  return operation === P.TTL_OPERATION.inc ? Math.min(ttl + value, 255) : Math.max(ttl - value, 0)
}

/** @returns whether every test of the record at `at` holds, but for those in its extra */
function matches(
  program: Int32Array,
  at: number,
  tests: number,
  input: MatchInput,
  inIf: number,
  outIf: number,
  state: number,
): boolean {
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
  if (tests & TEST.states && ((program[at + P.TCP_FLAGS]! >>> P.STATE_SHIFT) & state) === 0) return false
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
    const equal =
      input.icmpType === (icmp & 0xff) &&
      ((tests & TEST.icmpCode) === 0 || input.icmpCode === ((icmp >>> 8) & 0xff))
    if (equal === ((tests & TEST.notIcmp) !== 0)) return false
  }
  if (tests & TEST.tcpFlags) {
    const flags = program[at + P.TCP_FLAGS]!
    const equal = (input.tcpFlags & flags & 0xff) === ((flags >>> 8) & 0xff)
    if (equal === ((tests & TEST.notTcpFlags) !== 0)) return false
  }
  return true
}

function inRange(port: number, range: number): boolean {
  return port >= (range & 0xffff) && port <= range >>> 16
}

/** Later fragments carry no ports: no list of ports holds for them, inverted or not. */
function matchesPortLists(lists: readonly Int32Array[], input: MatchInput): boolean {
  if (input.fragmentOffset !== 0) return false
  for (let i = 0; i < lists.length; i++) {
    const list = lists[i]!
    const side = list[0]!
    const found =
      (side !== P.SIDE.destination && inList(list, input.sourcePort)) ||
      (side !== P.SIDE.source && inList(list, input.destinationPort))
    if (found === (list[1] === 1)) return false
  }
  return true
}

function inList(list: Int32Array, port: number): boolean {
  for (let i = 2; i < list.length; i += 2) if (port >= list[i]! && port <= list[i + 1]!) return true
  return false
}

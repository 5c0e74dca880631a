/**
 * The compiled form of the chains.
 *
 * Goals: a verdict without allocation and without following pointers; plain data that can be posted to another
 * thread; exactly the semantics of the rule model.
 *
 * A program is one Int32Array of records of RECORD words. A chain is a run of records that ends in a closing record:
 * the policy for a built-in chain, a RETURN for a user chain. Evaluation starts at `entry[hook]` and tries record
 * after record. A record matches when all tests named in its TESTS word hold; a record without tests always does.
 * What follows a match is its ACTION:
 *
 *   NEXT           count, go on with the next record (a rule without target)
 *   1 to 4         VERDICT: the answer
 *   CALL           go on at the record ARGUMENT, remember the next one
 *   RETURN         go on at the record remembered last; at the bottom lies the policy, so a RETURN in a
 *                  built-in chain needs no special case
 *
 * Interfaces are compiled to bit masks over the interface table: a rule set is compiled anew whenever interfaces
 * come, go or change their role. An inverted match has its mask complemented, and also holds where there is no
 * interface at all (the way out is not known in `input`): `!` is always the exact opposite.
 *
 * Rules that are switched off are not in the program. A test that holds for every packet (address/0, ports
 * 0 to 65535) is left out; that also lets later fragments pass a full port range, as 2.2 did.
 *
 * Limits: the schema rules out circles, so the stack is at most as deep as there are chains. Chains that call each
 * other twice and twice again are no circle but would take for ever: MAX_STEPS bounds what one packet can cost.
 */
export interface CompiledChains {
  readonly program: Int32Array
  /** First record of input, forward, output. */
  readonly entry: readonly [number, number, number]
  /** Policy record of input, forward, output. */
  readonly policy: readonly [number, number, number]
  /** Return addresses that evaluation may have to remember. */
  readonly depth: number
}

export const RECORD = 16
export const TESTS = 0
export const SOURCE = 1
export const SOURCE_MASK = 2
export const DESTINATION = 3
export const DESTINATION_MASK = 4
export const PROTOCOL_NUMBER = 5
export const IN_MASK = 6
export const OUT_MASK = 7
/** Lowest port in the lower half, highest in the upper. */
export const SOURCE_PORTS = 8
export const DESTINATION_PORTS = 9
/** Type in the lowest byte, code in the next. */
export const ICMP = 10
/** Flags looked at in the lowest byte, flags that must be on in the next. */
export const TCP_FLAGS = 11
export const ACTION = 12
export const ARGUMENT = 13
/** Pair of counters, or -1 where nothing is counted. */
export const SLOT = 14
/** 0 in closing records. */
export const RULE_ID = 15

/** Actions besides the verdicts 1 to 4. */
export const NEXT = 0
export const CALL = 5
export const RETURN = 6

/** Tests; NOT_x turns the result of x round and is set only together with it. */
export const TEST = {
  source: 1 << 0,
  notSource: 1 << 1,
  destination: 1 << 2,
  notDestination: 1 << 3,
  protocol: 1 << 4,
  notProtocol: 1 << 5,
  inInterface: 1 << 6,
  /** The in-interface test also holds where there is none. */
  inNone: 1 << 7,
  outInterface: 1 << 8,
  outNone: 1 << 9,
  sourcePorts: 1 << 10,
  notSourcePorts: 1 << 11,
  destinationPorts: 1 << 12,
  notDestinationPorts: 1 << 13,
  icmpType: 1 << 14,
  icmpCode: 1 << 15,
  laterFragment: 1 << 16,
  notLaterFragment: 1 << 17,
  tcpFlags: 1 << 18,
  notTcpFlags: 1 << 19,
  known: 1 << 20,
  new: 1 << 21,
} as const

/** Rules that one packet may have to try in the worst case. Every chain of the schema's largest rule set, once, is 206,000. */
export const MAX_STEPS = 1_000_000

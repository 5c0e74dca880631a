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
 *   1 to 9         VERDICT: the answer; ARGUMENT is the place of its particulars in `targets`
 *   CALL           go on at the record ARGUMENT, remember the next one
 *   RETURN         go on at the record remembered last; at the bottom lies the policy, so a RETURN in a
 *                  built-in chain needs no special case
 *
 * Most rules look only at what stands in their record. The rest (lists of ports, marks, limits …) and everything a rule does
 * to a packet before it decides is in an Extra, which EXTRA leads to: TEST.more says that it has tests, TEST.effects that it
 * has effects. A rule with the target LOG, MARK and the like is one with effects and the action NEXT.
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
import type { Dialect } from '@bauta/config'

export interface CompiledChains {
  readonly dialect: Dialect
  readonly program: Int32Array
  /** First record of every built-in chain, by hook. */
  readonly entry: readonly number[]
  /** Its policy record. */
  readonly policy: readonly number[]
  /** Return addresses that evaluation may have to remember. */
  readonly depth: number
  readonly extras: readonly Extra[]
  /** Particulars of targets; the first stands for targets that have none. */
  readonly targets: readonly CompiledTarget[]
  readonly limits: readonly CompiledLimit[]
  /** Whether any rule looks at or changes what packets carry beside their bytes; otherwise nothing need be reset for each. */
  readonly effects: boolean
}

/** Tests and effects that few rules have. Every object has every key, so that reading one costs the same for all. */
export interface Extra {
  /** It holds or fails for every packet in the middle of a connection alike, and does nothing to them: lists of ports alone. */
  readonly steady: boolean
  /** Each list: side (SIDE), 1 where it is inverted, then pairs from, to. All of them must hold. */
  readonly ports: readonly Int32Array[]
  /** `tos & mask` is `value`; -1: not looked at. The same for the mark, with `testsMark`. */
  readonly tosMask: number
  readonly tosValue: number
  readonly tosInvert: boolean
  readonly testsMark: boolean
  readonly markMask: number
  readonly markValue: number
  readonly markInvert: boolean
  /** 48 bits; -1: not looked at. */
  readonly mac: number
  readonly macInvert: boolean
  /** -1: not looked at. */
  readonly lengthFrom: number
  readonly lengthTo: number
  readonly lengthInvert: boolean
  /** Place in `limits`, -1 for none. Asked last: a packet that does not match otherwise takes nothing from the bucket. */
  readonly limit: number
  readonly log: boolean
  /** The mark becomes ((mark & and) ^ xor) + add. */
  readonly markAnd: number
  readonly markXor: number
  readonly markAdd: number
  /** The TOS becomes (tos & and) ^ xor. */
  readonly tosAnd: number
  readonly tosXor: number
  readonly ttlOperation: number
  readonly ttlValue: number
  /** 0: left as it is; CLAMP_TO_MTU; otherwise the MSS. */
  readonly mss: number
}
export const SIDE = { source: 0, destination: 1, either: 2 } as const
export const TTL_OPERATION = { none: 0, set: 1, inc: 2, dec: 3 } as const
export const CLAMP_TO_MTU = -1
export const NO_EXTRA: Extra = {
  steady: true,
  ports: [],
  tosMask: -1,
  tosValue: 0,
  tosInvert: false,
  testsMark: false,
  markMask: 0,
  markValue: 0,
  markInvert: false,
  mac: -1,
  macInvert: false,
  lengthFrom: -1,
  lengthTo: 0,
  lengthInvert: false,
  limit: -1,
  log: false,
  markAnd: -1,
  markXor: 0,
  markAdd: 0,
  tosAnd: 0xff,
  tosXor: 0,
  ttlOperation: TTL_OPERATION.none,
  ttlValue: 0,
  mss: 0,
}

/** What SNAT, DNAT, REDIRECT, NETMAP, MASQ and REJECT need to know. */
export interface CompiledTarget {
  /** A VERDICT; 0 in the first. */
  readonly verdict: number
  /** Pairs of first and last address, unsigned. */
  readonly ranges: Float64Array
  /** DNAT to a name server that the line does not have at the moment. */
  readonly absent: boolean
  /** 0, 0: the packet's own port is kept as far as can be. */
  readonly portFrom: number
  readonly portTo: number
  readonly persistent: boolean
  readonly random: boolean
  /** NETMAP, unsigned. */
  readonly network: number
  readonly mask: number
  /** REJECT: place in REJECT_WITH, -1: as the dialect and the chain have it. */
  readonly rejectWith: number
}
export const NO_TARGET: CompiledTarget = {
  verdict: 0,
  ranges: new Float64Array(0),
  absent: false,
  portFrom: 0,
  portTo: 0,
  persistent: false,
  random: false,
  network: 0,
  mask: 0,
  rejectWith: -1,
}

/** A token bucket, in ticks: a packet costs `cost`, and `cost * burst` is all that can be saved up. */
export interface CompiledLimit {
  readonly ruleId: number
  readonly cost: number
  readonly burst: number
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
/** Type in the lowest byte, code in the next. A rule has ICMP types or TCP flags, never both. */
export const ICMP = 10
/** Flags looked at in the lowest byte, flags that must be on in the next. */
export const TCP_FLAGS = 10
/** In the same word, from this bit on: the states of the connection that the rule admits. */
export const STATE_SHIFT = 16
/** Place in `extras`. */
export const EXTRA = 11
export const ACTION = 12
export const ARGUMENT = 13
/** Pair of counters, or -1 where nothing is counted. */
export const SLOT = 14
/** 0 in closing records. */
export const RULE_ID = 15

/** Actions besides the verdicts 1 to 9. */
export const NEXT = 0
export const CALL = 16
export const RETURN = 17

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
  states: 1 << 20,
  notIcmp: 1 << 21,
  more: 1 << 22,
  /** Not a test: what is done once all of them hold. */
  effects: 1 << 23,
  /** Not a test either: the TCP flags that it asks about can differ between packets in the middle of one connection. */
  flagsVary: 1 << 24,
} as const

/** FIN, SYN, RST, ACK: what every packet in the middle of a connection has alike; the others come and go. */
export const STEADY_FLAGS = 0x17

/** Rules that one packet may have to try in the worst case. Every chain of the schema's largest rule set, once, is 206,000. */
export const MAX_STEPS = 1_000_000

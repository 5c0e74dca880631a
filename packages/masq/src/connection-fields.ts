/**
 * The fields of a connection by its slot, all numbers, readable from any thread that maps the memory.
 *
 * Addresses are unsigned, ports and ids 0 to 65535, times in ticks of CLOCK_MONOTONIC. A reader beside the writer that
 * wants several fields to belong together reads the generation first and last: if it was odd or has changed, the
 * connection was being replaced meanwhile. Slot and generation together name one connection for ever.
 */
import { ANSWER, CARRY, CARRY_BITS, CARRY_REASON } from './carry.ts'
import {
  ADJUST_AT,
  ADJUSTMENT,
  ADJUSTMENT_BYTES,
  ADJUSTMENT_HALF,
  BYTE,
  DOUBLE,
  HALF,
  SLOT_BYTES,
  SLOT_DOUBLES,
  SLOT_HALVES,
  SLOT_WORDS,
  TICKS_PER_SECOND,
  WORD,
} from './layout.ts'
import { STATE_NAMES } from './states.ts'
import type { TableMemory } from './table-memory.ts'

/** Bits of `flags(slot)`. */
export const FLAG = {
  /** The box's own connection, not a LAN machine's. */
  local: 1,
  /** The server side has sent something. */
  replied: 2,
  /** A change of the WAN address does not concern it: the box's own on a LAN address, or the address was given by a rule. */
  inside: 4,
  /** Holds a masq port in the port table, and gives it back at the end. */
  holdsPort: 8,
  /** Its masq port was named, not chosen (forwards, rules, helpers): free ports are not counted by it. */
  explicitPort: 16,
  /** Opened from outside. */
  fromOutside: 32,
  /** `ruleId` is that of a forward. */
  forwarded: 64,
  /** Holds a masq port beside the one that its LAN socket has for everything else. */
  extraPort: 128,
  /** For helpers: the stream that goes out, or comes in, has been changed in length. */
  adjustsOut: 256,
  adjustsIn: 512,
  /** A helper waited for it, or a trigger. */
  expected: 1024,
  /** Loose UDP: its far end is whoever spoke last. */
  loose: 2048,
  /** Counts for the LAN machine that opened it (machine-limit.ts). */
  ofMachine: 4096,
} as const

export class ConnectionFields {
  /** For the parts of this package that write. */
  readonly memory: TableMemory
  readonly #words: Int32Array
  readonly #doubles: Float64Array
  readonly #bytes: Uint8Array
  readonly #halves: Int16Array
  readonly #slotsAt: number

  constructor(memory: TableMemory) {
    this.memory = memory
    this.#words = memory.words
    this.#doubles = memory.doubles
    this.#bytes = memory.bytes
    this.#halves = memory.halves
    this.#slotsAt = memory.slotsAt
  }

  /** Even while the slot is stable. */
  generation(slot: number): number {
    return Atomics.load(this.#words, this.#wordAt(slot) + WORD.generation) >>> 0
  }
  /** Whether a connection lives in the slot. */
  used(slot: number): boolean {
    return this.protocol(slot) !== 0
  }
  /** IP protocol number; 0 in a free slot */
  protocol(slot: number): number {
    return this.#bytes[this.#slotsAt + slot * SLOT_BYTES + BYTE.protocol]!
  }
  client(slot: number): number {
    return this.#words[this.#wordAt(slot) + WORD.client]! >>> 0
  }
  server(slot: number): number {
    return this.#words[this.#wordAt(slot) + WORD.server]! >>> 0
  }
  /** The four addresses as signed numbers: an unsigned one above 127.255.255.255 that a call hands back becomes an object. */
  clientBits(slot: number): number {
    return this.#words[this.#wordAt(slot) + WORD.client]!
  }
  serverBits(slot: number): number {
    return this.#words[this.#wordAt(slot) + WORD.server]!
  }
  wanBits(slot: number): number {
    return this.#words[this.#wordAt(slot) + WORD.wan]!
  }
  askedBits(slot: number): number {
    return this.#words[this.#wordAt(slot) + WORD.asked]!
  }
  wan(slot: number): number {
    return this.#words[this.#wordAt(slot) + WORD.wan]! >>> 0
  }
  /** Whom the client addresses; differs from the server where the destination is translated. */
  asked(slot: number): number {
    return this.#words[this.#wordAt(slot) + WORD.asked]! >>> 0
  }
  /** Whether the far end differs between the two views; mostly it does not. */
  translatesFarEnd(slot: number): boolean {
    const words = this.#words
    const at = this.#wordAt(slot)
    const ports = words[at + WORD.outPorts]! ^ words[at + WORD.inPorts]!
    return words[at + WORD.asked] !== words[at + WORD.server] || (ports & 0xffff) !== 0
  }
  clientPort(slot: number): number {
    return this.#words[this.#wordAt(slot) + WORD.outPorts]! >>> 16
  }
  askedPort(slot: number): number {
    return this.#words[this.#wordAt(slot) + WORD.outPorts]! & 0xffff
  }
  /** ICMP: type × 256 + code of what the client side sends. */
  serverPort(slot: number): number {
    return this.#words[this.#wordAt(slot) + WORD.inPorts]! & 0xffff
  }
  masqPort(slot: number): number {
    return this.#words[this.#wordAt(slot) + WORD.inPorts]! >>> 16
  }
  /** See STATE. */
  state(slot: number): number {
    return this.#bytes[this.#slotsAt + slot * SLOT_BYTES + BYTE.state]!
  }
  /** As 2.2 printed it. */
  stateName(slot: number): string {
    return STATE_NAMES[this.state(slot)] ?? 'ERR!'
  }
  /** See FLAG. */
  flags(slot: number): number {
    return this.#halves[this.#slotsAt / 2 + slot * SLOT_HALVES + HALF.flags]! & 0xffff
  }
  createdAt(slot: number): number {
    return this.#doubles[this.#doubleAt(slot) + DOUBLE.createdAt]!
  }
  lastSeen(slot: number): number {
    return this.#doubles[this.#doubleAt(slot) + DOUBLE.lastSeen]!
  }
  expiresAt(slot: number): number {
    return this.#doubles[this.#doubleAt(slot) + DOUBLE.expiresAt]!
  }
  /** The timeout that the last packet set, in ticks. */
  timeout(slot: number): number {
    return this.#words[this.#wordAt(slot) + WORD.timeout]!
  }
  packetsOut(slot: number): number {
    return this.#doubles[this.#doubleAt(slot) + DOUBLE.packetsOut]!
  }
  packetsIn(slot: number): number {
    return this.#doubles[this.#doubleAt(slot) + DOUBLE.packetsIn]!
  }
  bytesOut(slot: number): number {
    return this.#doubles[this.#doubleAt(slot) + DOUBLE.bytesOut]!
  }
  bytesIn(slot: number): number {
    return this.#doubles[this.#doubleAt(slot) + DOUBLE.bytesIn]!
  }
  /** The rule that admitted the connection; 0: a policy. */
  ruleId(slot: number): number {
    return this.#words[this.#wordAt(slot) + WORD.ruleId]! >>> 0
  }
  /** The revision of the settings which that rule was of. */
  revision(slot: number): number {
    return this.#words[this.#wordAt(slot) + WORD.revision]! >>> 0
  }
  /** Whether the kernel carries it, or why not: see CARRY. */
  carry(slot: number): number {
    if (this.helper(slot) !== 0) return CARRY.helper
    return this.#bytes[this.#slotsAt + slot * SLOT_BYTES + BYTE.carry]! & CARRY_REASON
  }
  /** The directions that the kernel carries, as bits: see carriedBit. */
  carriedBits(slot: number): number {
    if (this.helper(slot) !== 0) return 0
    return this.#bytes[this.#slotsAt + slot * SLOT_BYTES + BYTE.carry]! & CARRY_BITS
  }
  /** Whether the kernel may carry the first answer: see ANSWER. */
  awaitsAnswer(slot: number): boolean {
    if (this.helper(slot) !== 0) return false
    return (this.#bytes[this.#slotsAt + slot * SLOT_BYTES + BYTE.carry]! & ANSWER) !== 0
  }
  /** Numbers of the hops that what is carried goes to. */
  hopOut(slot: number): number {
    return this.#bytes[this.#slotsAt + slot * SLOT_BYTES + BYTE.hopOut]!
  }
  hopIn(slot: number): number {
    return this.#bytes[this.#slotsAt + slot * SLOT_BYTES + BYTE.hopIn]!
  }
  /** Which helper reads along; 0: none. */
  helper(slot: number): number {
    return this.#bytes[this.#slotsAt + slot * SLOT_BYTES + BYTE.helper]!
  }
  /** The slot of the connection that this one belongs to; -1: none */
  controller(slot: number): number {
    return this.#words[this.#wordAt(slot) + WORD.controller]! - 1
  }
  /** How many connections belong to this one. */
  controls(slot: number): number {
    return this.#halves[this.#slotsAt / 2 + slot * SLOT_HALVES + HALF.controls]!
  }
  /** Number of its adjustment; 0: none. */
  adjustment(slot: number): number {
    return this.#halves[this.#slotsAt / 2 + slot * SLOT_HALVES + HALF.adjustment]!
  }
  /** The helper's own: how far the dialogue is; what else it has to remember. Of a GRE tunnel: the client's number of the call. */
  stage(slot: number): number {
    return this.#bytes[this.#slotsAt + slot * SLOT_BYTES + BYTE.stage]!
  }
  note(slot: number): number {
    return this.#halves[this.#slotsAt / 2 + slot * SLOT_HALVES + HALF.note]! & 0xffff
  }
  /** Sequence adjusters of helpers (2.2 ip_masq_app.c); all zero while nothing was adjusted. */
  initSeqOut(slot: number): number {
    return this.#adjustedWord(slot, ADJUSTMENT.initSeqOut)
  }
  initSeqIn(slot: number): number {
    return this.#adjustedWord(slot, ADJUSTMENT.initSeqIn)
  }
  deltaOut(slot: number): number {
    return this.#adjustedHalf(slot, ADJUSTMENT_HALF.deltaOut)
  }
  deltaIn(slot: number): number {
    return this.#adjustedHalf(slot, ADJUSTMENT_HALF.deltaIn)
  }
  previousDeltaOut(slot: number): number {
    return this.#adjustedHalf(slot, ADJUSTMENT_HALF.previousDeltaOut)
  }
  previousDeltaIn(slot: number): number {
    return this.#adjustedHalf(slot, ADJUSTMENT_HALF.previousDeltaIn)
  }
  /** Seconds until the connection expires; negative when it is overdue. */
  expiresIn(slot: number, now: number): number {
    return (this.expiresAt(slot) - now) / TICKS_PER_SECOND
  }

  #adjustedWord(slot: number, word: number): number {
    const number = this.adjustment(slot)
    return number === 0 ? 0 : this.#words[(ADJUST_AT + number * ADJUSTMENT_BYTES) / 4 + word]! >>> 0
  }
  #adjustedHalf(slot: number, half: number): number {
    const number = this.adjustment(slot)
    return number === 0 ? 0 : this.#halves[(ADJUST_AT + number * ADJUSTMENT_BYTES) / 2 + half]!
  }
  #wordAt(slot: number): number {
    return this.#slotsAt / 4 + slot * SLOT_WORDS
  }
  #doubleAt(slot: number): number {
    return this.#slotsAt / 8 + slot * SLOT_DOUBLES
  }
}

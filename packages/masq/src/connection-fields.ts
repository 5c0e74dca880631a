/**
 * The fields of a connection by its slot, all numbers, readable from any thread that maps the memory.
 *
 * Addresses are unsigned, ports and ids 0 to 65535, times in ticks of CLOCK_MONOTONIC. A reader beside the writer that
 * wants several fields to belong together reads the generation first and last: if it was odd or has changed, the
 * connection was being replaced meanwhile. Slot and generation together name one connection for ever.
 */
import {
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
  /** The box's own, on one of its LAN addresses: a change of the WAN address does not concern it. */
  inside: 4,
  /** Holds a masq port in the port table, and gives it back at the end. */
  holdsPort: 8,
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
  /** IP protocol number: 1, 6 or 17; 0 in a free slot */
  protocol(slot: number): number {
    return this.#bytes[this.#slotsAt + slot * SLOT_BYTES + BYTE.protocol]!
  }
  client(slot: number): number {
    return this.#words[this.#wordAt(slot) + WORD.client]! >>> 0
  }
  server(slot: number): number {
    return this.#words[this.#wordAt(slot) + WORD.server]! >>> 0
  }
  wan(slot: number): number {
    return this.#words[this.#wordAt(slot) + WORD.wan]! >>> 0
  }
  clientPort(slot: number): number {
    return this.#words[this.#wordAt(slot) + WORD.outPorts]! >>> 16
  }
  /** ICMP: type × 256 + code of what the client side sends. */
  serverPort(slot: number): number {
    return this.#words[this.#wordAt(slot) + WORD.outPorts]! & 0xffff
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
  /** Sequence adjusters of helpers (2.2 ip_masq_app.c); all zero while none is bound. */
  initSeqOut(slot: number): number {
    return this.#words[this.#wordAt(slot) + WORD.initSeqOut]! >>> 0
  }
  initSeqIn(slot: number): number {
    return this.#words[this.#wordAt(slot) + WORD.initSeqIn]! >>> 0
  }
  deltaOut(slot: number): number {
    return this.#halves[this.#slotsAt / 2 + slot * SLOT_HALVES + HALF.deltaOut]!
  }
  deltaIn(slot: number): number {
    return this.#halves[this.#slotsAt / 2 + slot * SLOT_HALVES + HALF.deltaIn]!
  }
  previousDeltaOut(slot: number): number {
    return this.#halves[this.#slotsAt / 2 + slot * SLOT_HALVES + HALF.previousDeltaOut]!
  }
  previousDeltaIn(slot: number): number {
    return this.#halves[this.#slotsAt / 2 + slot * SLOT_HALVES + HALF.previousDeltaIn]!
  }
  /** Seconds until the connection expires; negative when it is overdue. */
  expiresIn(slot: number, now: number): number {
    return (this.expiresAt(slot) - now) / TICKS_PER_SECOND
  }

  #wordAt(slot: number): number {
    return this.#slotsAt / 4 + slot * SLOT_WORDS
  }
  #doubleAt(slot: number): number {
    return this.#slotsAt / 8 + slot * SLOT_DOUBLES
  }
}

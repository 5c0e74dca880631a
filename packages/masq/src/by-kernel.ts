/**
 * The part of a connection's life that the kernel has in its hands: what it is told of the connection, and what becomes of the connection by
 * packets that it carried and the packet thread never saw. Who does either is a Carrier (carry.ts).
 */
import { PROTOCOL, TCP_FLAG } from '@bauta/packet'
import { FLAG } from './connection-fields.ts'
import { type Direction, IN, OUT } from './key-index.ts'
import { BYTE, DOUBLE, HALF, SLOT_BYTES, SLOT_DOUBLES, SLOT_HALVES, SLOT_WORDS, WORD } from './layout.ts'
import { nextTcpState, STATE } from './states.ts'
import type { ConnectionTable } from './table.ts'
import type { TableWriter } from './table-writer.ts'
import type { ExpiryWheel } from './wheel.ts'

const SYN_ACK = TCP_FLAG.syn | TCP_FLAG.ack

export class ByKernel {
  readonly #table: ConnectionTable
  readonly #writer: TableWriter
  readonly #wheel: ExpiryWheel
  readonly #timeouts: Int32Array

  /** @param timeouts ticks by state */
  constructor(table: ConnectionTable, writer: TableWriter, wheel: ExpiryWheel, timeouts: Int32Array) {
    this.#table = table
    this.#writer = writer
    this.#wheel = wheel
    this.#timeouts = timeouts
  }

  /**
   * The kernel has carried packets of `slot`: what outbound() and inbound() of a Masquerader do, but for the packets themselves.
   * Such packets change no state: they are let through only where they would not, or answered() says what they changed.
   * @param seen tick of the last of them
   */
  carried(slot: number, direction: Direction, packets: number, bytes: number, seen: number): void {
    const { doubles, slotsAt } = this.#table.memory
    const at = slotsAt / 8 + slot * SLOT_DOUBLES
    doubles[at + (direction === OUT ? DOUBLE.packetsOut : DOUBLE.packetsIn)]! += packets
    doubles[at + (direction === OUT ? DOUBLE.bytesOut : DOUBLE.bytesIn)]! += bytes
    if (seen > doubles[at + DOUBLE.lastSeen]!) this.#touch(slot, seen, this.#table.state(slot))
  }

  /** The kernel has carried the first answer (see ANSWER); of TCP that was SYN with ACK. Done twice it is done once. @param seen its tick */
  answered(slot: number, seen: number): void {
    const { bytes, halves, doubles, slotsAt } = this.#table.memory
    halves[slotsAt / 2 + slot * SLOT_HALVES + HALF.flags]! |= FLAG.replied
    if (this.#table.protocol(slot) !== PROTOCOL.tcp) return
    const at = slotsAt + slot * SLOT_BYTES + BYTE.state
    // Heard of late, when the packet thread has seen more of the connection itself.
    if (bytes[at] !== STATE.SYN_SENT) return
    const state = nextTcpState(bytes[at]!, IN, SYN_ACK)
    // Also within the tick of the packet that it answers: the timeout is that of another state.
    this.#touch(slot, Math.max(seen, doubles[slotsAt / 8 + slot * SLOT_DOUBLES + DOUBLE.lastSeen]!), state)
    // Last: whoever is killed before it does all of it again.
    bytes[at] = state
  }

  /** Takes carried() back: what the connection had counted before. */
  setCounts(slot: number, direction: Direction, packets: number, bytes: number): void {
    this.#writer.setCounts(slot, direction, packets, bytes)
  }

  /** Where the kernel is to carry its packets, by direction. */
  setHops(slot: number, out: number, back: number): void {
    this.#writer.setHops(slot, out, back)
  }

  /** See carry.ts: the reason, with the bits of what is carried from now on. */
  setCarry(slot: number, carry: number): void {
    this.#writer.setCarry(slot, carry)
  }

  #touch(slot: number, seen: number, state: number): void {
    const { words, doubles, slotsAt } = this.#table.memory
    const timeout = this.#timeouts[state]!
    words[slotsAt / 4 + slot * SLOT_WORDS + WORD.timeout] = timeout
    doubles[slotsAt / 8 + slot * SLOT_DOUBLES + DOUBLE.lastSeen] = seen
    doubles[slotsAt / 8 + slot * SLOT_DOUBLES + DOUBLE.expiresAt] = seen + timeout
    this.#wheel.hasten(slot)
  }
}

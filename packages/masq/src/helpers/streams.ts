/**
 * TCP streams that helpers read and change: order, sequence numbers, what is put in and what is held back.
 *
 * Theory of operation
 *
 * Positions. The sender counts its bytes, the receiver counts what we pass. As long as nothing was changed both count the same.
 * A change at one place shifts all that is behind it by `delta`; what is before it stays shifted by the delta of the changes before.
 * These are the two deltas of 2.2 (ip_masq_app.c), and they suffice because of one rule: a stream is changed again only after the receiver
 * has acknowledged the change before. A packet that would need another one earlier is dropped (`again`); it will be sent again.
 * What was changed before that is acknowledged, so wherever its retransmission lands, the receiver has had it.
 *
 * Retransmission. What was put in is remembered (Passage.editText) until the next change. Whatever part of the replaced text a packet
 * brings again, in whatever pieces, all of the new text goes out in its place; an acknowledgement of a part of the new text is one
 * of nothing. So the same bytes always stand at the same position, however the sender cuts them.
 *
 * Order. A helper sees every byte once and in order: `readTo` is how far it has read. A packet that begins behind it is dropped (`again`)
 * until what is missing has come.
 *
 * Holding back. The beginning of a line must not pass before it is known what becomes of the line, but its sender may wait for an
 * acknowledgement before it sends the rest (Nagle). So the beginning stays here, and in its place goes a byte that the receiver has had
 * already: it answers with an acknowledgement of all it has, and that one is translated to “and of what is held back”: we vouch for it. The rest
 * of the line then takes the whole line along, and where we vouched it is remembered like a change: it is the sender's retransmission of the
 * rest that makes sure of all of it, because the rest is not acknowledged before the line is. While its sender sends more without
 * waiting (a long answer in full segments) nothing is vouched for, and nothing waits. At the end of the stream (FIN), or when the helper
 * leaves, what is held goes out as it is.
 *
 * A packet thread that dies keeps positions and deltas (sessions.ts) and loses what it held and had put in: a line that
 * was on its way in these milliseconds stays incomplete, and its connection will be given up by its ends. Nothing wrong is passed on.
 *
 * 2.2 shows `init_seq`, `delta` and `previous_delta`; they are kept as it kept them: at a change, the sequence number of the packet as it came.
 */
import {
  acknowledgementOf,
  clearPushAndFin,
  cutAt,
  dropSack,
  findSack,
  fitInSegments,
  hasRoom,
  overwrite,
  overwriteNumber,
  type PacketView,
  packetEnd,
  payloadStart,
  sackBlocks,
  sackEdge,
  sequenceOf,
  setAcknowledgement,
  setSequence,
  splice,
  TCP_FLAG,
} from '@bauta/packet'
import { FLAG } from '../connection-fields.ts'
import { type Direction, IN, OUT } from '../key-index.ts'
import { HALF, SLOT_HALVES } from '../layout.ts'
import type { ConnectionTable } from '../table.ts'
import { type Helper, READS } from './helper.ts'
import { HELPED } from './result.ts'
import type { Passage, Sessions } from './sessions.ts'
import type { Talk } from './talk.ts'

/** The longest beginning of a line or record that is held back; what is longer is passed unread. */
export const MOST_HELD = 8192
const LEAST_BUFFER = 512
const NOTHING = new Uint8Array(1)

export class Streams {
  readonly #table: ConnectionTable
  readonly #sessions: Sessions
  readonly #talk: Talk
  readonly #halves: Int16Array
  readonly #flagsAt: number
  readonly #random: () => number
  /** Connections that had to do without their helper because all records are taken. */
  refused = 0

  constructor(table: ConnectionTable, sessions: Sessions, talk: Talk, random: () => number) {
    this.#random = random
    this.#table = table
    this.#sessions = sessions
    this.#talk = talk
    this.#halves = table.memory.halves
    this.#flagsAt = table.memory.slotsAt / 2 + HALF.flags
  }

  /** One packet of a connection that has a helper, or had one. @returns HELPED */
  carry(
    view: PacketView,
    slot: number,
    direction: Direction,
    helper: Helper | undefined,
    now: number,
  ): number {
    let number = this.#table.adjustment(slot)
    const begins = (view.tcpFlags & TCP_FLAG.syn) !== 0
    if (begins) number = this.#begin(view, slot, direction, number, helper)
    if (number === 0) return HELPED.pass
    const before = view.totalLength
    const result = begins ? HELPED.pass : this.#pass(view, slot, number, direction, helper, now)
    if (result !== HELPED.pass) return result
    if ((view.tcpFlags & TCP_FLAG.ack) !== 0) this.#acknowledge(view, number, direction === OUT ? IN : OUT)
    this.fit(view, before)
    return HELPED.pass
  }

  /** A packet that has outgrown its sender's idea of the links. @param before total length as it came */
  fit(view: PacketView, before: number): void {
    if (view.totalLength > before) fitInSegments(view, before, this.#random())
  }

  /** A SYN: from here on the stream can be followed. @returns number of the session, 0: none */
  #begin(
    view: PacketView,
    slot: number,
    direction: Direction,
    session: number,
    helper: Helper | undefined,
  ): number {
    const sessions = this.#sessions
    const position = (sequenceOf(view) + 1) | 0
    const answers = (view.tcpFlags & TCP_FLAG.ack) !== 0
    const opener = (this.#table.flags(slot) & FLAG.fromOutside) === 0 ? OUT : IN
    let number = session
    if (number === 0) {
      if (!helper || answers) return 0
      number = sessions.take(slot)
      if (number === 0) {
        this.refused++
        return 0
      }
    } else if (!answers && direction === opener) {
      const again = sessions.known(number, direction) && sessions.readTo(number, direction) === position
      if (again) return number
      // The same ends, another connection: only its opener may say so.
      sessions.reset(number)
      this.#halves[this.#flagsAt + slot * SLOT_HALVES]! &= ~(FLAG.adjustsOut | FLAG.adjustsIn)
      this.#talk.restart(slot)
    }
    const reads = helper !== undefined && (helper.reads & (direction === OUT ? READS.out : READS.in)) !== 0
    // Data in a SYN (TCP Fast Open) is not read, so the stream is not.
    if (!reads || sessions.known(number, direction) || payloadStart(view) !== packetEnd(view)) return number
    sessions.setKnown(number, direction, true)
    sessions.setReadTo(number, direction, position)
    return number
  }

  #pass(
    view: PacketView,
    slot: number,
    number: number,
    direction: Direction,
    helper: Helper | undefined,
    now: number,
  ): number {
    const sessions = this.#sessions
    if (!sessions.known(number, direction)) return HELPED.pass
    const position = sequenceOf(view)
    const length = packetEnd(view) - payloadStart(view)
    const readTo = sessions.readTo(number, direction)
    const held = sessions.passage(number, direction)?.heldLength ?? 0
    const ends = (view.tcpFlags & TCP_FLAG.fin) !== 0
    const flushes = ends && held > 0 && length === 0 && position === readTo
    if ((length === 0 && !flushes) || (view.tcpFlags & TCP_FLAG.rst) !== 0) {
      if (ends && this.#putAgain(view, number, direction, position)) return HELPED.pass
      setSequence(view, this.#outPosition(number, direction, position))
      return HELPED.pass
    }
    const reads = helper !== undefined && (helper.reads & (direction === OUT ? READS.out : READS.in)) !== 0
    if (!reads && held === 0) return this.#repeat(view, number, direction, position, length)
    if (behind(position, readTo)) return HELPED.again
    const fresh = behind((position + length) | 0, readTo) || flushes
    if (fresh) return this.#read(view, slot, number, direction, reads ? helper : undefined, now)
    const first = (readTo - held) | 0
    if (held === 0 || !behind((position + length) | 0, first))
      return this.#repeat(view, number, direction, position, length)
    if (!behind(first, position)) return this.#probe(view, number, direction, first)
    const passed = (first - position) | 0
    cutAt(view, payloadStart(view) + passed)
    return this.#repeat(view, number, direction, position, passed)
  }

  /** A packet with something that was not read yet, or the end of a stream of which something is held. */
  #read(
    view: PacketView,
    slot: number,
    number: number,
    direction: Direction,
    helper: Helper | undefined,
    now: number,
  ): number {
    const sessions = this.#sessions
    const talk = this.#talk
    const passage = sessions.passage(number, direction)
    const payload = payloadStart(view)
    const position = sequenceOf(view)
    const end = (position + packetEnd(view) - payload) | 0
    const readTo = sessions.readTo(number, direction)
    const held = passage?.heldLength ?? 0
    const flushes = packetEnd(view) === payload
    const first = (readTo - held) | 0
    let start = position
    if (passage && held > 0 && !behind(first, position)) {
      const count = (position - first) | 0
      if (!hasRoom(view, count)) return HELPED.noRoom
      splice(view, payload, 0, passage.held, 0, count)
      start = first
    }
    const readAt = payload + ((first - start) | 0)
    talk.begin(view, slot, direction, now, readAt, passage === undefined || passage.acknowledged)
    if (helper) helper.read(talk)
    const holdAt = this.#holdAt(view)
    // What was vouched for and passes now, changed or not, only we can send again: with the first byte behind it, which is what its
    // sender will send again.
    if (passage?.vouched && held > 0 && holdAt !== readAt) talk.include(readAt, held + (flushes ? 0 : 1))
    if (talk.stopped !== HELPED.pass) {
      if (readAt === payload) return talk.stopped
      // What was passed before is passed again; the rest has to be sent again.
      cutAt(view, readAt)
      clearPushAndFin(view)
      return this.#repeat(view, number, direction, start, readAt - payload)
    }
    const count = holdAt < 0 ? 0 : packetEnd(view) - holdAt
    if (count > 0) keep(sessions.ensurePassage(number, direction), view, holdAt, count, holdAt === readAt)
    else if (passage) passage.heldLength = 0
    sessions.setReadTo(number, direction, end)
    if (talk.firstChange >= 0) this.#remember(view, slot, number, direction, start)
    if (count > 0 && holdAt === payload) return this.#probe(view, number, direction, start)
    if (count > 0) cutAt(view, holdAt)
    if (talk.firstChange < 0) return this.#repeat(view, number, direction, start, readAt - payload)
    setSequence(view, this.#outPosition(number, direction, start))
    return HELPED.pass
  }

  /** @returns from where on the packet is to be held back, or -1 */
  #holdAt(view: PacketView): number {
    const { heldFrom, lastChange } = this.#talk
    const ends = (view.tcpFlags & (TCP_FLAG.fin | TCP_FLAG.urg)) !== 0
    if (heldFrom < 0 || ends || heldFrom < lastChange || packetEnd(view) - heldFrom > MOST_HELD) return -1
    return heldFrom
  }

  /** The helper has changed the packet, whose first byte stands at `start`. */
  #remember(view: PacketView, slot: number, number: number, direction: Direction, start: number): void {
    const sessions = this.#sessions
    const { firstChange, lastChange, growth } = this.#talk
    const passage = sessions.ensurePassage(number, direction)
    passage.editAt = (start + firstChange - payloadStart(view)) | 0
    passage.editLength = lastChange - firstChange - growth
    passage.editText = view.buffer.slice(firstChange, lastChange)
    passage.deltaBefore = sessions.delta(number, direction)
    passage.deltaBehind = passage.deltaBefore + growth
    passage.acknowledged = false
    if (growth === 0) return
    sessions.shift(number, direction, start, growth)
    const flag = direction === OUT ? FLAG.adjustsOut : FLAG.adjustsIn
    this.#halves[this.#flagsAt + slot * SLOT_HALVES]! |= flag
  }

  /** Passes what was read before, the first `length` bytes of the payload, as it was passed then; and whatever stands behind. */
  #repeat(view: PacketView, number: number, direction: Direction, position: number, length: number): number {
    const passage = this.#sessions.passage(number, direction)
    const sequence = this.#outPosition(number, direction, position)
    if (passage && passage.editLength > 0) {
      const { editAt, editLength, editText } = passage
      const from = behind(editAt, position) ? (editAt - position) | 0 : 0
      const to = Math.min(length, (editAt + editLength - position) | 0)
      if (to > from) {
        if (!hasRoom(view, editText.length - (to - from))) return HELPED.noRoom
        splice(view, payloadStart(view) + from, to - from, editText, 0, editText.length)
      }
    }
    setSequence(view, sequence)
    return HELPED.pass
  }

  /**
   * Nothing of the packet passes. Where the receiver has all that was passed it is made to say so, by a byte that it has had; else it will
   * say so when it has it.
   */
  #probe(view: PacketView, number: number, direction: Direction, first: number): number {
    const payload = payloadStart(view)
    clearPushAndFin(view)
    if (this.#sessions.hasAcknowledged(number, direction, first)) {
      cutAt(view, payload + 1)
      overwrite(view, payload, NOTHING, 0, 1)
      setSequence(view, (this.#outPosition(number, direction, first) - 1) | 0)
      return HELPED.pass
    }
    cutAt(view, payload)
    if (!this.#putAgain(view, number, direction, first))
      setSequence(view, this.#outPosition(number, direction, first))
    return HELPED.pass
  }

  /** Before an empty packet at `position`: what only we can send again, where it ends there. @returns whether it does */
  #putAgain(view: PacketView, number: number, direction: Direction, position: number): boolean {
    const passage = this.#sessions.passage(number, direction)
    if (!passage || passage.editLength === 0 || passage.acknowledged) return false
    const { editAt, editLength, editText } = passage
    if (((editAt + editLength) | 0) !== position || !hasRoom(view, editText.length)) return false
    splice(view, payloadStart(view), 0, editText, 0, editText.length)
    setSequence(view, this.#outPosition(number, direction, editAt))
    return true
  }

  /** Where the receiver counts what the sender counts as `position`. */
  #outPosition(number: number, direction: Direction, position: number): number {
    const sessions = this.#sessions
    const passage = sessions.passage(number, direction)
    let at = position
    if (passage && passage.heldLength > 0) {
      const first = (sessions.readTo(number, direction) - passage.heldLength) | 0
      if (behind(at, first)) at = first
    }
    if (!passage || passage.editLength === 0) return (at + this.#deltaAt(number, direction, at)) | 0
    const { editAt, editLength, deltaBefore, deltaBehind } = passage
    if (!behind(at, editAt)) return (at + deltaBefore) | 0
    return behind((editAt + editLength) | 0, at) ? (editAt + deltaBefore) | 0 : (at + deltaBehind) | 0
  }

  /** 2.2's test, for a stream whose last change is not remembered. */
  #deltaAt(number: number, direction: Direction, position: number): number {
    const sessions = this.#sessions
    return behind(position, sessions.initSeq(number, direction))
      ? sessions.delta(number, direction)
      : sessions.previousDelta(number, direction)
  }

  /** @param direction of the stream that is acknowledged, which is the one against the packet's */
  #acknowledge(view: PacketView, number: number, direction: Direction): void {
    const sessions = this.#sessions
    if (!sessions.known(number, direction)) return
    const passage = sessions.passage(number, direction)
    const said = acknowledgementOf(view)
    let position = this.#inPosition(number, direction, said, false)
    sessions.setAcknowledged(number, direction, position)
    if (passage) {
      const { editAt, editLength, deltaBehind, heldLength } = passage
      if (!behind((editAt + editLength + deltaBehind) | 0, said)) passage.acknowledged = true
      const readTo = sessions.readTo(number, direction)
      if (heldLength > 0 && !behind((readTo - heldLength) | 0, position)) {
        position = readTo
        passage.vouched = true
      }
    }
    setAcknowledgement(view, position)
    if (view.tcpHeaderLength > 20) this.#selective(view, number, direction)
  }

  /** Blocks of SACK: of the new text, a part of it is nothing. */
  #selective(view: PacketView, number: number, direction: Direction): void {
    const at = findSack(view)
    if (at === 0) return
    const end = at + 8 * sackBlocks(view, at)
    for (let block = at; block < end; block += 8) {
      const left = this.#inPosition(number, direction, sackEdge(view, block), true)
      const right = this.#inPosition(number, direction, sackEdge(view, block + 4), false)
      if (!behind(right, left)) {
        dropSack(view, at)
        return
      }
      overwriteNumber(view, block, left, 4)
      overwriteNumber(view, block + 4, right, 4)
    }
  }

  /** Where the sender counts what the receiver counts as `position`. @param upward a place within the new text is its end, not its beginning */
  #inPosition(number: number, direction: Direction, position: number, upward: boolean): number {
    const passage = this.#sessions.passage(number, direction)
    if (!passage || passage.editLength === 0) {
      const sessions = this.#sessions
      const delta = sessions.delta(number, direction)
      const shifted = behind((position - delta) | 0, sessions.initSeq(number, direction))
      return (position - (shifted ? delta : sessions.previousDelta(number, direction))) | 0
    }
    const { editAt, editLength, deltaBefore, deltaBehind } = passage
    if (!behind(position, (editAt + deltaBefore) | 0)) return (position - deltaBefore) | 0
    if (!behind((editAt + editLength + deltaBehind) | 0, position)) return (position - deltaBehind) | 0
    return upward ? (editAt + editLength) | 0 : editAt
  }
}

/** Whether position `a` lies behind `b`. */
const behind = (a: number, b: number): boolean => ((a - b) | 0) > 0

/** @param goesOn it begins where what was held before begins */
function keep(passage: Passage, view: PacketView, from: number, count: number, goesOn: boolean): void {
  passage.vouched &&= goesOn && passage.heldLength > 0
  if (passage.held.length < count) passage.held = new Uint8Array(Math.max(LEAST_BUFFER, count))
  for (let i = 0; i < count; i++) passage.held[i] = view.buffer[from + i]!
  passage.heldLength = count
}

/**
 * The Conversation that helpers are given: one object for all packets, looking at the packet at hand and its connection.
 * What a helper has changed in the packet it notes down, for whoever has to remember it (streams.ts).
 */
import type { HelperName } from '@bauta/config'
import { hasRoom, overwriteNumber, PacketView, packetEnd, read16, read32, splice } from '@bauta/packet'
import { FLAG } from '../connection-fields.ts'
import { type Direction, IN, OUT } from '../key-index.ts'
import { BYTE, HALF, SLOT_BYTES, SLOT_HALVES } from '../layout.ts'
import type { ConnectionTable } from '../table.ts'
import type { Conversation, Expectation } from './helper.ts'
import type { Opening } from './opening.ts'
import { HELPED } from './result.ts'
import { unbind } from './unbind.ts'

const LONGEST_TEXT = 65_535

export class Talk implements Conversation {
  readonly #table: ConnectionTable
  readonly #opening: Opening
  readonly #bytes: Uint8Array
  readonly #halves: Int16Array
  readonly #slotsAt: number
  readonly #text = new Uint8Array(LONGEST_TEXT)
  readonly #expectation: Expectation = {
    protocol: 0,
    opener: IN,
    near: 0,
    nearPort: 0,
    far: 0,
    farPort: 0,
    masqPort: 0,
    target: 0,
    targetPort: 0,
    seconds: 0,
    permanent: false,
    controlled: true,
    helper: null as HelperName | null,
    stage: 0,
  }
  #view = new PacketView()
  #mayChange = true
  slot = 0
  direction: Direction = OUT
  now = 0
  start = 0
  end = 0
  /** What has been changed: from, to (as it is now), and by how much it is longer than before. -1: nothing. */
  firstChange = -1
  lastChange = 0
  growth = 0
  heldFrom = -1
  /** HELPED: why the packet is not to pass as it is. */
  stopped: number = HELPED.pass

  constructor(table: ConnectionTable, opening: Opening) {
    this.#table = table
    this.#opening = opening
    this.#bytes = table.memory.bytes
    this.#halves = table.memory.halves
    this.#slotsAt = table.memory.slotsAt
  }

  /** @param mayChange whether what is said may be changed now */
  begin(
    view: PacketView,
    slot: number,
    direction: Direction,
    now: number,
    start: number,
    mayChange: boolean,
  ): void {
    this.#view = view
    this.#mayChange = mayChange
    this.slot = slot
    this.direction = direction
    this.now = now
    this.start = start
    this.end = packetEnd(view)
    this.firstChange = -1
    this.lastChange = 0
    this.growth = 0
    this.heldFrom = -1
    this.stopped = HELPED.pass
  }

  /** Another connection between the same ends. */
  restart(slot: number): void {
    this.#bytes[this.#slotsAt + slot * SLOT_BYTES + BYTE.stage] = 0
    this.#halves[this.#slotsAt / 2 + slot * SLOT_HALVES + HALF.note] = 0
  }

  get protocol(): number {
    return this.#view.protocol
  }
  get bytes(): Uint8Array {
    return this.#view.buffer
  }
  get fromOutside(): boolean {
    return (this.#table.flags(this.slot) & FLAG.fromOutside) !== 0
  }
  get client(): number {
    return this.#table.client(this.slot)
  }
  get clientPort(): number {
    return this.#table.clientPort(this.slot)
  }
  get wan(): number {
    return this.#table.wan(this.slot)
  }
  get masqPort(): number {
    return this.#table.masqPort(this.slot)
  }
  get asked(): number {
    return this.#table.asked(this.slot)
  }
  get askedPort(): number {
    return this.#table.askedPort(this.slot)
  }
  get server(): number {
    return this.#table.server(this.slot)
  }
  get serverPort(): number {
    return this.#table.serverPort(this.slot)
  }
  get state(): number {
    return this.#table.state(this.slot)
  }
  get stage(): number {
    return this.#bytes[this.#slotsAt + this.slot * SLOT_BYTES + BYTE.stage]!
  }
  set stage(value: number) {
    this.#bytes[this.#slotsAt + this.slot * SLOT_BYTES + BYTE.stage] = value
  }
  get note(): number {
    return this.#halves[this.#slotsAt / 2 + this.slot * SLOT_HALVES + HALF.note]! & 0xffff
  }
  set note(value: number) {
    this.#halves[this.#slotsAt / 2 + this.slot * SLOT_HALVES + HALF.note] = value
  }

  replace(at: number, length: number, text: string | Uint8Array): boolean {
    if (length <= 0 || at < this.start || at + length > this.end || text.length > LONGEST_TEXT) return false
    const bytes = this.#bytesOf(text)
    const count = text.length
    if (this.#isThere(at, length, bytes, count)) return true
    if (!this.#allows(count - length)) return false
    splice(this.#view, at, length, bytes, 0, count)
    this.#changed(at, count, count - length)
    return true
  }

  set16(at: number, value: number): boolean {
    return this.#setNumber(at, value, 2)
  }

  set32(at: number, value: number): boolean {
    return this.#setNumber(at, value, 4)
  }

  hold(at: number): void {
    if (at >= this.start && at < this.end) this.heldFrom = at
  }

  refuse(): void {
    this.stopped = HELPED.refused
  }

  leave(): void {
    unbind(this.#table.memory, this.slot)
  }

  expectation(): Expectation {
    const wanted = this.#expectation
    wanted.protocol = this.#view.protocol
    wanted.opener = IN
    wanted.near = this.client
    wanted.nearPort = 0
    wanted.far = this.server
    wanted.farPort = 0
    wanted.masqPort = 0
    wanted.target = 0
    wanted.targetPort = 0
    wanted.seconds = 120
    wanted.permanent = false
    wanted.controlled = true
    wanted.helper = null
    wanted.stage = 0
    return wanted
  }

  expect(wanted: Expectation): number {
    return this.#opening.expect(this.slot, wanted, this.now)
  }

  expectPair(wanted: Expectation): number {
    return this.#opening.expectPair(this.slot, wanted, this.now)
  }

  forget(): void {
    this.#opening.forget(this.slot, this.now)
  }

  masqPortOf(protocol: number, near: number, nearPort: number): number {
    return this.#opening.masqPortOf(protocol, near | 0, nearPort)
  }

  ownerOf(protocol: number, masqPort: number): number {
    return this.#opening.ownerOf(protocol, masqPort)
  }

  ownerPortOf(protocol: number, masqPort: number): number {
    return this.#opening.ownerPortOf(protocol, masqPort)
  }

  reserveCall(clientCall: number): number {
    return this.#opening.reserveCall(this.slot, clientCall, this.now)
  }

  clientCallOf(masqCall: number): number {
    return this.#opening.clientCallOf(this.slot, masqCall)
  }

  masqCallOf(serverCall: number): number {
    return this.#opening.masqCallOf(this.slot, serverCall)
  }

  openCall(masqCall: number, serverCall: number): boolean {
    return this.#opening.openCall(this.slot, masqCall, serverCall, this.now)
  }

  endCall(masqCall: number): void {
    this.#opening.endCall(this.slot, masqCall, this.now)
  }

  /** These bytes, counted as they came, have to be remembered like a change, changed or not. */
  include(at: number, count: number): void {
    if (!this.#allows(0)) return
    const untouched = this.firstChange < 0
    this.firstChange = untouched ? at : Math.min(this.firstChange, at)
    this.lastChange = untouched ? at + count : Math.max(this.lastChange, at + count + this.growth)
  }

  #setNumber(at: number, value: number, width: number): boolean {
    if (at < this.start || at + width > this.end) return false
    if (this.#says(at, value, width)) return true
    if (!this.#allows(0)) return false
    overwriteNumber(this.#view, at, value, width)
    this.#changed(at, width, 0)
    return true
  }

  /** Nothing has to be changed, so nothing has to wait until it may be. */
  #says(at: number, value: number, width: number): boolean {
    const { buffer } = this.#view
    return width === 2 ? read16(buffer, at) === value : read32(buffer, at) === value >>> 0
  }

  #allows(growth: number): boolean {
    if (!this.#mayChange) this.stopped = HELPED.again
    else if (!hasRoom(this.#view, growth)) this.stopped = HELPED.noRoom
    else return true
    return false
  }

  #changed(at: number, count: number, growth: number): void {
    if (this.firstChange < 0) {
      this.firstChange = at
      this.lastChange = at + count
    } else {
      if (at < this.lastChange) this.lastChange += growth
      this.firstChange = Math.min(this.firstChange, at)
      this.lastChange = Math.max(this.lastChange, at + count)
    }
    this.growth += growth
    this.end += growth
    if (this.heldFrom > at) this.heldFrom += growth
  }

  #bytesOf(text: string | Uint8Array): Uint8Array {
    if (typeof text !== 'string') return text
    for (let i = 0; i < text.length; i++) this.#text[i] = text.charCodeAt(i)
    return this.#text
  }

  #isThere(at: number, length: number, bytes: Uint8Array, count: number): boolean {
    if (length !== count) return false
    const { buffer } = this.#view
    for (let i = 0; i < count; i++) if (buffer[at + i] !== bytes[i]) return false
    return true
  }
}

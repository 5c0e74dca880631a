/**
 * The door's carry.h in TypeScript, for tests: the same table, hops and tallies, the same conditions, and the same packet at the end, but for the
 * time to live, which the kernel's router takes one off from everything that the packet thread writes. e2e/net/carry.test.ts
 * holds the real program to what this one does.
 */
import { HOP_BYTES, HOPS, Hops, TALLY_BYTES, Tallies } from '@bauta/door'
import {
  type ConnectionTable,
  carriedBit,
  type Direction,
  farPortIn,
  farPortOut,
  IN,
  nearPortIn,
  nearPortOut,
  OUT,
} from '@bauta/masq'
import {
  clampMss,
  ICMP,
  PacketView,
  PROTOCOL,
  parsePacket,
  readVnetHeader,
  setDestination,
  setDestinationPort,
  setIcmpId,
  setSource,
  setSourcePort,
  TCP_FLAG,
  VNET_HEADER,
} from '@bauta/packet'
import type { KernelSide } from './carrier.ts'

const KNOWN_FLAGS = 0x3f
const DECIDING = TCP_FLAG.fin | TCP_FLAG.syn | TCP_FLAG.rst | TCP_FLAG.ack

/** What outlives the double, as the door's maps outlive a process. */
export interface KernelMemory {
  hops: ArrayBufferLike
  tallies: ArrayBufferLike
  /** One word: whether it looks for connections to carry. */
  carrying: Int32Array
}

const freshMemory = (capacity: number): KernelMemory => ({
  hops: new ArrayBuffer(HOPS * HOP_BYTES),
  tallies: new ArrayBuffer(capacity * TALLY_BYTES),
  carrying: new Int32Array(1),
})

export class KernelDouble implements KernelSide {
  readonly #table: ConnectionTable
  readonly #hopWords: Int32Array
  readonly #tallyWords: Int32Array
  readonly #tallyLongs: BigInt64Array
  readonly #carrying: Int32Array
  readonly tallies: Tallies
  readonly #hopMemory: ArrayBufferLike
  #hops: Hops | null = null
  readonly #view = new PacketView()
  /** Packets that it carried, and first answers among them. */
  carried = 0
  answers = 0

  constructor(table: ConnectionTable, memory = freshMemory(table.capacity)) {
    this.#table = table
    this.#hopMemory = memory.hops
    this.#hopWords = new Int32Array(memory.hops)
    this.#tallyWords = new Int32Array(memory.tallies)
    this.#tallyLongs = new BigInt64Array(memory.tallies)
    this.#carrying = memory.carrying
    this.tallies = new Tallies(memory.tallies)
  }

  /** Whoever writes hops stops what former hops led, so they are made when they are first asked for: by a Carrier. */
  get hops(): Hops {
    this.#hops ??= new Hops(this.#hopMemory)
    return this.#hops
  }

  setCarrying(on: boolean): void {
    this.#carrying[0] = on ? 1 : 0
  }

  /**
   * @param device interface index of the kernel, where the packet comes in
   * @param frame virtio-net header and packet; changed where it is carried
   * @returns whether it was carried
   */
  carry(device: number, fromWan: boolean, frame: Uint8Array, now: number): boolean {
    const view = this.#view
    if (this.#carrying[0] === 0) return false
    readVnetHeader(view, frame, 0)
    if (parsePacket(view, frame, VNET_HEADER, frame.length - VNET_HEADER) !== 0 || !isPlain(view))
      return false
    const likelier: Direction = fromWan ? IN : OUT
    for (const direction of [likelier, (likelier ^ 1) as Direction]) {
      const slot = this.#find(view, direction)
      if (slot >= 0) return this.#send(view, slot, direction, device, now)
    }
    return false
  }

  #find(view: PacketView, direction: Direction): number {
    const { protocol, source, destination } = view
    return direction === OUT
      ? this.#table.lookupOut(protocol, source, nearPortOut(view), destination, farPortOut(view))
      : this.#table.lookupIn(protocol, destination, nearPortIn(view), source, farPortIn(view))
  }

  #send(view: PacketView, slot: number, direction: Direction, device: number, now: number): boolean {
    const table = this.#table
    const opens = isSynAck(view)
    const answers = direction === IN && table.awaitsAnswer(slot) && (opens || view.protocol !== PROTOCOL.tcp)
    if (!answers && (opens || (table.carriedBits(slot) & carriedBit(direction)) === 0)) return false
    if (direction === OUT && !view.dontFragment && view.source !== table.wan(slot)) return false
    const hop = this.#hop(direction === OUT ? table.hopOut(slot) : table.hopIn(slot))
    const back = this.#hop(direction === OUT ? table.hopIn(slot) : table.hopOut(slot))
    const headers = view.headerLength + (view.protocol === PROTOCOL.tcp ? view.tcpHeaderLength : 8)
    const segment = view.gsoSize + headers
    const size = view.gsoSize > 0 && segment < view.totalLength ? segment : view.totalLength
    if (back.device !== device || hop.device === 0 || size > hop.mtu) return false
    if (opens && !clampsMss(view, Math.min(hop.mtu, back.mtu))) return false
    this.#tell(view, slot, direction, headers, now)
    if (answers) this.#noteAnswer(slot, table.generation(slot))
    translate(view, table, slot, direction)
    this.carried++
    return true
  }

  #tell(view: PacketView, slot: number, direction: Direction, headers: number, now: number): void {
    const { gsoSize, totalLength } = view
    const packets = gsoSize === 0 ? 1 : Math.max(1, Math.ceil((totalLength - headers) / gsoSize))
    this.tell(slot, direction, packets, totalLength + (packets - 1) * headers, now)
  }

  /** Counts as carried. */
  tell(slot: number, direction: Direction, packets: number, bytes: number, now: number): void {
    this.#tallyWords[slot * 16 + 4 + direction]! += packets
    this.#tallyLongs[slot * 8 + direction]! += BigInt(bytes)
    this.#tallyWords[slot * 16 + 6] = now
  }

  /** A first answer, told by another processor a moment after it looked at the slot. */
  tellAnswer(slot: number, generation: number, bytes: number, now: number): void {
    this.tell(slot, IN, 1, bytes, now)
    this.#noteAnswer(slot, generation)
  }

  #noteAnswer(slot: number, generation: number): void {
    this.#tallyWords[slot * 16 + 7] = generation
    this.answers++
  }

  #hop(number: number): { device: number; mtu: number } {
    return { device: this.#hopWords[number * 4]!, mtu: this.#hopWords[number * 4 + 2]! & 0xffff }
  }
}

function isPlain(view: PacketView): boolean {
  const { protocol } = view
  if (view.headerLength !== 20 || view.isFragment || view.ttl <= 1) return false
  if (protocol === PROTOCOL.icmp)
    return (view.icmpType === ICMP.echoRequest || view.icmpType === ICMP.echoReply) && view.icmpCode === 0
  if (protocol !== PROTOCOL.tcp) return protocol === PROTOCOL.udp
  return (view.tcpFlags & DECIDING) === TCP_FLAG.ack || isSynAck(view)
}

const isSynAck = ({ protocol, tcpFlags }: PacketView): boolean =>
  protocol === PROTOCOL.tcp && (tcpFlags & KNOWN_FLAGS) === (TCP_FLAG.syn | TCP_FLAG.ack)

/** @returns false where the option is there and not the first, so that it would have to be looked for */
function clampsMss(view: PacketView, mtu: number): boolean {
  const at = view.l4 + 20
  if (view.tcpHeaderLength === 20) return true
  if (view.buffer[at] !== 2 || view.buffer[at + 1] !== 4) return false
  clampMss(view, mtu - 40)
  return true
}

function translate(view: PacketView, table: ConnectionTable, slot: number, direction: Direction): void {
  const out = direction === OUT
  setSource(view, out ? table.wan(slot) : table.asked(slot))
  setDestination(view, out ? table.server(slot) : table.client(slot))
  if (view.protocol === PROTOCOL.icmp) setIcmpId(view, out ? table.masqPort(slot) : table.clientPort(slot))
  else {
    setSourcePort(view, out ? table.masqPort(slot) : table.askedPort(slot))
    setDestinationPort(view, out ? table.serverPort(slot) : table.clientPort(slot))
  }
}

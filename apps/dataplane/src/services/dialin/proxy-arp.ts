/**
 * Answers on the wire of the household for callers: their addresses are of the home network, and machines there look for them on the wire.
 *
 * The kernel's own proxy ARP answers only on devices that forward (arp_process in net/ipv4/arp.c), and the box's devices do not: nothing is
 * to get past the door. So a packet socket reads the ARP questions while somebody is on, and this answers with the box's own hardware
 * address. A machine that asks whether the address is free (RFC 5227) is told that it is not.
 */
import { openPacketSocket, type PacketSocket } from '../internet/packet-socket.ts'

const ETH_P_ARP = 0x0806
/** Ethernet II and ARP for IPv4 (RFC 826). */
const FRAME = 42
const FIXED = [0x08, 0x06, 0x00, 0x01, 0x08, 0x00, 6, 4] as const
const REQUEST = 1
const REPLY = 2
/** A call has some 100 ms anyway. */
const LOOK_MS = 20
/** Frames that are looked at in one go: somebody may shout. */
const MOST_AT_ONCE = 64

export interface Wire {
  ifindex: number
  /** `02:00:00:00:00:01` */
  mac: string
}

/** @param mac of the box @returns the answer to a question for one of the addresses; null where it is none */
export function replyTo(
  frame: Uint8Array,
  addresses: ReadonlySet<number>,
  mac: Uint8Array,
): Uint8Array | null {
  if (frame.length < FRAME || FIXED.some((byte, i) => frame[12 + i] !== byte)) return null
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength)
  const wanted = view.getUint32(38)
  if (view.getUint16(20) !== REQUEST || !addresses.has(wanted)) return null
  const asker = frame.slice(22, 28)
  if (asker.every((byte, i) => byte === mac[i])) return null
  return arp(REPLY, { to: asker, mac, address: wanted, target: asker, targetAddress: view.getUint32(28) })
}

/** @returns a word to everybody that the address is here from now on (RFC 5227 section 2.3) */
export const announcement = (address: number, mac: Uint8Array): Uint8Array =>
  arp(REQUEST, {
    to: new Uint8Array(6).fill(0xff),
    mac,
    address,
    target: new Uint8Array(6),
    targetAddress: address,
  })

interface Said {
  to: Uint8Array
  mac: Uint8Array
  address: number
  target: Uint8Array
  targetAddress: number
}

function arp(operation: number, { to, mac, address, target, targetAddress }: Said): Uint8Array {
  const frame = new Uint8Array(FRAME)
  const view = new DataView(frame.buffer)
  frame.set(to, 0)
  frame.set(mac, 6)
  frame.set(FIXED, 12)
  view.setUint16(20, operation)
  frame.set(mac, 22)
  view.setUint32(28, address)
  frame.set(target, 32)
  view.setUint32(38, targetAddress)
  return frame
}

export const macBytes = (mac: string): Uint8Array =>
  Uint8Array.from(mac.split(':'), (pair) => Number.parseInt(pair, 16))

/** Who is answered for on one wire. */
export class ProxyArp {
  readonly #mac: Uint8Array
  readonly #socket: PacketSocket
  readonly #timer: NodeJS.Timeout
  #addresses: ReadonlySet<number> = new Set()

  /** @throws when the kernel gives no packet socket */
  constructor({ ifindex, mac }: Wire) {
    this.#mac = macBytes(mac)
    this.#socket = openPacketSocket(ifindex, ETH_P_ARP)
    this.#timer = setInterval(() => this.#look(), LOOK_MS)
    this.#timer.unref()
  }

  /** @param addresses unsigned 32-bit numbers; new ones are announced */
  answerFor(addresses: ReadonlySet<number>): void {
    for (const address of addresses)
      if (!this.#addresses.has(address)) this.#socket.send(announcement(address, this.#mac))
    this.#addresses = addresses
  }

  close(): void {
    clearInterval(this.#timer)
    this.#socket.close()
  }

  #look(): void {
    for (let left = MOST_AT_ONCE; left > 0; left--) {
      const frame = this.#socket.receive()
      if (!frame) return
      const reply = replyTo(frame, this.#addresses, this.#mac)
      if (reply) this.#socket.send(reply)
    }
  }
}

/**
 * The packets a router makes itself in answer to one it does not forward: ICMP errors (RFC 792, RFC 1812 §4.3) and TCP
 * resets (RFC 9293 §3.10.7.1). Both are written whole, checksums included, into the caller's buffer; how often they may be
 * sent is the caller's business.
 */

import { checksumOf, pseudoHeaderSum, read32, sumBytes, write16, write32 } from './checksum.ts'
import { ICMP, icmpIsError } from './icmp-types.ts'
import { type PacketView, PROTOCOL, TCP_FLAG } from './view.ts'

/** RFC 1812 §4.3.2.3: as much of the original as fits without making the error longer than 576 bytes. */
const LONGEST_ERROR = 576
const HEADERS = 28

const TTL = 64
const DONT_FRAGMENT = 0x4000
/** RFC 1812 §4.3.2.5: errors travel with precedence 6 (internetwork control) and the TOS of what they answer. */
const INTERNETWORK_CONTROL = 0xc0
const TOS_BITS = 0x1e

/**
 * Whether an ICMP error may answer this packet (RFC 1812 §4.3.2.7): not an ICMP error or anything unknown that might be
 * one, not a later fragment, not what was sent to or claims to come from more or less than one host. The broadcast
 * addresses of our own networks are not known here; the caller looks at those.
 */
export function mayAnswerWithError(view: PacketView): boolean {
  if (view.fragmentOffset !== 0) return false
  if (view.protocol === PROTOCOL.icmp && !isAskable(view.icmpType)) return false
  return isOneHost(view.source) && isOneHost(view.destination)
}

/**
 * Writes an ICMP error about `original`, addressed to its source.
 * @param source our address on the side the original came from
 * @param mtuOrZero for "fragmentation needed" (3/4): the MTU of the next link (RFC 1191); else 0
 * @returns bytes written
 */
export function writeIcmpError(
  out: Uint8Array,
  at: number,
  original: PacketView,
  type: number,
  code: number,
  source: number,
  mtuOrZero: number,
): number {
  const there = original.headerLength + original.l4Length
  const quoted = there < LONGEST_ERROR - HEADERS ? there : LONGEST_ERROR - HEADERS
  const icmp = at + 20
  for (let i = 0; i < quoted; i++) out[icmp + 8 + i] = original.buffer[original.ip + i]!
  out[icmp] = type
  out[icmp + 1] = code
  write16(out, icmp + 2, 0)
  write16(out, icmp + 4, 0)
  write16(out, icmp + 6, mtuOrZero)
  write16(out, icmp + 2, checksumOf(out, icmp, 8 + quoted))
  const tos = (original.tos & TOS_BITS) | INTERNETWORK_CONTROL
  writeHeader(out, at, tos, HEADERS + quoted, PROTOCOL.icmp)
  write32(out, at + 12, source)
  write32(out, at + 16, original.source)
  sealHeader(out, at)
  return HEADERS + quoted
}

/**
 * Writes the reset that a closed port would answer `original` with; its addresses and ports are the original's, turned round.
 * @returns bytes written: 40, or 0 where no reset may be sent (not TCP, a later fragment, itself a reset)
 */
export function writeTcpReset(out: Uint8Array, at: number, original: PacketView): number {
  if (original.protocol !== PROTOCOL.tcp || original.fragmentOffset !== 0) return 0
  const flags = original.tcpFlags
  if (flags & TCP_FLAG.rst) return 0
  const from = original.buffer
  const there = original.l4
  const answered = (flags & TCP_FLAG.ack) !== 0
  const tcp = at + 20
  write16(out, tcp, original.destinationPort)
  write16(out, tcp + 2, original.sourcePort)
  write32(out, tcp + 4, answered ? read32(from, there + 8) : 0)
  write32(out, tcp + 8, answered ? 0 : (read32(from, there + 4) + sequenceLength(original)) >>> 0)
  out[tcp + 12] = 5 << 4
  out[tcp + 13] = answered ? TCP_FLAG.rst : TCP_FLAG.rst | TCP_FLAG.ack
  write16(out, tcp + 14, 0)
  write32(out, tcp + 16, 0)
  writeHeader(out, at, 0, 40, PROTOCOL.tcp)
  write32(out, at + 12, original.destination)
  write32(out, at + 16, original.source)
  sealHeader(out, at)
  const sum = sumBytes(out, tcp, 20, pseudoHeaderSum(out, at, PROTOCOL.tcp, 20))
  write16(out, tcp + 16, ~sum & 0xffff)
  return 40
}

/** How far a segment moves the sequence number: its data, and one each for SYN and FIN. */
function sequenceLength(view: PacketView): number {
  const flags = view.tcpFlags
  const data = view.l4Length - view.tcpHeaderLength
  return (data > 0 ? data : 0) + (flags & TCP_FLAG.syn ? 1 : 0) + (flags & TCP_FLAG.fin ? 1 : 0)
}

function isAskable(type: number): boolean {
  if (icmpIsError(type)) return false
  return type === ICMP.echoRequest || type === ICMP.echoReply || (type >= 13 && type <= 18)
}

/** Not 0/8, not loopback, not multicast, reserved or the limited broadcast. */
function isOneHost(address: number): boolean {
  const net = address >>> 24
  return net !== 0 && net !== 127 && net < 224
}

/** All of a 20-byte header but addresses and checksum. DF with id 0: never fragmented, so no id is needed (RFC 6864 §4.1). */
function writeHeader(out: Uint8Array, at: number, tos: number, totalLength: number, protocol: number): void {
  out[at] = 0x45
  out[at + 1] = tos
  write16(out, at + 2, totalLength)
  write16(out, at + 4, 0)
  write16(out, at + 6, DONT_FRAGMENT)
  out[at + 8] = TTL
  out[at + 9] = protocol
  write16(out, at + 10, 0)
}

function sealHeader(out: Uint8Array, at: number): void {
  write16(out, at + 10, checksumOf(out, at, 20))
}

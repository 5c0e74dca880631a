/**
 * Bytes to fields, and the judgement whether a packet is well formed. Nothing behind this file ever sees a header that
 * lies about a length, so nothing behind it needs to check one. A bad packet is an answer, never an exception.
 *
 * Checks that need to know who we are (martians, LAND, own addresses) are not here: form only.
 */

import { pseudoHeaderSum, read16, read32, sumBytes } from './checksum.ts'
import { FAULT } from './faults.ts'
import { icmpHasId } from './icmp-types.ts'
import { type PacketView, PROTOCOL, TCP_FLAG } from './view.ts'

const MINIMUM_HEADER = 20
const MAXIMUM_PACKET = 65535

/** RFC 1858 §4.2.1: a first fragment must show the TCP header as far as its flags; 16 is the next multiple of 8. */
const TCP_FIRST_FRAGMENT = 16

const OPTION = { end: 0, noOperation: 1, looseSourceRoute: 131, strictSourceRoute: 137 } as const

/**
 * Fills `view` from the packet at `start` and judges its form. The offload fields (checksumPartial and its neighbours) are
 * not touched except where they contradict the packet: readVnetHeader() has set them before.
 * @param length bytes that arrived; more than the header says is padding
 * @returns 0 when well formed, else a code from FAULTS; fields that were not reached are then 0
 */
export function parsePacket(view: PacketView, buffer: Uint8Array, start: number, length: number): number {
  const fault = parseHeader(view, buffer, start, length)
  if (fault !== FAULT.none) return fault
  if (view.totalLength > length) return FAULT.totalLength
  view.l4Length = view.totalLength - view.headerLength
  if (view.ttl === 0) return FAULT.ttlZero
  if (view.headerLength > MINIMUM_HEADER) {
    const bad = checkOptions(buffer, start + MINIMUM_HEADER, start + view.headerLength)
    if (bad !== FAULT.none) return bad
  }
  if (view.moreFragments || view.fragmentOffset !== 0) {
    const bad = checkFragment(view)
    if (bad !== FAULT.none || view.fragmentOffset !== 0) return bad
  }
  switch (view.protocol) {
    case PROTOCOL.tcp:
      return parseTcp(view)
    case PROTOCOL.udp:
      return parseUdp(view)
    case PROTOCOL.icmp:
      return parseIcmp(view)
    default:
      return FAULT.none
  }
}

/**
 * Fills `view` from a packet that an ICMP error quotes. Lenient (RFC 5508 REQ-3): the quote may be cut 8 bytes behind the
 * header, its TTL may be 0, and its transport checksum is not verified; its header checksum is.
 * Use parseQuoted() where the ICMP checksum around it shall follow rewrites.
 * @param length bytes that are there
 */
export function parseEmbedded(view: PacketView, buffer: Uint8Array, start: number, length: number): number {
  view.checksumPartial = false
  view.checksumKnownGood = false
  view.checksumStart = -1
  view.gsoSize = 0
  const fault = parseHeader(view, buffer, start, length)
  if (fault === FAULT.short) return FAULT.embeddedShort
  if (fault !== FAULT.none) return fault
  view.l4Length = Math.min(view.totalLength, length) - view.headerLength
  if (view.l4Length < 8) return FAULT.embeddedShort
  if (view.fragmentOffset !== 0) return FAULT.none
  if (view.protocol === PROTOCOL.icmp) {
    readIcmp(view)
    return FAULT.none
  }
  if (view.protocol !== PROTOCOL.tcp && view.protocol !== PROTOCOL.udp) return FAULT.none
  readPorts(view)
  if (view.protocol === PROTOCOL.tcp && view.l4Length >= 14) {
    view.tcpHeaderLength = (buffer[view.l4 + 12]! >>> 4) << 2
    view.tcpFlags = buffer[view.l4 + 13]! & 0x3f
  }
  return FAULT.none
}

/**
 * Fills `inner` with the packet that the ICMP error `outer` quotes, and ties the two together: whatever is rewritten in
 * `inner` afterwards also corrects the ICMP checksum of `outer`.
 */
export function parseQuoted(inner: PacketView, outer: PacketView): number {
  const fault = parseEmbedded(inner, outer.buffer, outer.l4 + 8, outer.l4Length - 8)
  // An offloaded ICMP checksum is summed later, quoted bytes and all: nothing to correct then.
  inner.outerChecksum = outer.checksumPartial ? 0 : outer.l4 + 2
  return fault
}

/** The fixed part of the IPv4 header; total length against what arrived is left to the callers. */
function parseHeader(view: PacketView, buffer: Uint8Array, start: number, length: number): number {
  view.buffer = buffer
  view.ip = start
  view.outerChecksum = 0
  clearTransport(view)
  const fault = checkFirstByte(buffer, start, length)
  if (fault !== FAULT.none) {
    clearHeader(view)
    return fault
  }
  const headerLength = (buffer[start]! & 15) << 2
  const totalLength = read16(buffer, start + 2)
  const fragment = read16(buffer, start + 6)
  view.headerLength = headerLength
  view.totalLength = totalLength
  view.tos = buffer[start + 1]!
  view.id = read16(buffer, start + 4)
  view.dontFragment = (fragment & 0x4000) !== 0
  view.moreFragments = (fragment & 0x2000) !== 0
  view.fragmentOffset = (fragment & 0x1fff) << 3
  view.ttl = buffer[start + 8]!
  view.protocol = buffer[start + 9]!
  view.source = read32(buffer, start + 12)
  view.destination = read32(buffer, start + 16)
  view.l4 = start + headerLength
  view.l4Length = 0
  if (totalLength < headerLength) return FAULT.totalLength
  if (sumBytes(buffer, start, headerLength, 0) !== 0xffff) return FAULT.headerChecksum
  return fragment & 0x8000 ? FAULT.reservedBit : FAULT.none
}

/** Whether there is a header at all whose fields may be read. */
function checkFirstByte(buffer: Uint8Array, start: number, length: number): number {
  if (length < MINIMUM_HEADER || start + length > buffer.length) return FAULT.short
  const first = buffer[start]!
  if (first >>> 4 !== 4) return FAULT.version
  const headerLength = (first & 15) << 2
  return headerLength < MINIMUM_HEADER || headerLength > length ? FAULT.headerLength : FAULT.none
}

/** Nothing of the packet before may be taken for this one's. */
function clearTransport(view: PacketView): void {
  view.sourcePort = 0
  view.destinationPort = 0
  view.icmpType = 0
  view.icmpCode = 0
  view.icmpId = 0
  view.tcpFlags = 0
  view.tcpHeaderLength = 0
}

function clearHeader(view: PacketView): void {
  view.headerLength = 0
  view.totalLength = 0
  view.tos = 0
  view.id = 0
  view.dontFragment = false
  view.moreFragments = false
  view.fragmentOffset = 0
  view.ttl = 0
  view.protocol = 0
  view.source = 0
  view.destination = 0
  view.l4 = view.ip
  view.l4Length = 0
}

/** Walks the IP options between two offsets (RFC 791 §3.1). */
function checkOptions(buffer: Uint8Array, from: number, end: number): number {
  let at = from
  while (at < end) {
    const kind = buffer[at]!
    if (kind === OPTION.end) break
    if (kind === OPTION.noOperation) {
      at++
      continue
    }
    if (kind === OPTION.looseSourceRoute || kind === OPTION.strictSourceRoute) return FAULT.sourceRoute
    const length = at + 1 < end ? buffer[at + 1]! : 0
    if (length < 2 || at + length > end) return FAULT.ipOptions
    at += length
  }
  return FAULT.none
}

function checkFragment(view: PacketView): number {
  const { moreFragments, l4Length, fragmentOffset, protocol } = view
  if (view.headerLength + fragmentOffset + l4Length > MAXIMUM_PACKET) return FAULT.fragmentOverrun
  if (l4Length === 0 || (moreFragments && (l4Length & 7) !== 0)) return FAULT.fragmentLength
  if (protocol !== PROTOCOL.tcp) return FAULT.none
  const hidesFlags = fragmentOffset === 0 ? l4Length < TCP_FIRST_FRAGMENT : fragmentOffset === 8
  return hidesFlags ? FAULT.tinyFragment : FAULT.none
}

function parseTcp(view: PacketView): number {
  const { buffer, l4, l4Length } = view
  const wanted = view.moreFragments ? TCP_FIRST_FRAGMENT : 20
  if (l4Length < wanted) return FAULT.protocolShort
  readPorts(view)
  const headerLength = (buffer[l4 + 12]! >>> 4) << 2
  const flags = buffer[l4 + 13]! & 0x3f
  view.tcpHeaderLength = headerLength
  view.tcpFlags = flags
  if (headerLength < 20 || (headerLength > l4Length && !view.moreFragments)) return FAULT.tcpOffset
  if (flags === 0 || (flags & TCP_FLAG.syn && flags & (TCP_FLAG.fin | TCP_FLAG.rst))) return FAULT.tcpFlags
  if (view.sourcePort === 0 || view.destinationPort === 0) return FAULT.portZero
  return verifyWithPseudoHeader(view, 16)
}

function parseUdp(view: PacketView): number {
  const { buffer, l4, l4Length } = view
  if (l4Length < 8) return FAULT.protocolShort
  readPorts(view)
  const said = read16(buffer, l4 + 4)
  // A fragment knows only its own piece, and a super-packet may name either the whole or one of its segments.
  const loose = view.moreFragments ? said > l4Length : view.gsoSize !== 0 && said <= l4Length
  if (said < 8 || (said !== l4Length && !loose)) return FAULT.udpLength
  if (view.sourcePort === 0 || view.destinationPort === 0) return FAULT.portZero
  if (!view.checksumPartial && read16(buffer, l4 + 6) === 0) return FAULT.none
  return verifyWithPseudoHeader(view, 6)
}

function parseIcmp(view: PacketView): number {
  if (view.l4Length < 8) return FAULT.icmpShort
  readIcmp(view)
  settleOffload(view, 2)
  if (view.moreFragments || view.checksumPartial || view.checksumKnownGood) return FAULT.none
  return sumBytes(view.buffer, view.l4, view.l4Length, 0) === 0xffff ? FAULT.none : FAULT.l4Checksum
}

function readPorts(view: PacketView): void {
  view.sourcePort = read16(view.buffer, view.l4)
  view.destinationPort = read16(view.buffer, view.l4 + 2)
}

function readIcmp(view: PacketView): void {
  const type = view.buffer[view.l4]!
  view.icmpType = type
  view.icmpCode = view.buffer[view.l4 + 1]!
  view.icmpId = icmpHasId(type) ? read16(view.buffer, view.l4 + 4) : 0
}

function verifyWithPseudoHeader(view: PacketView, field: number): number {
  settleOffload(view, field)
  if (view.moreFragments || view.checksumPartial || view.checksumKnownGood) return FAULT.none
  const { buffer, l4, l4Length } = view
  const pseudo = pseudoHeaderSum(buffer, view.ip, view.protocol, l4Length)
  return sumBytes(buffer, l4, l4Length, pseudo) === 0xffff ? FAULT.none : FAULT.l4Checksum
}

/**
 * An offloaded checksum may belong to a header further in: a tunnel's inner packet. The outer one is then already right for
 * the moment when the inner one is filled in (local checksum offload), cannot be verified before, and is no partial one.
 */
function settleOffload(view: PacketView, field: number): void {
  if (!view.checksumPartial || view.checksumStart === -1) return
  if (view.checksumStart === view.l4 && view.checksumOffset === field) return
  view.checksumPartial = false
  view.checksumKnownGood = true
}

/**
 * Changing addresses, ports, identifiers, TTL and MSS in place, with every checksum that covers them.
 *
 * The IP header checksum always follows. The transport checksum has four modes:
 *  - full: an ordinary checksum; follows every change by RFC 1624 equation 3, so damage done before us stays visible;
 *  - partial (offload): the field is the un-inverted pseudo-header sum; follows addresses, not ports or options, which are
 *    still to be summed;
 *  - UDP zero: the sender wants no checksum; stays zero. A checksum that comes out as zero is sent as ffff (RFC 768);
 *  - absent: a later fragment, or a quote cut before the field (TCP's stands 16 bytes in); nothing to do.
 * Where the packet is quoted by an ICMP error (parseQuoted), each 16-bit word written here also corrects the checksum of
 * that error; this works word by word because quoted headers always stand at even distances from the ICMP header.
 *
 * The view's fields follow too. Nothing here allocates or throws; callers pass views that parsed without a fault.
 */

import { difference, fold, pseudoHeaderSum, read16, sumBytes, updateChecksum, write16 } from './checksum.ts'
import { type PacketView, PROTOCOL, TCP_FLAG } from './view.ts'

const OPTION = { end: 0, noOperation: 1, maximumSegmentSize: 2 } as const

/** @param address 32-bit number, signed or not */
export function setSource(view: PacketView, address: number): void {
  view.source = address >>> 0
  replaceAddress(view, view.ip + 12, address >>> 16, address & 0xffff)
}

/** @param address 32-bit number, signed or not */
export function setDestination(view: PacketView, address: number): void {
  view.destination = address >>> 0
  replaceAddress(view, view.ip + 16, address >>> 16, address & 0xffff)
}

/** TCP and UDP, not for later fragments. */
export function setSourcePort(view: PacketView, port: number): void {
  view.sourcePort = port
  replaceCovered(view, view.l4, port)
}

/** TCP and UDP, not for later fragments. */
export function setDestinationPort(view: PacketView, port: number): void {
  view.destinationPort = port
  replaceCovered(view, view.l4 + 2, port)
}

/** ICMP queries and their replies only. */
export function setIcmpId(view: PacketView, id: number): void {
  view.icmpId = id
  replaceCovered(view, view.l4 + 4, id)
}

export function setTos(view: PacketView, tos: number): void {
  view.tos = tos
  const delta = store(view, view.ip, (view.buffer[view.ip]! << 8) | tos)
  patchFull(view, view.ip + 10, delta)
}

export function setTtl(view: PacketView, ttl: number): void {
  view.ttl = ttl
  const delta = store(view, view.ip + 8, (ttl << 8) | view.protocol)
  patchFull(view, view.ip + 10, delta)
}

/**
 * Lowers the MSS option of a SYN to `mss` where it is higher (RFC 4459 §3.2: the usual remedy for a smaller link behind us).
 * A SYN without the option is left alone: its peer will use 536.
 * @returns whether it was lowered
 */
export function clampMss(view: PacketView, mss: number): boolean {
  if (view.protocol !== PROTOCOL.tcp || view.fragmentOffset !== 0) return false
  if ((view.tcpFlags & TCP_FLAG.syn) === 0) return false
  const at = findMss(view)
  if (at === 0) return false
  const before = read16(view.buffer, at)
  if (before <= mss) return false
  write16(view.buffer, at, mss)
  const field = transportChecksum(view)
  if (field === 0 || view.checksumPartial) return true
  const delta = fold(difference(before, mss))
  // Options are not aligned: at an odd distance the two bytes belong to different words, which turns the sum's bytes round.
  const odd = ((at - view.l4) & 1) !== 0
  patchFull(view, field, odd ? ((delta & 0xff) << 8) | (delta >>> 8) : delta)
  return true
}

/**
 * Does in software what the offload would have done later: a partial checksum becomes a full one.
 * The caller clears the virtio header. Not for super-packets, whose segments each get their own.
 */
export function finishChecksum(view: PacketView): void {
  if (!view.checksumPartial) return
  view.checksumPartial = false
  const { buffer, l4, l4Length, protocol } = view
  const field = protocol === PROTOCOL.tcp ? l4 + 16 : protocol === PROTOCOL.udp ? l4 + 6 : l4 + 2
  write16(buffer, field, 0)
  const pseudo = protocol === PROTOCOL.icmp ? 0 : pseudoHeaderSum(buffer, view.ip, protocol, l4Length)
  const checksum = ~sumBytes(buffer, l4, l4Length, pseudo) & 0xffff
  write16(buffer, field, checksum === 0 && protocol === PROTOCOL.udp ? 0xffff : checksum)
}

/** @returns the offset of the MSS option's value, or 0 */
function findMss(view: PacketView): number {
  const { buffer, l4 } = view
  const end = l4 + Math.min(view.tcpHeaderLength, view.l4Length)
  let at = l4 + 20
  while (at < end) {
    const kind = buffer[at]!
    if (kind === OPTION.end) return 0
    if (kind === OPTION.noOperation) {
      at++
      continue
    }
    const length = at + 1 < end ? buffer[at + 1]! : 0
    if (length < 2 || at + length > end) return 0
    if (kind === OPTION.maximumSegmentSize) return length === 4 ? at + 2 : 0
    at += length
  }
  return 0
}

/** The identification, by which fragments of one datagram know each other. */
export function setIdentification(view: PacketView, id: number): void {
  if (view.id === id) return
  patchFull(view, view.ip + 10, store(view, view.ip + 4, id))
  view.id = id
}

function replaceAddress(view: PacketView, at: number, high: number, low: number): void {
  const delta = store(view, at, high) + store(view, at + 2, low)
  patchFull(view, view.ip + 10, delta)
  const field = transportChecksum(view)
  if (field === 0) return
  if (view.checksumPartial) store(view, field, fold(read16(view.buffer, field) + delta))
  else patchFull(view, field, delta)
}

/** Writes a word behind the IP header: a port or an identifier. */
function replaceCovered(view: PacketView, at: number, value: number): void {
  const delta = store(view, at, value)
  if (view.checksumPartial) return
  const field = view.protocol === PROTOCOL.icmp ? view.l4 + 2 : transportChecksum(view)
  if (field !== 0) patchFull(view, field, delta)
}

/** @returns the offset of a checksum that covers the pseudo-header, or 0 where there is none to keep right */
export function transportChecksum(view: PacketView): number {
  if (view.fragmentOffset !== 0) return 0
  if (view.protocol === PROTOCOL.tcp) return view.l4Length >= 18 ? view.l4 + 16 : 0
  if (view.protocol !== PROTOCOL.udp) return 0
  const field = view.l4 + 6
  return view.checksumPartial || read16(view.buffer, field) !== 0 ? field : 0
}

function patchFull(view: PacketView, field: number, delta: number): void {
  const checksum = updateChecksum(read16(view.buffer, field), delta)
  const avoidsZero = checksum === 0 && view.protocol === PROTOCOL.udp && field === view.l4 + 6
  store(view, field, avoidsZero ? 0xffff : checksum)
}

/** Writes one word of the packet. @returns its difference(), for the checksums that cover it */
function store(view: PacketView, at: number, value: number): number {
  const buffer = view.buffer
  const delta = difference(read16(buffer, at), value)
  write16(buffer, at, value)
  const outer = view.outerChecksum
  if (outer !== 0) write16(buffer, outer, updateChecksum(read16(buffer, outer), delta))
  return delta
}

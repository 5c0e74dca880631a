/**
 * Changing what a packet carries: other bytes in place, or more or fewer of them. Lengths, checksums and the virtio header follow.
 *
 * A full checksum is corrected where bytes change in place, so that damage done before us stays visible, and made anew where they move:
 * whoever calls has verified it (parsePacket). A partial one is the sum of the pseudo-header and follows the length only.
 * A packet that outgrows the links it was small enough for becomes a super-packet, which the kernel cuts.
 */
import { difference, fold, pseudoHeaderSum, read16, sumBytes, updateChecksum, write16 } from './checksum.ts'
import { transportChecksum } from './rewrite.ts'
import { type PacketView, PROTOCOL } from './view.ts'
import { VNET_HEADER } from './virtio.ts'

const MAXIMUM_PACKET = 65_535
/** RFC 791: every link carries this much. */
const ALWAYS_FITS = 576

/** virtio 1.2 §5.1.6 */
const NEEDS_CHECKSUM = 1
const GSO_TCPV4 = 1

/** @returns the offset behind the transport header; TCP and UDP */
export function payloadStart(view: PacketView): number {
  return view.l4 + (view.protocol === PROTOCOL.tcp ? view.tcpHeaderLength : 8)
}

/** @returns the offset behind the last byte */
export function packetEnd(view: PacketView): number {
  return view.ip + view.totalLength
}

/** Whether there is room for so many bytes more. */
export function hasRoom(view: PacketView, growth: number): boolean {
  return view.totalLength + growth <= MAXIMUM_PACKET && packetEnd(view) + growth <= view.buffer.length
}

/** Puts `count` bytes of `source` at `at`, which lies behind the transport header's first word; nothing moves. */
export function overwrite(
  view: PacketView,
  at: number,
  source: Uint8Array,
  from: number,
  count: number,
): void {
  const { buffer } = view
  const before = coveringSum(view, at, count)
  for (let i = 0; i < count; i++) buffer[at + i] = source[from + i]!
  correct(view, before, coveringSum(view, at, count))
}

/** Puts the low `width` (2 or 4) bytes of a number at `at`, at any distance from the transport header. */
export function overwriteNumber(view: PacketView, at: number, value: number, width: number): void {
  const { buffer } = view
  const before = coveringSum(view, at, width)
  for (let i = 0; i < width; i++) buffer[at + i] = value >>> (8 * (width - 1 - i))
  correct(view, before, coveringSum(view, at, width))
}

/** Puts `count` bytes of `source` in the place of `removed` bytes; there is room. */
export function splice(
  view: PacketView,
  at: number,
  removed: number,
  source: Uint8Array,
  from: number,
  count: number,
): void {
  if (removed === count) {
    overwrite(view, at, source, from, count)
    return
  }
  const { buffer } = view
  buffer.copyWithin(at + count, at + removed, packetEnd(view))
  for (let i = 0; i < count; i++) buffer[at + i] = source[from + i]!
  resize(view, view.totalLength + count - removed)
}

/** Leaves out everything from `at` on. */
export function cutAt(view: PacketView, at: number): void {
  if (at < packetEnd(view)) resize(view, at - view.ip)
}

/**
 * Where a packet has grown beyond what its sender thought would fit: TCP becomes a super-packet with segments as long as
 * before, of UDP the fragments are allowed.
 * @param before total length as it came @param identification for a datagram that may be fragmented now
 */
export function fitInSegments(view: PacketView, before: number, identification: number): void {
  const most = Math.max(before, ALWAYS_FITS)
  if (view.totalLength <= most || view.gsoSize !== 0) return
  if (view.protocol === PROTOCOL.udp) allowFragments(view, identification)
  else if (view.protocol === PROTOCOL.tcp && view.ip >= VNET_HEADER)
    makeSuperPacket(view, most - view.headerLength - view.tcpHeaderLength)
}

function resize(view: PacketView, totalLength: number): void {
  const { buffer, ip } = view
  const l4Before = view.l4Length
  writeIpWord(view, ip + 2, totalLength)
  view.totalLength = totalLength
  view.l4Length = totalLength - view.headerLength
  if (view.protocol === PROTOCOL.udp) write16(buffer, view.l4 + 4, view.l4Length)
  if (view.gsoSize !== 0 && packetEnd(view) - payloadStart(view) <= view.gsoSize) makeOrdinary(view)
  if (!view.checksumPartial) sealTransport(view)
  else {
    const field = transportChecksum(view)
    if (field !== 0) write16(buffer, field, fold(read16(buffer, field) + difference(l4Before, view.l4Length)))
  }
}

/** What is left of a super-packet may be one segment only: the kernel refuses to cut that. */
function makeOrdinary(view: PacketView): void {
  view.gsoSize = 0
  const header = view.ip - VNET_HEADER
  if (header < 0) return
  view.buffer[header + 1] = 0
  writeLittle(view.buffer, header + 4, 0)
}

function makeSuperPacket(view: PacketView, segment: number): void {
  const { buffer, ip } = view
  const header = ip - VNET_HEADER
  buffer[header] = NEEDS_CHECKSUM
  buffer[header + 1] = GSO_TCPV4
  writeLittle(buffer, header + 2, view.headerLength + view.tcpHeaderLength)
  writeLittle(buffer, header + 4, segment)
  writeLittle(buffer, header + 6, view.headerLength)
  writeLittle(buffer, header + 8, 16)
  write16(buffer, view.l4 + 16, pseudoHeaderSum(buffer, ip, PROTOCOL.tcp, view.l4Length))
  view.gsoSize = segment
  view.checksumPartial = true
  view.checksumStart = view.l4
  view.checksumOffset = 16
}

function allowFragments(view: PacketView, identification: number): void {
  if (!view.dontFragment) return
  view.dontFragment = false
  view.id = identification & 0xffff
  writeIpWord(view, view.ip + 4, view.id)
  writeIpWord(view, view.ip + 6, 0)
}

function writeIpWord(view: PacketView, at: number, value: number): void {
  const { buffer, ip } = view
  const delta = difference(read16(buffer, at), value)
  write16(buffer, at, value)
  write16(buffer, ip + 10, updateChecksum(read16(buffer, ip + 10), delta))
}

/** A full checksum from the bytes as they are; UDP without one stays without. */
function sealTransport(view: PacketView): void {
  const { buffer, l4, l4Length, protocol } = view
  const field = transportChecksum(view)
  if (field === 0) return
  write16(buffer, field, 0)
  const pseudo = pseudoHeaderSum(buffer, view.ip, protocol, l4Length)
  const checksum = ~sumBytes(buffer, l4, l4Length, pseudo) & 0xffff
  write16(buffer, field, checksum === 0 && protocol === PROTOCOL.udp ? 0xffff : checksum)
}

/** The sum of those words of the transport that the bytes lie in. */
function coveringSum(view: PacketView, at: number, count: number): number {
  const from = at - ((at - view.l4) & 1)
  const end = Math.min(at + count + ((at + count - view.l4) & 1), packetEnd(view))
  return sumBytes(view.buffer, from, end - from, 0)
}

function correct(view: PacketView, before: number, after: number): void {
  if (view.checksumPartial) return
  const field = transportChecksum(view)
  if (field === 0) return
  const checksum = updateChecksum(read16(view.buffer, field), difference(before, after))
  write16(view.buffer, field, checksum === 0 && view.protocol === PROTOCOL.udp ? 0xffff : checksum)
}

function writeLittle(buffer: Uint8Array, at: number, value: number): void {
  buffer[at] = value
  buffer[at + 1] = value >>> 8
}

/**
 * The ten bytes in front of every packet on a TUN opened with IFF_VNET_HDR (virtio 1.2 §5.1.6, legacy layout: numbers in
 * the byte order of the machine, and every machine Bauta runs on is little-endian):
 *
 *   0 flags · 1 gso_type · 2 hdr_len · 4 gso_size · 6 csum_start · 8 csum_offset
 *
 * A packet that came with this header is written back with the same one: rewriting addresses and ports changes none of it.
 */

import type { PacketView } from './view.ts'

export const VNET_HEADER = 10

const NEEDS_CHECKSUM = 1
const DATA_VALID = 2

/** Sets the offload fields of `view` from the header at `at`; call it before parsePacket(). */
export function readVnetHeader(view: PacketView, buffer: Uint8Array, at: number): void {
  const flags = buffer[at]!
  const partial = (flags & NEEDS_CHECKSUM) !== 0
  view.checksumPartial = partial
  view.checksumKnownGood = (flags & DATA_VALID) !== 0
  view.checksumStart = partial ? at + VNET_HEADER + read16le(buffer, at + 6) : -1
  view.checksumOffset = partial ? read16le(buffer, at + 8) : 0
  view.gsoSize = buffer[at + 1] === 0 ? 0 : read16le(buffer, at + 4)
}

/** Writes the header of an ordinary packet: nothing left to do, nothing to cut. */
export function clearVnetHeader(buffer: Uint8Array, at: number): void {
  for (let i = at; i < at + VNET_HEADER; i++) buffer[i] = 0
}

/**
 * Writes the header of a packet whose checksum somebody else finishes.
 * @param checksumStart bytes from the IP header to where the summing starts: the transport header
 * @param checksumOffset where in the transport header the checksum stands: 16 for TCP, 6 for UDP
 */
export function setPartial(
  buffer: Uint8Array,
  at: number,
  checksumStart: number,
  checksumOffset: number,
): void {
  clearVnetHeader(buffer, at)
  buffer[at] = NEEDS_CHECKSUM
  write16le(buffer, at + 6, checksumStart)
  write16le(buffer, at + 8, checksumOffset)
}

function read16le(buffer: Uint8Array, at: number): number {
  return buffer[at]! | (buffer[at + 1]! << 8)
}

function write16le(buffer: Uint8Array, at: number, value: number): void {
  buffer[at] = value
  buffer[at + 1] = value >>> 8
}

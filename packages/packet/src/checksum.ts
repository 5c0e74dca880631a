/**
 * The Internet checksum (RFC 1071): the ones' complement of the ones' complement sum of 16-bit words.
 *
 * Words used here: a *sum* is a plain number that may have outgrown 16 bits; fold() brings it back; a *checksum* is the
 * inverted folded sum, as it stands in a header. Sums of parts may be added in any order, which is what makes the
 * incremental forms below and offloading possible.
 */

import { fold, sumBytes } from './sum.ts'

export { fold, sumBytes }

/** @returns the 16-bit number at `at`, in network order */
export function read16(buffer: Uint8Array, at: number): number {
  return (buffer[at]! << 8) | buffer[at + 1]!
}

/** @returns the unsigned 32-bit number at `at`, in network order */
export function read32(buffer: Uint8Array, at: number): number {
  return ((buffer[at]! << 24) | (buffer[at + 1]! << 16) | (buffer[at + 2]! << 8) | buffer[at + 3]!) >>> 0
}

/** Stores the low 16 bits of `value` in network order. */
export function write16(buffer: Uint8Array, at: number, value: number): void {
  buffer[at] = value >>> 8
  buffer[at + 1] = value
}

/** Stores an unsigned 32-bit number in network order. */
export function write32(buffer: Uint8Array, at: number, value: number): void {
  buffer[at] = value >>> 24
  buffer[at + 1] = value >>> 16
  buffer[at + 2] = value >>> 8
  buffer[at + 3] = value
}

/** @returns the checksum over `length` bytes whose own checksum field holds zero; 0 when a right one is inside */
export function checksumOf(buffer: Uint8Array, start: number, length: number): number {
  return ~sumBytes(buffer, start, length, 0) & 0xffff
}

/**
 * The sum of the pseudo-header that TCP and UDP cover besides themselves (RFC 9293 §3.1, RFC 768). The addresses are read
 * from the header rather than passed, so that no number above 2^31 has to travel through a call.
 * @param ip offset of the IPv4 header
 */
export function pseudoHeaderSum(buffer: Uint8Array, ip: number, protocol: number, l4Length: number): number {
  return fold(
    read16(buffer, ip + 12) +
      read16(buffer, ip + 14) +
      read16(buffer, ip + 16) +
      read16(buffer, ip + 18) +
      protocol +
      l4Length,
  )
}

/**
 * RFC 1624 equation 3: a checksum after some words under it have changed.
 * @param delta for each changed word: its inverted old value plus its new one; see difference()
 */
export function updateChecksum(checksum: number, delta: number): number {
  return ~fold((~checksum & 0xffff) + delta) & 0xffff
}

/** @returns what a word's change adds to a sum: ~old + new, at most 17 bits */
export function difference(before: number, after: number): number {
  return (~before & 0xffff) + after
}

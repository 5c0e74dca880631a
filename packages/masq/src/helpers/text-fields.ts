/**
 * Reading text protocols where they lie: words, numbers and addresses between two offsets of a payload. Nothing here reads
 * outside of them, throws, or makes a string.
 */

const LF = 10
const CR = 13
const TAB = 9
const SPACE = 32
const ZERO = 48
const DOT = 46

/** Where a number or an address was read: its value, and the offset behind it. One is kept by each reader and used again. */
export class Reading {
  /** A number, or an address as a signed 32-bit number. */
  value = 0
  end = 0
}

/** Whether `lower` (small letters) stands there, in letters of either case. */
export function standsAt(bytes: Uint8Array, at: number, to: number, lower: string): boolean {
  if (at < 0 || at + lower.length > to) return false
  for (let i = 0; i < lower.length; i++) {
    const byte = bytes[at + i]!
    const small = byte >= 65 && byte <= 90 ? byte + 32 : byte
    if (small !== lower.charCodeAt(i)) return false
  }
  return true
}

/** @returns where `lower` stands first, in letters of either case, or -1 */
export function findText(bytes: Uint8Array, from: number, to: number, lower: string): number {
  for (let at = from; at + lower.length <= to; at++) if (standsAt(bytes, at, to, lower)) return at
  return -1
}

/** @returns the offset behind the line's LF, or `to` where no line ends any more */
export function nextLine(bytes: Uint8Array, at: number, to: number): number {
  const found = bytes.subarray(at, to).indexOf(LF)
  return found < 0 ? to : at + found + 1
}

/** @returns where the text of a line ends that begins at `at`; `next` is what nextLine() said */
export function lineEnd(bytes: Uint8Array, at: number, next: number): number {
  let end = next
  if (end > at && bytes[end - 1] === LF) end--
  if (end > at && bytes[end - 1] === CR) end--
  return end
}

export function skipBlanks(bytes: Uint8Array, at: number, to: number): number {
  let here = at
  while (here < to && (bytes[here] === SPACE || bytes[here] === TAB)) here++
  return here
}

export function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= ZERO + 9
}

/** Reads at most ten digits. @returns whether there was a number that is not above `max` */
export function readDecimal(
  bytes: Uint8Array,
  at: number,
  to: number,
  max: number,
  reading: Reading,
): boolean {
  let value = 0
  let here = at
  while (here < to && here - at < 10 && isDigit(bytes[here])) value = value * 10 + bytes[here++]! - ZERO
  if (here === at || value > max || (here < to && isDigit(bytes[here]))) return false
  reading.value = value
  reading.end = here
  return true
}

/** Reads a dotted quad. @returns whether there was one, with nothing of the kind right behind it */
export function readAddress(bytes: Uint8Array, at: number, to: number, reading: Reading): boolean {
  let address = 0
  let here = at
  for (let part = 0; part < 4; part++) {
    if (part > 0 && (here >= to || bytes[here++] !== DOT)) return false
    if (!readDecimal(bytes, here, to, 255, reading) || reading.end - here > 3) return false
    address = (address << 8) | reading.value
    here = reading.end
  }
  if (here + 1 < to && bytes[here] === DOT && isDigit(bytes[here + 1])) return false
  reading.value = address
  reading.end = here
  return true
}

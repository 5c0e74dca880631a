/**
 * How H.323 wraps its messages: TPKT (RFC 1006) gives each a length within the TCP stream; a call's messages are Q.931's, and in
 * their “user-user” element is what H.225 has to say (h225-message.ts).
 */
import { read16 } from '@bauta/packet'

const TPKT = 4
const Q931 = 0x08
const USER_USER = 0x7e
const H225 = 0x05

/** @returns the offset behind the whole TPKT that begins at `from`, or -1 */
export function tpktEnd(bytes: Uint8Array, from: number, to: number): number {
  if (from + TPKT > to || bytes[from] !== 3 || bytes[from + 1] !== 0) return -1
  const length = read16(bytes, from + 2)
  return length > TPKT && from + length <= to ? from + length : -1
}

export const tpktBody = (from: number): number => from + TPKT

/** @param from behind the TPKT header @returns the offset of H.225's part, which reaches to userUserEnd(), or -1 */
export function findUserUser(bytes: Uint8Array, from: number, to: number): number {
  if (from + 3 > to || bytes[from] !== Q931) return -1
  // Discriminator, length of the call reference, the reference itself, kind of message.
  let at = from + 2 + (bytes[from + 1]! & 15) + 1
  while (at + 2 <= to) {
    const element = bytes[at]!
    if (element === USER_USER)
      return at + 4 <= to && bytes[at + 3] === H225 && userUserEnd(bytes, at + 4) <= to ? at + 4 : -1
    at += (element & 0x80) !== 0 ? 1 : 2 + bytes[at + 1]!
  }
  return -1
}

/** @param start what findUserUser() found */
export function userUserEnd(bytes: Uint8Array, start: number): number {
  return start - 1 + read16(bytes, start - 3)
}

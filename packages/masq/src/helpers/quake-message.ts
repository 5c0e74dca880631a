/**
 * Quake (NetQuake): a player asks a server's well-known port, and is told another one at which the game goes on. Both are
 * control packets: 80 00, a 16-bit length, a command.
 */
import { read16 } from '@bauta/packet'
import { standsAt } from './text-fields.ts'

const CONNECT = 0x01
const ACCEPT = 0x81
const HEADER = 5

function isControl(bytes: Uint8Array, from: number, to: number): boolean {
  return from + HEADER <= to && read16(bytes, from) === 0x8000 && read16(bytes, from + 2) === to - from
}

/** Whether a player asks to be let in: "QUAKE" and version 3. */
export function isQuakeConnect(bytes: Uint8Array, from: number, to: number): boolean {
  if (!isControl(bytes, from, to) || bytes[from + 4] !== CONNECT) return false
  return from + 12 <= to && standsAt(bytes, from + 5, to, 'quake\0') && bytes[from + 11] === 3
}

/** @returns the offset of the port (32 bits, lowest byte first) at which a server says the game goes on, or -1 */
export function findQuakePort(bytes: Uint8Array, from: number, to: number): number {
  if (!isControl(bytes, from, to) || bytes[from + 4] !== ACCEPT || from + 9 > to) return -1
  return bytes[from + 7] === 0 && bytes[from + 8] === 0 ? from + 5 : -1
}

export function readQuakePort(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8)
}

/** @param two where the two bytes go */
export function quakePort(port: number, two: Uint8Array): Uint8Array {
  two[0] = port
  two[1] = port >>> 8
  return two
}

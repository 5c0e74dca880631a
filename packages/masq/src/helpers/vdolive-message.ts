/**
 * VDOLive: a player's messages are 32-bit words. The second says what it is; 6 (the first message) and 1 (a later one) carry
 * the words "VDO Live" and behind them the UDP port that it listens on.
 */
import { read16, read32 } from '@bauta/packet'
import { standsAt } from './text-fields.ts'

const FIRST = { tag: 6, mark: 24, length: 36 } as const
const LATER = { tag: 1, mark: 8, length: 20 } as const

/** @returns the offset of the 16-bit port, or -1 */
export function findVdolivePort(bytes: Uint8Array, from: number, to: number): number {
  if (from + 8 > to) return -1
  const tag = read32(bytes, from + 4)
  const kind = tag === FIRST.tag ? FIRST : tag === LATER.tag ? LATER : null
  if (!kind || from + kind.length > to) return -1
  const mark = from + kind.mark
  if (!standsAt(bytes, mark, to, 'vdo live')) return -1
  // The port is a 32-bit word as well: its lower half.
  const port = mark + 10
  return read16(bytes, mark + 8) === 0 && read16(bytes, port) !== 0 ? port : -1
}

/**
 * PNA, the control protocol of RealAudio before RTSP. A player's first message is "PNA", a version below 256, and options
 * of a 16-bit kind, a 16-bit length and so many bytes, up to one of kind 0. Two of them are UDP ports that it listens on.
 */
import { read16 } from '@bauta/packet'

/** The player's port for audio, and the one for what repairs it (“robust UDP”). */
const AUDIO_PORT = 1
const ROBUST_PORT = 7
const HEADER = 5

export function isPna(bytes: Uint8Array, from: number, to: number): boolean {
  return (
    from + HEADER <= to &&
    bytes[from] === 0x50 &&
    bytes[from + 1] === 0x4e &&
    bytes[from + 2] === 0x41 &&
    bytes[from + 3] === 0
  )
}

/**
 * @param after the offset that was found before; 0: none yet
 * @returns the offset of the next 16-bit port, or -1
 */
export function nextPnaPort(bytes: Uint8Array, from: number, to: number, after = 0): number {
  let at = from + HEADER
  while (at + 4 <= to) {
    const kind = read16(bytes, at)
    const value = at + 4
    const end = value + read16(bytes, at + 2)
    if (kind === 0 || end > to) return -1
    const isPort = (kind === AUDIO_PORT || kind === ROBUST_PORT) && end >= value + 2
    if (isPort && value > after && read16(bytes, value) !== 0) return value
    at = end
  }
  return -1
}

/** @returns the offset behind the options, -1 where one of them is not complete */
export function pnaEnd(bytes: Uint8Array, from: number, to: number): number {
  let at = from + HEADER
  while (at < to) {
    if (at + 4 > to) return at + 2 <= to && read16(bytes, at) === 0 ? at + 2 : -1
    if (read16(bytes, at) === 0) return at + 2
    at += 4 + read16(bytes, at + 2)
  }
  return at === to ? to : -1
}

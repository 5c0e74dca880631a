/** Sequence and acknowledgement numbers of TCP, SACK blocks included (RFC 9293, RFC 2018), all as signed 32-bit numbers. */
import { overwriteNumber } from './payload.ts'
import { type PacketView, TCP_FLAG } from './view.ts'

const OPTION = { end: 0, noOperation: 1, sack: 5 } as const

const signed32 = (buffer: Uint8Array, at: number): number =>
  (buffer[at]! << 24) | (buffer[at + 1]! << 16) | (buffer[at + 2]! << 8) | buffer[at + 3]!

export const sequenceOf = ({ buffer, l4 }: PacketView): number => signed32(buffer, l4 + 4)
export const acknowledgementOf = ({ buffer, l4 }: PacketView): number => signed32(buffer, l4 + 8)

export function setSequence(view: PacketView, value: number): void {
  if (sequenceOf(view) !== (value | 0)) overwriteNumber(view, view.l4 + 4, value, 4)
}

export function setAcknowledgement(view: PacketView, value: number): void {
  if (acknowledgementOf(view) !== (value | 0)) overwriteNumber(view, view.l4 + 8, value, 4)
}

/** @returns the offset of the SACK option's first block, or 0; how many blocks there are, sackBlocks() says */
export function findSack(view: PacketView): number {
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
    if (kind === OPTION.sack) return length >= 10 && (length - 2) % 8 === 0 ? at + 2 : 0
    at += length
  }
  return 0
}

/** @param at as findSack() found it */
export const sackBlocks = ({ buffer }: PacketView, at: number): number => (buffer[at - 1]! - 2) >>> 3

export const sackEdge = ({ buffer }: PacketView, at: number): number => signed32(buffer, at)

/** Takes the option out: what it said cannot be said. SACK is advice (RFC 2018 §8), so nothing breaks without it. */
export function dropSack(view: PacketView, at: number): void {
  const length = view.buffer[at - 1]!
  for (let i = at - 2; i < at - 2 + length; i += 2) overwriteNumber(view, i, 0x0101, 2)
}

/** Without payload to push, and without an end of the stream. */
export function clearPushAndFin(view: PacketView): void {
  const flags = view.buffer[view.l4 + 13]! & ~(TCP_FLAG.psh | TCP_FLAG.fin)
  overwriteNumber(view, view.l4 + 12, (view.buffer[view.l4 + 12]! << 8) | flags, 2)
  view.tcpFlags = flags & 0x3f
}

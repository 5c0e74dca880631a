/**
 * Content of any length whose checksum everybody can work out: one block of pseudo-random bytes again and again, each time
 * stamped with its number, so that a lost, doubled or exchanged block changes the sum. A gigabyte needs no disk.
 */
import { createHash } from 'node:crypto'

export const BLOCK = 256 * 1024

const pattern = randomBlock(0x2545f491)

/** xorshift32 */
function randomBlock(seed: number): Buffer {
  const words = new Uint32Array(BLOCK / 4)
  let x = seed
  for (let i = 0; i < words.length; i++) {
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    words[i] = x >>> 0
  }
  return Buffer.from(words.buffer)
}

/** @returns bytes `from` up to at most the end of their block, of content `length` bytes long */
export function contentAt(from: number, length: number): Buffer {
  const number = Math.floor(from / BLOCK)
  const block = Buffer.allocUnsafe(BLOCK)
  pattern.copy(block)
  block.writeUInt32BE(number, 0)
  return block.subarray(from - number * BLOCK, Math.min(BLOCK, length - number * BLOCK))
}

export function contentSha256(length: number): string {
  const hash = createHash('sha256')
  for (let at = 0; at < length; at += BLOCK) hash.update(contentAt(at, length))
  return hash.digest('hex')
}

/** Streams content into a socket or response, as fast as it takes it or at a steady rate. */
import { once } from 'node:events'
import type { Writable } from 'node:stream'
import { BLOCK, contentAt } from './content.ts'

/** Pieces a second of a paced stream: fine enough to look steady, coarse enough to cost nothing. */
const PACE_HZ = 10

/** @param bytesPerSecond 0: as fast as the other side takes it */
export async function sendContent(out: Writable, length: number, bytesPerSecond = 0): Promise<void> {
  const paced = bytesPerSecond > 0
  const piece = paced ? Math.min(BLOCK, Math.ceil(bytesPerSecond / PACE_HZ)) : BLOCK
  for (let at = 0; at < length && !out.destroyed; ) {
    const block = contentAt(at, length).subarray(0, piece)
    at += block.length
    if (!out.write(block)) await Promise.race([once(out, 'drain'), once(out, 'close')])
    if (paced) await new Promise((resolve) => setTimeout(resolve, (block.length / bytesPerSecond) * 1000))
  }
}

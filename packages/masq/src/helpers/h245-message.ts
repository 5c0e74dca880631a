/**
 * H.245: where in a message of conference control an end's own address stands.
 *
 * Its description of media is too large a language to be decoded here for the sake of a port. But an address in it always
 * begins at a whole byte, is 4 bytes long and has the port right behind it, and it is one that we know: the client's own. So it is
 * looked for. By chance such bytes occur once in four thousand million places.
 */
import { read16, read32 } from '@bauta/packet'

const FIRST_PORT = 1024

/**
 * @param own signed
 * @returns the offset of the next place where `own` stands with a port above 1023 behind it, or -1
 */
export function findMediaAddress(bytes: Uint8Array, from: number, to: number, own: number): number {
  for (let at = from; at + 6 <= to; at++)
    if ((read32(bytes, at) | 0) === own && read16(bytes, at + 4) >= FIRST_PORT) return at
  return -1
}

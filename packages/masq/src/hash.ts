/**
 * HalfSipHash-1-3, unrolled by the engine over a fixed message of four words.
 *
 * Whoever can predict the hash can fill one bucket and make every lookup slow; clients choose their ports and servers
 * freely. So the hash is a keyed one: short, but without a known way to build collisions for a key that is not known.
 * (Linux keys its connection tables with the same family.) Everything is in 32-bit integers, which need no memory.
 */

const V2 = 0x6c796765
const V3 = 0x74656462
const MESSAGE_WORDS = 4
const ROUNDS = MESSAGE_WORDS + 3

/**
 * @param seed the key; the second half of it is derived
 * @param near the address on our side, LAN or WAN
 * @param ports both ports, near << 16 | far
 * @param kind protocol and direction
 * @returns a signed 32-bit number
 */
export function hashKey(seed: number, near: number, far: number, ports: number, kind: number): number {
  const second = Math.imul(seed ^ (seed >>> 15), 0x2c1b3c6d) ^ 0x5bd1e995
  let v0 = seed | 0
  let v1 = second
  let v2 = V2 ^ seed
  let v3 = V3 ^ second
  for (let round = 0; round < ROUNDS; round++) {
    const word = round === 0 ? near : round === 1 ? far : round === 2 ? ports : round === 3 ? kind : 0
    if (round === MESSAGE_WORDS) v2 ^= 0xff
    v3 ^= word
    v0 = (v0 + v1) | 0
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0
    v0 = (v0 << 16) | (v0 >>> 16)
    v2 = (v2 + v3) | 0
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2
    v0 = (v0 + v3) | 0
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0
    v2 = (v2 + v1) | 0
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2
    v2 = (v2 << 16) | (v2 >>> 16)
    v0 ^= word
  }
  return v1 ^ v3
}

/**
 * Where carried packets go: device and gateway, numbered, so that a slot of the table says it in one byte (struct hop of bpf/table.h).
 * Number 0 is “nowhere”. stop() is the brake: with no device in any hop the kernel carries nothing, whatever the slots say.
 */
export const HOPS = 256
export const HOP_BYTES = 16
const WORDS = HOP_BYTES / 4
const DEVICE = 0
const GATEWAY = 1
/** MTU, and above it the bytes of the link header. */
const LINK = 2

export interface Hop {
  /** Interface index of the kernel. */
  device: number
  /** IPv4 address, unsigned; 0: the destination itself is on the link. */
  gateway: number
  mtu: number
  /** See link.ts: 14 on Ethernet and SLIP, 0 on ppp and TUN. */
  redirectHeader: number
}

export class Hops {
  readonly #words: Int32Array
  #used = 1

  constructor(memory: ArrayBufferLike) {
    this.#words = new Int32Array(memory)
    this.stop()
  }

  /** @returns its number, entered where it is new; 0 when there are too many */
  numberOf({ device, gateway, mtu, redirectHeader }: Hop): number {
    const words = this.#words
    const address = swap32(gateway)
    const link = Math.min(mtu, 0xffff) | (redirectHeader << 16)
    for (let hop = 1; hop < this.#used; hop++) {
      const at = hop * WORDS
      if (words[at + DEVICE] === device && words[at + GATEWAY] === address && words[at + LINK] === link)
        return hop
    }
    if (this.#used === HOPS) return 0
    const at = this.#used * WORDS
    words[at + GATEWAY] = address
    words[at + LINK] = link
    Atomics.store(words, at + DEVICE, device)
    return this.#used++
  }

  /** From this call on nothing is carried; what slots say of hops is to be taken back before numbers are given anew. */
  stop(): void {
    for (let hop = 0; hop < HOPS; hop++) Atomics.store(this.#words, hop * WORDS + DEVICE, 0)
    this.#used = 1
  }
}

/** The kernel has addresses as they stand in a packet. */
function swap32(value: number): number {
  return ((value & 0xff) << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24)
}

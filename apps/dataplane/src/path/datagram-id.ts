/**
 * The IP identification of what leaves under the WAN address. Machines number their datagrams each for itself; behind one address two of
 * them could give the same number to datagrams for the same server, whose fragments would then be mixed up (RFC 7857 §10, RFC 6864).
 *
 * So datagrams that may be fragmented get numbers of the box: one sequence for every destination and protocol, or for a few of them
 * together, begun at a place that outsiders cannot guess. Atomic ones (DF set) keep theirs, which nobody looks at. The kernel numbers
 * the segments of a super-packet upward from what stands in it: it takes as many numbers as it has segments. What the box itself has
 * fragmented already stays as it is; its pieces belong together by their number.
 */
import { FLAG } from '@bauta/masq'
import { setIdentification } from '@bauta/packet'
import type { Crossing } from './crossing.ts'

const SEQUENCES = 4096

export class DatagramIds {
  readonly #next = new Uint16Array(SEQUENCES)
  readonly #seed: number

  constructor(seed: number) {
    this.#seed = seed | 0
    for (let i = 0; i < SEQUENCES; i++) this.#next[i] = mixed(this.#seed ^ Math.imul(i, 0x9e3779b1))
  }

  /** @param destination signed 32-bit @returns the first of `count` numbers in a row */
  take(destination: number, protocol: number, count: number): number {
    const place = mixed(destination ^ Math.imul(protocol + 1, 0x85ebca6b) ^ this.#seed) & (SEQUENCES - 1)
    const id = this.#next[place]!
    this.#next[place] = id + count
    return id
  }
}

/** For a packet that leaves by the WAN: of the box itself, or under another address than its machine's. */
export function numberDatagram(c: Crossing): void {
  const { view, table, slot } = c
  if (view.dontFragment || view.isFragment) return
  if ((table.flags(slot) & FLAG.local) === 0 && table.wanBits(slot) === table.clientBits(slot)) return
  setIdentification(view, c.ids.take(view.destination | 0, view.protocol, c.packets))
}

/** The finalizer of MurmurHash3. */
function mixed(value: number): number {
  let hash = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}

/** Packed encoding rules, aligned, the other way round: for tests. */
import { parseAddress } from '@bauta/config'

export class PerWriter {
  #bits: number[] = []

  bits(value: number, count: number): this {
    for (let i = count - 1; i >= 0; i--) this.#bits.push((value >> i) & 1)
    return this
  }

  align(): this {
    while (this.#bits.length % 8 !== 0) this.#bits.push(0)
    return this
  }

  /** Whole bytes, from the next whole byte on. */
  whole(bytes: Iterable<number>): this {
    this.align()
    for (const byte of bytes) this.bits(byte, 8)
    return this
  }

  /** IPv4 address and port, as the first of the seven kinds that H.225 knows. */
  transport([address, port]: readonly [string, number]): this {
    const value = parseAddress(address)!
    return this.bits(0, 4).whole(
      [value >>> 24, value >>> 16, value >>> 8, value, port >> 8, port].map((n) => n & 255),
    )
  }

  /** A list of byte strings. */
  strings(list: readonly Uint8Array[]): this {
    this.whole([list.length])
    for (const bytes of list) this.whole([bytes.length]).whole(bytes)
    return this
  }

  /** Something with its length before it. */
  open(write: (inside: PerWriter) => unknown): this {
    const inside = new PerWriter()
    write(inside)
    const bytes = inside.bytes()
    const length = bytes.length < 128 ? [bytes.length] : [0x80 | (bytes.length >> 8), bytes.length & 255]
    return this.whole(length).whole(bytes)
  }

  bytes(): Uint8Array {
    this.align()
    const bytes = new Uint8Array(this.#bits.length / 8)
    this.#bits.forEach((bit, i) => {
      bytes[i >> 3]! |= bit << (7 - (i & 7))
    })
    return bytes
  }
}

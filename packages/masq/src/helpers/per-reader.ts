/**
 * Packed encoding rules, aligned (ITU-T X.691), as much as it takes to walk through a call's first messages. Bits are read from
 * front to back; what lies beyond the end reads as zero and leaves `failed` behind, so that callers need look at that only once.
 */
export class PerReader {
  #bytes: Uint8Array = new Uint8Array(0)
  /** In bits. */
  #at = 0
  #to = 0
  failed = false

  begin(bytes: Uint8Array, from: number, to: number): void {
    this.#bytes = bytes
    this.#at = from * 8
    this.#to = to * 8
    this.failed = false
  }

  bit(): boolean {
    return this.bits(1) === 1
  }

  /** @param count up to 16 */
  bits(count: number): number {
    if (this.failed || this.#at + count > this.#to) {
      this.failed = true
      return 0
    }
    let value = 0
    for (let i = 0; i < count; i++, this.#at++)
      value = (value << 1) | ((this.#bytes[this.#at >> 3]! >> (7 - (this.#at & 7))) & 1)
    return value
  }

  /** @returns the offset of the next whole byte, which is what is read next */
  align(): number {
    this.#at = (this.#at + 7) & ~7
    return this.#at >> 3
  }

  /** Whole bytes. @returns the offset of the first */
  bytes(count: number): number {
    const at = this.align()
    if (this.failed || this.#at + count * 8 > this.#to) this.failed = true
    else this.#at += count * 8
    return at
  }

  byte(): number {
    this.align()
    return this.bits(8)
  }

  /** A length without bounds. What needs more than two bytes does not occur in a call's messages. */
  length(): number {
    const first = this.byte()
    if (first < 0x80) return first
    if (first < 0xc0) return ((first & 0x3f) << 8) | this.bits(8)
    this.failed = true
    return 0
  }

  /** A number that is mostly below 64. */
  smallNumber(): number {
    if (!this.bit()) return this.bits(6)
    this.failed = true
    return 0
  }

  /** A choice that may have been extended later. @returns its number among the first ones, or -1 after an extension was skipped */
  choice(bits: number): number {
    if (!this.bit()) return this.bits(bits)
    this.smallNumber()
    this.bytes(this.length())
    return -1
  }

  /** Skips what later versions added to a sequence. */
  skipExtensions(): void {
    this.eachExtension(() => undefined)
  }

  /** What later versions added to a sequence, each with its number, its first byte and the byte behind it. */
  eachExtension(visit: (number: number, from: number, to: number) => void): void {
    const count = this.smallNumber() + 1
    let present = 0
    const list: number[] = []
    for (let i = 0; i < count && !this.failed; i++) if (this.bit()) list[present++] = i
    for (const number of list) {
      const length = this.length()
      const from = this.bytes(length)
      if (this.failed) return
      visit(number, from, from + length)
    }
  }
}

/**
 * A bad wire around another device: loses, doubles and damages packets with given chances, in both directions. The faults come from
 * a seeded generator, so a failure found with seed 7 is found with seed 7 again.
 */
import { type Device, MAX_FRAME, VNET_HEADER } from '../device.ts'
import { EINVAL } from '../libc.ts'

/** Chances from 0 (never) to 1 (always); each direction is judged by itself. */
export interface Faults {
  seed: number
  loss?: number
  duplicate?: number
  /** One bit of the IP packet is turned over. */
  corrupt?: number
}

export class FaultDevice implements Device {
  readonly name: string
  readonly #inner: Device
  readonly #faults: Required<Faults>
  readonly #again = new Uint8Array(MAX_FRAME)
  readonly #damaged = new Uint8Array(MAX_FRAME)
  #againLength = 0
  #state: number

  constructor(inner: Device, faults: Faults) {
    this.name = inner.name
    this.#inner = inner
    this.#faults = { loss: 0, duplicate: 0, corrupt: 0, ...faults }
    this.#state = faults.seed >>> 0
  }

  get fd(): number {
    return this.#inner.fd
  }

  read(buffer: Uint8Array): number {
    if (this.#againLength > 0) return this.#readAgain(buffer)
    for (;;) {
      const length = this.#inner.read(buffer)
      if (length <= 0) return length
      if (this.#happens(this.#faults.loss)) continue
      if (this.#happens(this.#faults.corrupt)) this.#damage(buffer, length)
      if (this.#happens(this.#faults.duplicate)) {
        this.#again.set(buffer.subarray(0, length))
        this.#againLength = length
      }
      return length
    }
  }

  #readAgain(buffer: Uint8Array): number {
    const length = this.#againLength
    this.#againLength = 0
    buffer.set(this.#again.subarray(0, length))
    return length
  }

  /** What is lost or damaged beyond recognition counts as written: the sender on a real wire learns nothing either. */
  write(buffer: Uint8Array, length: number): number {
    if (this.#happens(this.#faults.loss)) return length
    const damaged = length > VNET_HEADER && length <= MAX_FRAME && this.#happens(this.#faults.corrupt)
    const from = damaged ? this.#damaged : buffer
    if (damaged) {
      from.set(buffer.subarray(0, length))
      this.#damage(from, length)
    }
    const written = this.#inner.write(from, length)
    if (written > 0 && this.#happens(this.#faults.duplicate)) this.#inner.write(from, length)
    return damaged && written === -EINVAL ? length : written
  }

  close(): void {
    this.#inner.close()
  }

  #damage(buffer: Uint8Array, length: number): void {
    const bit = Math.trunc(this.#random() * (length - VNET_HEADER) * 8)
    buffer[VNET_HEADER + (bit >>> 3)]! ^= 1 << (bit & 7)
  }

  #happens(chance: number): boolean {
    return chance > 0 && this.#random() < chance
  }

  /** xorshift32 (Marsaglia 2003) over a counter-mixed seed, so that 0 is a seed like any other. @returns [0, 1) */
  #random(): number {
    this.#state = (this.#state + 0x9e3779b9) >>> 0
    let x = this.#state
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    return (Math.imul(x ^ (x >>> 15), 0x2c1b3c6d) >>> 0) / 2 ** 32
  }
}

/** Tells somebody about every packet that goes through another device, without changing any. */
import type { Device } from '../device.ts'

/**
 * @param direction 'in' for packets read from the device, 'out' for packets written to it
 * @param frame the caller's buffer, virtio-net header first; only valid during the call, and only its first `length` bytes
 * @param result what write() answered: the length, or a negative error number; the length again for 'in'
 */
export type Trace = (direction: 'in' | 'out', frame: Uint8Array, length: number, result: number) => void

export class TracerDevice implements Device {
  readonly name: string
  readonly #inner: Device
  readonly #trace: Trace

  constructor(inner: Device, trace: Trace) {
    this.name = inner.name
    this.#inner = inner
    this.#trace = trace
  }

  get fd(): number {
    return this.#inner.fd
  }

  read(buffer: Uint8Array): number {
    const length = this.#inner.read(buffer)
    if (length > 0) this.#trace('in', buffer, length, length)
    return length
  }

  write(buffer: Uint8Array, length: number): number {
    const result = this.#inner.write(buffer, length)
    this.#trace('out', buffer, length, result)
    return result
  }

  close(): void {
    this.#inner.close()
  }
}

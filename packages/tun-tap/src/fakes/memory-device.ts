/**
 * A device without a kernel: packets given to it wait until they are read, packets written to it are kept until taken.
 * For tests of the packet path, where allocation does not matter.
 */
import { type Device, VNET_HEADER } from '../device.ts'
import { EBADF, EINVAL } from '../libc.ts'

/** As the real TUN: what is not an IP packet, or longer than one can be, is refused. */
export function isFrame(buffer: Uint8Array, length: number): boolean {
  if (length <= VNET_HEADER || length > buffer.length) return false
  const version = buffer[VNET_HEADER]! >>> 4
  return version === 4 || version === 6
}

export class MemoryDevice implements Device {
  readonly name: string
  readonly fd = -1
  #waiting: Uint8Array[] = []
  #written: Uint8Array[] = []
  #open = true

  constructor(name: string) {
    this.name = name
  }

  /** The other side sends an IP packet, complete with checksums. */
  give(packet: Uint8Array): void {
    const frame = new Uint8Array(VNET_HEADER + packet.length)
    frame.set(packet, VNET_HEADER)
    this.#waiting.push(frame)
  }

  /** The other side sends a packet with the virtio-net header already before it (super-packets, unfinished checksums). */
  giveFrame(frame: Uint8Array): void {
    this.#waiting.push(frame.slice())
  }

  /** @returns the IP packets written since the last call, without their virtio-net headers */
  take(): Uint8Array[] {
    return this.takeFrames().map((frame) => frame.subarray(VNET_HEADER))
  }

  /** @returns what was written since the last call, headers included */
  takeFrames(): Uint8Array[] {
    const frames = this.#written
    this.#written = []
    return frames
  }

  read(buffer: Uint8Array): number {
    if (!this.#open) return -1
    const frame = this.#waiting.shift()
    if (frame === undefined) return 0
    buffer.set(frame)
    return frame.length
  }

  write(buffer: Uint8Array, length: number): number {
    if (!this.#open) return -EBADF
    if (!isFrame(buffer, length)) return -EINVAL
    this.#written.push(buffer.slice(0, length))
    return length
  }

  close(): void {
    this.#open = false
  }
}

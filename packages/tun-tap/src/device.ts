/**
 * What the packet thread knows of a network device: whole IPv4 packets go in and out, each behind a 10-byte virtio-net header
 * that tells what the kernel left undone (checksum, segmentation). The real TUN and every fake keep the same contract,
 * written down as tests in device-contract.ts.
 */

/** Bytes of the virtio-net header before every packet. */
export const VNET_HEADER = 10

/** The largest frame a device can hand over: header and a 65535-byte packet. Reading into less would cut packets short. */
export const MAX_FRAME = VNET_HEADER + 65_535

export interface Device {
  readonly name: string
  /** For a Poller; -1 where the kernel knows nothing of the device (fakes). */
  readonly fd: number
  /**
   * Takes one packet. Never blocks, never throws, allocates nothing.
   * @param buffer at least MAX_FRAME bytes; written from its first byte on
   * @returns bytes including the virtio-net header; 0 when nothing waits; -1 when the device is gone
   */
  read(buffer: Uint8Array): number
  /**
   * Gives one packet to the other side. Never blocks, never throws, allocates nothing.
   * @param length bytes of `buffer` that count, including the virtio-net header
   * @returns bytes written, or the negative error number of the system (-EIO: the device is down, -EINVAL: not a valid frame)
   */
  write(buffer: Uint8Array, length: number): number
  /** Lets go of the device; a second call does nothing. */
  close(): void
}

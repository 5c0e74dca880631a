/** A capture file of bare IP packets, for tests that let tcpdump and Wireshark look at what they did. */
import { VNET_HEADER } from '@bauta/packet'

const LINKTYPE_RAW = 101
const TICKS_PER_SECOND = 100

export class Capture {
  readonly #parts: Uint8Array[] = [words(0xa1b2c3d4, 0x0004_0002, 0, 0, 0x40000, LINKTYPE_RAW)]

  /** @param now ticks @param frame virtio-net header and packet */
  add(now: number, frame: Uint8Array): void {
    const packet = frame.slice(VNET_HEADER)
    const seconds = Math.floor(now / TICKS_PER_SECOND)
    const micros = (now % TICKS_PER_SECOND) * 10_000
    this.#parts.push(words(seconds, micros, packet.length, packet.length), packet)
  }

  bytes(): Uint8Array {
    return Buffer.concat(this.#parts)
  }
}

function words(...values: number[]): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(values.length * 4))
  values.forEach((value, i) => {
    bytes.setUint32(i * 4, value, true)
  })
  return new Uint8Array(bytes.buffer)
}

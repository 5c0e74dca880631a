/**
 * A device that replays one capture and records another, so that a case seen in the field becomes a test and the answer can be
 * opened in Wireshark. Captures are classic pcap files of raw IP packets (`tcpdump -i any` does not write those; `-i m-lan0`,
 * `-i ppp0` and this device do) or of Ethernet frames, whose 14-byte header is taken off. Packets that are not IPv4 are passed over.
 * Times in the capture are ignored: read() returns the next packet as soon as it is asked.
 */
import { type Device, VNET_HEADER } from '../device.ts'
import { EBADF, EINVAL } from '../libc.ts'
import { isFrame } from './memory-device.ts'

const MAGIC_MICROSECONDS = 0xa1b2c3d4
const MAGIC_NANOSECONDS = 0xa1b23c4d
const FILE_HEADER = 24
const RECORD_HEADER = 16
/** The link types understood, with the bytes before the IP header (tcpdump.org/linktypes.html). */
const LINK_HEADERS = new Map([
  [1, 14], // Ethernet
  [12, 0], // raw IP as BSD numbers it
  [101, 0], // raw IP
  [228, 0], // raw IPv4
])
const LINKTYPE_RAW = 101

/** @returns the IPv4 packets of a capture file, in order */
export function readPcap(file: Uint8Array): Uint8Array[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const little = isMagic(file.length >= FILE_HEADER ? view.getUint32(0, true) : 0)
  if (!little && !isMagic(file.length >= FILE_HEADER ? view.getUint32(0) : 0))
    throw new Error('this is no pcap file (pcapng must be converted with “editcap -F pcap”)')
  const linkType = view.getUint32(20, little) & 0xffff
  const skip = LINK_HEADERS.get(linkType)
  if (skip === undefined)
    throw new Error(`link type ${linkType} of this pcap file is neither raw IP nor Ethernet`)
  const packets: Uint8Array[] = []
  for (let at = FILE_HEADER; at + RECORD_HEADER <= file.length; ) {
    const start = at + RECORD_HEADER
    const end = start + view.getUint32(at + 8, little)
    if (end > file.length) break // the capture was cut off while it was written
    if (file[start + skip]! >>> 4 === 4) packets.push(file.subarray(start + skip, end))
    at = end
  }
  return packets
}

function isMagic(value: number): boolean {
  return value === MAGIC_MICROSECONDS || value === MAGIC_NANOSECONDS
}

/** @param packets raw IP packets @returns the bytes of a pcap file; packet n has the time of n microseconds */
export function writePcap(packets: readonly Uint8Array[]): Uint8Array {
  const length = packets.reduce((sum, packet) => sum + RECORD_HEADER + packet.length, FILE_HEADER)
  const file = new Uint8Array(length)
  const view = new DataView(file.buffer)
  view.setUint32(0, MAGIC_MICROSECONDS, true)
  view.setUint16(4, 2, true) // version 2.4
  view.setUint16(6, 4, true)
  view.setUint32(16, 65_535, true)
  view.setUint32(20, LINKTYPE_RAW, true)
  let at = FILE_HEADER
  packets.forEach((packet, i) => {
    view.setUint32(at, Math.trunc(i / 1e6), true)
    view.setUint32(at + 4, i % 1e6, true)
    view.setUint32(at + 8, packet.length, true)
    view.setUint32(at + 12, packet.length, true)
    file.set(packet, at + RECORD_HEADER)
    at += RECORD_HEADER + packet.length
  })
  return file
}

export class PcapDevice implements Device {
  readonly name: string
  readonly fd = -1
  readonly #replay: Uint8Array[]
  readonly #written: Uint8Array[] = []
  #open = true

  /** @param capture what read() replays; nothing without it */
  constructor(name: string, capture?: Uint8Array) {
    this.name = name
    this.#replay = capture === undefined ? [] : readPcap(capture)
  }

  /** @returns everything written so far as a pcap file */
  recorded(): Uint8Array {
    return writePcap(this.#written)
  }

  read(buffer: Uint8Array): number {
    if (!this.#open) return -1
    const packet = this.#replay.shift()
    if (packet === undefined) return 0
    buffer.fill(0, 0, VNET_HEADER)
    buffer.set(packet, VNET_HEADER)
    return VNET_HEADER + packet.length
  }

  write(buffer: Uint8Array, length: number): number {
    if (!this.#open) return -EBADF
    if (!isFrame(buffer, length)) return -EINVAL
    this.#written.push(buffer.slice(VNET_HEADER, length))
    return length
  }

  close(): void {
    this.#open = false
  }
}

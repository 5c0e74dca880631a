/**
 * Packets made and read by hand, right or wrong as a test wants them. On purpose no code of packages/packet: a fault there
 * must not hide itself here.
 */
import { parseAddress } from '@bauta/config'

export const PROTOCOL = { icmp: 1, tcp: 6, udp: 17 } as const
export const FLAG = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16 } as const

/** @returns the Internet checksum (RFC 1071); 0 over bytes that carry a right one */
export function checksum(...parts: Uint8Array[]): number {
  const bytes = Buffer.concat(parts)
  let sum = 0
  for (let i = 0; i < bytes.length; i += 2) sum += (bytes[i]! << 8) | (bytes[i + 1] ?? 0)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return ~sum & 0xffff
}

export interface Ipv4Header {
  from: string
  to: string
  protocol: number
  id?: number
  ttl?: number
  dontFragment?: boolean
  moreFragments?: boolean
  /** bytes */
  offset?: number
  options?: Uint8Array
  /** To lie about. */
  version?: number
  headerWords?: number
  totalLength?: number
  checksum?: number
}

export function ipv4(header: Ipv4Header, payload: Uint8Array): Buffer {
  const options = header.options ?? new Uint8Array(0)
  const head = Buffer.alloc(20 + options.length)
  head[0] = ((header.version ?? 4) << 4) | (header.headerWords ?? head.length / 4)
  head.writeUInt16BE(header.totalLength ?? head.length + payload.length, 2)
  head.writeUInt16BE(header.id ?? 1, 4)
  const flags = (header.dontFragment ? 0x4000 : 0) | (header.moreFragments ? 0x2000 : 0)
  head.writeUInt16BE(flags | ((header.offset ?? 0) >> 3), 6)
  head[8] = header.ttl ?? 64
  head[9] = header.protocol
  head.writeUInt32BE(number(header.from), 12)
  head.writeUInt32BE(number(header.to), 16)
  head.set(options, 20)
  head.writeUInt16BE(header.checksum ?? checksum(head), 10)
  return Buffer.concat([head, payload])
}

export interface Ends {
  from: string
  to: string
  fromPort: number
  toPort: number
}

export function udp(
  ends: Ends,
  payload: Uint8Array,
  lie: { checksum?: number; length?: number } = {},
): Buffer {
  const head = Buffer.alloc(8)
  writePorts(head, ends)
  head.writeUInt16BE(lie.length ?? 8 + payload.length, 4)
  const sum = checksum(pseudoHeader(ends, PROTOCOL.udp, 8 + payload.length), head, payload)
  head.writeUInt16BE(lie.checksum ?? (sum === 0 ? 0xffff : sum), 6)
  return Buffer.concat([head, payload])
}

export function tcp(
  ends: Ends,
  flags: number,
  lie: { checksum?: number; headerWords?: number; sequence?: number; acknowledge?: number } = {},
  options: Uint8Array = new Uint8Array(),
): Buffer {
  const length = 20 + options.length
  const head = Buffer.alloc(length)
  head.set(options, 20)
  writePorts(head, ends)
  head.writeUInt32BE(lie.sequence ?? 1000, 4)
  head.writeUInt32BE(lie.acknowledge ?? 0, 8)
  head[12] = (lie.headerWords ?? length / 4) << 4
  head[13] = flags
  head.writeUInt16BE(64_240, 14)
  head.writeUInt16BE(lie.checksum ?? checksum(pseudoHeader(ends, PROTOCOL.tcp, length), head), 16)
  return head
}

export function icmp(type: number, code: number, rest: number, payload: Uint8Array): Buffer {
  const head = Buffer.alloc(8)
  head[0] = type
  head[1] = code
  head.writeUInt32BE(rest, 4)
  head.writeUInt16BE(checksum(head, payload), 2)
  return Buffer.concat([head, payload])
}

/** @param to `aa:bb:…` @returns an Ethernet frame as hex */
export function ethernet(to: string, from: string, packet: Uint8Array): string {
  return `${to.replaceAll(':', '')}${from.replaceAll(':', '')}0800${Buffer.from(packet).toString('hex')}`
}

/** Cuts a payload into fragments of the given sizes (multiples of 8, but for the last). */
export function fragments(header: Ipv4Header, payload: Uint8Array, size: number): Buffer[] {
  const parts: Buffer[] = []
  for (let offset = 0; offset < payload.length; offset += size) {
    const moreFragments = offset + size < payload.length
    parts.push(ipv4({ ...header, offset, moreFragments }, payload.subarray(offset, offset + size)))
  }
  return parts
}

const number = (address: string): number => parseAddress(address)!

function writePorts(head: Buffer, { fromPort, toPort }: Ends): void {
  head.writeUInt16BE(fromPort, 0)
  head.writeUInt16BE(toPort, 2)
}

function pseudoHeader({ from, to }: Ends, protocol: number, length: number): Buffer {
  const pseudo = Buffer.alloc(12)
  pseudo.writeUInt32BE(number(from), 0)
  pseudo.writeUInt32BE(number(to), 4)
  pseudo[9] = protocol
  pseudo.writeUInt16BE(length, 10)
  return pseudo
}

/** An IPv4 packet, read. */
export function read(packet: Buffer) {
  const headerLength = (packet[0]! & 15) * 4
  const body = packet.subarray(headerLength, packet.readUInt16BE(2))
  return {
    header: packet.subarray(0, headerLength),
    body,
    protocol: packet[9]!,
    ttl: packet[8]!,
    from: packet.subarray(12, 16).join('.'),
    to: packet.subarray(16, 20).join('.'),
    moreFragments: (packet.readUInt16BE(6) & 0x2000) !== 0,
    offset: (packet.readUInt16BE(6) & 0x1fff) * 8,
    /** of TCP and UDP */
    fromPort: body.length >= 4 ? body.readUInt16BE(0) : 0,
    toPort: body.length >= 4 ? body.readUInt16BE(2) : 0,
  }
}

/** @returns the packet quoted by an ICMP error */
export const quoted = (packet: Buffer) => read(padded(read(packet).body.subarray(8)))

/** A quotation may be cut short: its header tells more than is there. */
const padded = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc(Math.max(0, 28 - bytes.length))])

/** @returns the MSS that a SYN announces, or null */
export function mssOf(segment: Buffer): number | null {
  const end = (segment[12]! >> 4) * 4
  for (let at = 20; at < end; ) {
    const kind = segment[at]!
    if (kind === 0) return null
    if (kind === 2) return segment.readUInt16BE(at + 2)
    at += kind === 1 ? 1 : segment[at + 1]!
  }
  return null
}

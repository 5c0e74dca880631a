/**
 * Packets from a description, for tests of this package and of those that use it (`@bauta/packet/build`). Every length and
 * checksum is right unless the description says otherwise. Not for the packet path: it allocates.
 */

import { checksumOf, pseudoHeaderSum, sumBytes, write16, write32 } from './checksum.ts'
import { PROTOCOL } from './view.ts'

export interface IpFields {
  /** Numbers, or dotted quads for readable tests. */
  source: number | string
  destination: number | string
  ttl?: number
  tos?: number
  id?: number
  dontFragment?: boolean
  /** IP options, a multiple of 4 bytes. */
  options?: readonly number[]
}

export interface PortFields extends IpFields {
  sourcePort: number
  destinationPort: number
  payload?: Uint8Array | readonly number[]
  /** full (default), partial (offload: pseudo-header sum only), or zero (UDP without a checksum). */
  checksum?: 'full' | 'partial' | 'zero'
}

export interface TcpFields extends PortFields {
  /** See TCP_FLAG; ACK when absent. */
  flags?: number
  sequence?: number
  acknowledgement?: number
  /** TCP options, a multiple of 4 bytes. */
  tcpOptions?: readonly number[]
}

export interface IcmpFields extends IpFields {
  type: number
  code?: number
  /** Bytes 4 to 7 of the header: the query's identifier and sequence number, or a next-hop MTU in `sequence`. */
  icmpId?: number
  sequence?: number
  payload?: Uint8Array | readonly number[]
}

const ACK = 16

/** @returns an IPv4 packet around `l4` */
export function buildIp(fields: IpFields, protocol: number, l4: Uint8Array): Uint8Array {
  const options = fields.options ?? []
  const headerLength = 20 + options.length
  const packet = new Uint8Array(headerLength + l4.length)
  packet[0] = 0x40 | (headerLength >>> 2)
  packet[1] = fields.tos ?? 0
  write16(packet, 2, packet.length)
  write16(packet, 4, fields.id ?? 0)
  write16(packet, 6, fields.dontFragment ? 0x4000 : 0)
  packet[8] = fields.ttl ?? 64
  packet[9] = protocol
  write32(packet, 12, addressOf(fields.source))
  write32(packet, 16, addressOf(fields.destination))
  packet.set(options, 20)
  packet.set(l4, headerLength)
  write16(packet, 10, checksumOf(packet, 0, headerLength))
  return packet
}

export function buildTcp(fields: TcpFields): Uint8Array {
  const options = fields.tcpOptions ?? []
  const payload = fields.payload ?? []
  const headerLength = 20 + options.length
  const segment = new Uint8Array(headerLength + payload.length)
  write16(segment, 0, fields.sourcePort)
  write16(segment, 2, fields.destinationPort)
  write32(segment, 4, fields.sequence ?? 1)
  write32(segment, 8, fields.acknowledgement ?? 0)
  segment[12] = headerLength << 2
  segment[13] = fields.flags ?? ACK
  write16(segment, 14, 65535)
  segment.set(options, 20)
  segment.set(payload, headerLength)
  return withChecksum(buildIp(fields, PROTOCOL.tcp, segment), 16, fields.checksum)
}

export function buildUdp(fields: PortFields): Uint8Array {
  const payload = fields.payload ?? []
  const datagram = new Uint8Array(8 + payload.length)
  write16(datagram, 0, fields.sourcePort)
  write16(datagram, 2, fields.destinationPort)
  write16(datagram, 4, datagram.length)
  datagram.set(payload, 8)
  return withChecksum(buildIp(fields, PROTOCOL.udp, datagram), 6, fields.checksum)
}

export function buildIcmp(fields: IcmpFields): Uint8Array {
  const payload = fields.payload ?? []
  const message = new Uint8Array(8 + payload.length)
  message[0] = fields.type
  message[1] = fields.code ?? 0
  write16(message, 4, fields.icmpId ?? 0)
  write16(message, 6, fields.sequence ?? 0)
  message.set(payload, 8)
  write16(message, 2, checksumOf(message, 0, message.length))
  return buildIp(fields, PROTOCOL.icmp, message)
}

/**
 * Cuts a packet at payload offsets (multiples of 8), as a router would.
 * @returns the fragments in order
 */
export function fragment(packet: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const headerLength = (packet[0]! & 15) << 2
  const payload = packet.subarray(headerLength)
  const borders = [0, ...cuts, payload.length]
  return borders.slice(0, -1).map((from, i) => {
    const to = borders[i + 1]!
    const piece = new Uint8Array(headerLength + to - from)
    piece.set(packet.subarray(0, headerLength))
    piece.set(payload.subarray(from, to), headerLength)
    const more = to < payload.length ? 0x2000 : 0
    write16(piece, 2, piece.length)
    write16(piece, 6, more | (from >>> 3))
    return sealHeader(piece)
  })
}

/** Writes the IP header checksum anew, after a test has changed header bytes. @returns the same packet */
export function sealHeader(packet: Uint8Array): Uint8Array {
  write16(packet, 10, 0)
  write16(packet, 10, checksumOf(packet, 0, (packet[0]! & 15) << 2))
  return packet
}

function withChecksum(packet: Uint8Array, field: number, mode: PortFields['checksum'] = 'full'): Uint8Array {
  if (mode === 'zero') return packet
  const l4 = (packet[0]! & 15) << 2
  const length = packet.length - l4
  const pseudo = pseudoHeaderSum(packet, 0, packet[9]!, length)
  const checksum = mode === 'partial' ? pseudo : ~sumBytes(packet, l4, length, pseudo) & 0xffff
  write16(packet, l4 + field, checksum === 0 && packet[9] === PROTOCOL.udp ? 0xffff : checksum)
  return packet
}

function addressOf(address: number | string): number {
  if (typeof address === 'number') return address
  return address.split('.').reduce((value, part) => value * 256 + Number(part), 0)
}

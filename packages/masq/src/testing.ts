/** Packets, tables and clocks for the tests of this package. Not exported from it. */
import { PORT_PRESETS, parseAddress, TIMEOUT_PRESETS } from '@bauta/config'
import { FAULT, PacketView, PROTOCOL, parsePacket, TCP_FLAG, write16, write32 } from '@bauta/packet'
import { tableBytes } from './layout.ts'
import { Masquerader } from './masquerader.ts'
import type { MasqueraderSettings } from './masquerader-settings.ts'
import { ConnectionTable } from './table.ts'

export const { tcp: TCP, udp: UDP, icmp: ICMP_PROTOCOL } = PROTOCOL
export const { syn: SYN, fin: FIN, rst: RST, ack: ACK, psh: PSH } = TCP_FLAG

export const address = (text: string): number => parseAddress(text)!
export const WAN = address('198.51.100.2')
export const LAN1 = address('192.168.77.11')
export const LAN2 = address('192.168.77.12')
export const SERVER = address('93.184.216.34')
export const BOX = address('192.168.77.1')

export const standard: MasqueraderSettings = {
  timeouts: TIMEOUT_PRESETS.standard,
  ports: PORT_PRESETS.standard,
}
export const classic: MasqueraderSettings = {
  timeouts: TIMEOUT_PRESETS.classic,
  ports: PORT_PRESETS.classic,
}

export interface Fields {
  protocol: number
  source: number
  destination: number
  /** ICMP: the id */
  sourcePort: number
  destinationPort: number
  tcpFlags?: number
  icmpType?: number
  icmpCode?: number
  payload?: Uint8Array
}

/** Ones' complement sum over `length` bytes, the slow and obvious way. */
export function plainSum(bytes: Uint8Array, at: number, length: number, start = 0): number {
  let sum = start
  for (let i = 0; i < length; i += 2) sum += (bytes[at + i]! << 8) + (i + 1 < length ? bytes[at + i + 1]! : 0)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return sum
}

/** @returns the bytes of a packet with every checksum right */
export function packetBytes(fields: Fields): Uint8Array {
  const { protocol, payload = new Uint8Array(0) } = fields
  const header = protocol === TCP ? 20 : 8
  const bytes = new Uint8Array(20 + header + payload.length)
  bytes.set([0x45, 0, 0, 0, 0x12, 0x34, 0x40, 0, 64, protocol])
  write16(bytes, 2, bytes.length)
  write32(bytes, 12, fields.source)
  write32(bytes, 16, fields.destination)
  write16(bytes, 10, ~plainSum(bytes, 0, 20))
  bytes.set(payload, 20 + header)
  if (protocol === ICMP_PROTOCOL) {
    bytes[20] = fields.icmpType ?? 8
    bytes[21] = fields.icmpCode ?? 0
    write16(bytes, 24, fields.sourcePort)
    write16(bytes, 22, ~plainSum(bytes, 20, bytes.length - 20))
    return bytes
  }
  write16(bytes, 20, fields.sourcePort)
  write16(bytes, 22, fields.destinationPort)
  if (protocol === TCP) {
    bytes[32] = 0x50
    bytes[33] = fields.tcpFlags ?? ACK
  } else if (protocol === UDP) write16(bytes, 24, bytes.length - 20)
  const pseudo = plainSum(bytes, 12, 8, protocol + bytes.length - 20)
  write16(bytes, protocol === TCP ? 36 : 26, ~plainSum(bytes, 20, bytes.length - 20, pseudo))
  return bytes
}

/** @returns a view of the bytes; throws where they are not well formed, so it also proves that a rewriting was right */
export function parsed(bytes: Uint8Array, view = new PacketView()): PacketView {
  const fault = parsePacket(view, bytes, 0, bytes.length)
  if (fault !== FAULT.none) throw new Error(`fault ${fault}`)
  return view
}

/** As parsed(), for a view that a helper has worked on: its bytes are still a good packet. */
export function formatted(view: PacketView): void {
  parsedAgain.checksumPartial = view.checksumPartial
  parsedAgain.gsoSize = view.gsoSize
  const fault = parsePacket(parsedAgain, view.buffer, view.ip, view.totalLength)
  if (fault !== FAULT.none) throw new Error(`fault ${fault}`)
}
const parsedAgain = new PacketView()

export const packet = (fields: Fields): PacketView => parsed(packetBytes(fields))

export const tcp = (
  source: number,
  sourcePort: number,
  destination: number,
  destinationPort: number,
  tcpFlags: number = SYN,
): PacketView => packet({ protocol: TCP, source, sourcePort, destination, destinationPort, tcpFlags })

export const udp = (
  source: number,
  sourcePort: number,
  destination: number,
  destinationPort: number,
): PacketView => packet({ protocol: UDP, source, sourcePort, destination, destinationPort })

export const ping = (source: number, icmpId: number, destination: number, icmpType = 8): PacketView =>
  packet({ protocol: ICMP_PROTOCOL, source, sourcePort: icmpId, destination, destinationPort: 0, icmpType })

/** An ICMP error from `source` that quotes a packet's header and `quoted` bytes behind it. */
export function icmpError(
  source: number,
  destination: number,
  icmpType: number,
  icmpCode: number,
  original: PacketView,
  quoted = 8,
): PacketView {
  const { buffer, ip, headerLength } = original
  const payload = buffer.slice(ip, ip + headerLength + quoted)
  return packet({
    protocol: ICMP_PROTOCOL,
    source,
    destination,
    sourcePort: 0,
    destinationPort: 0,
    icmpType,
    icmpCode,
    payload,
  })
}

/** A small fast generator with a seed (xorshift32); signed numbers. */
export function seededRandom(seed: number): () => number {
  let state = seed | 0 || 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state
  }
}

export interface Bench {
  memory: SharedArrayBuffer
  table: ConnectionTable
  masq: Masquerader
}

export function bench(capacity = 1024, settings = standard, now = 0): Bench {
  const memory = new SharedArrayBuffer(tableBytes(capacity))
  return { memory, ...open(memory, capacity, settings, now) }
}

/** A process that starts over this memory, whatever it holds. */
export function open(
  memory: SharedArrayBuffer,
  capacity: number,
  settings = standard,
  now = 0,
): { table: ConnectionTable; masq: Masquerader } {
  const table = new ConnectionTable(memory, { capacity, hashSeed: 0x5eed })
  const masq = new Masquerader(table, { random: seededRandom(7) })
  masq.configure(settings, now)
  return { table, masq }
}

/** Opens and carries the first packet of a LAN machine. @returns the slot or the code */
export function sendNew(masq: Masquerader, view: PacketView, now: number, wan = WAN): number {
  const slot = masq.openOut(view, wan, 1, 1, now)
  if (slot >= 0) masq.outbound(view, slot, now)
  return slot
}

/**
 * A capture file with one interface per device (draft-ietf-opsawg-pcapng): what tcpdump, tshark and Wireshark read. Packets are raw IPv4.
 * A packet of the kernel's may carry a checksum that its network card would have finished, as in every capture on the sending machine.
 */
const BLOCK = { section: 0x0a0d0d0a, interface: 1, packet: 6 } as const
const BYTE_ORDER = 0x1a2b3c4d
/** Raw IPv4. libpcap 1.10 refuses a second interface of LINKTYPE_RAW: it compares the file's number with its own, which differs there. */
const LINKTYPE_IPV4 = 228
const OPTION = { end: 0, name: 2, flags: 2 } as const

export interface CapturedPacket {
  /** Place in the list of interfaces. */
  interface: number
  /** ms since 1970 */
  at: number
  outward: boolean
  length: number
  bytes: Uint8Array
}

/** @param interfaces names, in the order in which packets refer to them */
export function writePcapng(interfaces: readonly string[], packets: readonly CapturedPacket[]): Uint8Array {
  return Buffer.concat([
    block(BLOCK.section, words(BYTE_ORDER, 1, 0xffffffff, 0xffffffff)),
    ...interfaces.map((name) =>
      block(
        BLOCK.interface,
        words(LINKTYPE_IPV4, 0),
        option(OPTION.name, Buffer.from(name)),
        option(OPTION.end),
      ),
    ),
    ...packets.map(packetBlock),
  ])
}

function packetBlock(packet: CapturedPacket): Buffer {
  const micros = BigInt(Math.round(packet.at * 1000))
  const high = Number(micros >> 32n)
  const low = Number(micros & 0xffffffffn)
  return block(
    BLOCK.packet,
    words(packet.interface, high, low, packet.bytes.length, packet.length),
    padded(packet.bytes),
    option(OPTION.flags, words(packet.outward ? 2 : 1)),
    option(OPTION.end),
  )
}

function block(type: number, ...parts: Uint8Array[]): Buffer {
  const body = Buffer.concat(parts)
  const length = words(body.length + 12)
  return Buffer.concat([words(type), length, body, length])
}

function option(code: number, value: Uint8Array = new Uint8Array()): Buffer {
  const head = Buffer.alloc(4)
  head.writeUInt16LE(code, 0)
  head.writeUInt16LE(value.length, 2)
  return Buffer.concat([head, padded(value)])
}

function words(...values: number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length)
  for (const [i, value] of values.entries()) bytes.writeUInt32LE(value >>> 0, 4 * i)
  return bytes
}

const padded = (bytes: Uint8Array): Buffer => Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)])

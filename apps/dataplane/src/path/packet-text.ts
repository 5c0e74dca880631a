/**
 * Packets as one line of text, both ways, for tests: what `formatPacket` prints, plus `mss N` on a SYN, `tos N` where it is not
 * 0, `about {…}` for what an ICMP error quotes. Where helpers are the matter, `detailed` shows what is said: `seq 1001 ack 1`,
 * `sack 5-9`, and last `say "PORT 1,2\r\n"`, with \r, \n, \" and \xNN; all of it may be read, too. Only read: `badsum`,
 * `badheader`, `version6`, `poke 6+128` (byte 6 becomes 128, header checksum made right), `spoil 6+128` (left wrong), `cut 30`
 * (the rest is missing, also within `about`).
 */
import {
  findSack,
  formatPacket,
  PacketView,
  packetEnd,
  parseEmbedded,
  parsePacket,
  payloadStart,
  read32,
  readVnetHeader,
  VNET_HEADER,
} from '@bauta/packet'
import { buildIcmp, buildIp, buildTcp, buildUdp, fragment, sealHeader } from '@bauta/packet/build'

const FLAGS: Record<string, number> = { S: 2, F: 1, R: 4, P: 8, U: 32, '.': 16 }
const LINE =
  /^(tcp|udp|icmp|protocol \d+) ([\d.]+)(?::(\d+))? > ([\d.]+)(?::(\d+))?(?: \[([SFRPU.]*)\])?((?: \w+(?: [\d+]+)?)*?)(?: about \{(.*)\})?$/

const GRE = 47
const SAYING = /^(.*?) say "((?:[^"\\]|\\.)*)"$/

const unescaped = (text: string): Uint8Array =>
  Uint8Array.from(text.matchAll(/\\x([0-9a-f]{2})|\\(.)|(.)/g), ([, hex, special, plain]) =>
    hex !== undefined
      ? Number.parseInt(hex, 16)
      : special !== undefined
        ? (SPECIAL[special] ?? special.charCodeAt(0))
        : plain!.charCodeAt(0),
  )
const SPECIAL: Record<string, number> = { r: 13, n: 10 }

const escaped = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => {
    if (byte === 13) return '\\r'
    if (byte === 10) return '\\n'
    if (byte === 34 || byte === 92) return `\\${String.fromCharCode(byte)}`
    return byte >= 32 && byte < 127 ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`
  }).join('')

/** @returns frames (virtio-net header and packet) as a TUN would give them; several where the text says `pieces 1000+2000` (where to cut), last one first where it says `reversed` */
export function framesFromText(text: string): Uint8Array[] {
  const [, before = text, said] = SAYING.exec(text) ?? []
  const packet = packetFromText(before, said === undefined ? null : unescaped(said))
  const [, list] = /\bpieces ([\d+]+)/.exec(text) ?? []
  const packets = list ? fragment(packet, list.split('+').map(Number)) : [packet]
  if (/\breversed\b/.test(text)) packets.reverse()
  return packets.map((bytes) => frameOf(bytes, text))
}

function frameOf(packet: Uint8Array, text: string): Uint8Array {
  const frame = new Uint8Array(VNET_HEADER + packet.length)
  frame.set(packet, VNET_HEADER)
  const gso = Number(/\bgso (\d+)/.exec(text)?.[1] ?? 0)
  if (gso > 0 || /\bpartial\b/.test(text)) {
    const view = new DataView(frame.buffer)
    frame[0] = 1
    frame[1] = gso === 0 ? 0 : packet[9] === 6 ? 1 : 5
    view.setUint16(4, gso, true)
    view.setUint16(6, 20, true)
    view.setUint16(8, packet[9] === 6 ? 16 : 6, true)
  }
  return frame
}

function packetFromText(text: string, said: Uint8Array | null = null): Uint8Array {
  const found = LINE.exec(text.trim())
  if (!found) throw new Error(`not a packet: ${text}`)
  const [
    ,
    protocol = '',
    source = '',
    sourcePort,
    destination = '',
    destinationPort,
    flags = '',
    words = '',
    quoted,
  ] = found
  const word = (name: string, otherwise: number) =>
    Number(new RegExp(`\\b${name} (\\d+)`).exec(words)?.[1] ?? otherwise)
  const checksum = /\b(gso \d|partial)/.test(words)
    ? 'partial'
    : /\bunchecked\b/.test(words)
      ? 'zero'
      : 'full'
  const ip = {
    source,
    destination,
    ttl: word('ttl', 64),
    id: word('id', 0),
    tos: word('tos', 0),
    dontFragment: /\bDF\b/.test(words),
  }
  const ports = {
    ...ip,
    sourcePort: Number(sourcePort),
    destinationPort: Number(destinationPort),
    checksum,
  } as const
  const length = word('len', 0)
  const payload = (headers: number) => said ?? new Uint8Array(Math.max(0, length - headers)).fill(0x42)
  const mss = word('mss', 0)
  let packet: Uint8Array
  if (protocol === 'tcp') {
    const sack = /\bsack (\d+)\+(\d+)/.exec(words)?.slice(1).map(Number)
    const tcpOptions = [
      ...(mss > 0 ? [2, 4, mss >> 8, mss & 255] : []),
      ...(sack ? [1, 1, 5, 10, ...sack.flatMap(bytesOf)] : []),
    ]
    const bits = [...flags].reduce((value, letter) => value | FLAGS[letter]!, 0)
    packet = buildTcp({
      ...ports,
      flags: bits,
      tcpOptions,
      sequence: word('seq', 1),
      acknowledgement: word('ack', 0),
      payload: payload(40 + tcpOptions.length),
    })
  } else if (protocol === 'udp') packet = buildUdp({ ...ports, payload: payload(28) })
  else if (protocol === 'icmp') {
    const inside = quoted ? packetFromText(quoted).subarray(0, 548) : payload(28)
    const numbers = {
      type: word('type', 8),
      code: word('code', 0),
      icmpId: word('icmpid', 0),
      sequence: word('mtu', 0),
    }
    packet = buildIcmp({ ...ip, ...numbers, payload: inside })
  } else packet = buildIp(ip, Number(protocol.slice(9)), payload(20))
  if (/\bbadsum\b/.test(words)) packet[packet.length - 1]! ^= 0xff
  if (/\bversion6\b/.test(words)) packet[0] = 0x65
  poke(packet, words, 'poke')
  if (!/\bbadheader\b/.test(words)) sealHeader(packet)
  poke(packet, words, 'spoil')
  return packet.subarray(0, word('cut', packet.length))
}

function poke(packet: Uint8Array, words: string, name: string): void {
  for (const [, at, value] of words.matchAll(new RegExp(`\\b${name} (\\d+)\\+(\\d+)`, 'g')))
    packet[Number(at)] = Number(value)
}

/** Unreachable, source quench, time exceeded, parameter problem. */
const QUOTING = new Set([3, 4, 11, 12])

const view = new PacketView()
const inner = new PacketView()

const bytesOf = (value: number): number[] => [
  value >>> 24,
  (value >>> 16) & 255,
  (value >>> 8) & 255,
  value & 255,
]

/** @returns the packet of a frame as text @param detailed with its numbers and with what it carries */
export function textFromFrame(frame: Uint8Array, detailed = false): string {
  readVnetHeader(view, frame, 0)
  const fault = parsePacket(view, frame, VNET_HEADER, frame.length - VNET_HEADER)
  const parts = [formatPacket(view)]
  if (view.tos !== 0) parts.push(`tos ${view.tos}`)
  const mss = mssOf(view)
  if (mss > 0) parts.push(`mss ${mss}`)
  if (view.protocol === 1 && QUOTING.has(view.icmpType)) {
    const mtu = (frame[view.l4 + 6]! << 8) | frame[view.l4 + 7]!
    if (mtu > 0) parts.push(`mtu ${mtu}`)
    const bad = parseEmbedded(inner, frame, view.l4 + 8, view.l4Length - 8)
    parts.push(`about {${bad === 0 ? formatPacket(inner) : `fault ${bad}`}}`)
  }
  if (fault !== 0) parts.push(`FAULT ${fault}`)
  if (detailed && fault === 0) parts.push(...details(view))
  return parts.join(' ')
}

function details(packet: PacketView): string[] {
  const { buffer, l4, protocol } = packet
  const parts: string[] = []
  if (protocol === 6) {
    parts.push(`seq ${read32(buffer, l4 + 4)} ack ${read32(buffer, l4 + 8)}`)
    const sack = findSack(packet)
    if (sack > 0) parts.push(`sack ${read32(buffer, sack)}+${read32(buffer, sack + 4)}`)
  }
  const start = protocol === 6 || protocol === 17 ? payloadStart(packet) : protocol === GRE ? l4 : -1
  const carried = start < 0 ? [] : buffer.subarray(start, packetEnd(packet))
  if (carried.length > 0 && !carried.every((byte) => byte === 0x42))
    parts.push(`say "${escaped(Uint8Array.from(carried))}"`)
  return parts
}

/** The kind of a SYN's first option, where that is the segment size. */
function mssOf({ buffer, l4, protocol, tcpHeaderLength, tcpFlags }: PacketView): number {
  if (protocol !== 6 || (tcpFlags & 2) === 0 || tcpHeaderLength < 24 || buffer[l4 + 20] !== 2) return 0
  return (buffer[l4 + 22]! << 8) | buffer[l4 + 23]!
}

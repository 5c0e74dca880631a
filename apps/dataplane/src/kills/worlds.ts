/** The settings that victims live under, and the packets that come by: connections of every kind that open, talk and end, and helpers. */
import { type defaultSnapshot, HELPER_NAMES, HELPERS, PORT_PRESETS, type Snapshot } from '@bauta/config'
import type { ConnectionTable } from '@bauta/masq'
import { VNET_HEADER } from '@bauta/packet'
import { benchSnapshot, LAN, WAN } from '../path/bench.ts'
import { framesFromText } from '../path/packet-text.ts'

export type World = 'standard' | 'classic'

/** Few ports, so that they are asked for while they rest, and run out. */
export const PORTS = {
  standard: { ...PORT_PRESETS.standard, from: 20_000, to: 20_255 },
  classic: { ...PORT_PRESETS.classic, from: 61_000, to: 61_127 },
}

export function worldSnapshot(world: World): Snapshot {
  const list = HELPER_NAMES.map((name) => ({ name, enabled: true, ports: [...HELPERS[name].ports] }))
  return {
    ...(benchSnapshot() as ReturnType<typeof defaultSnapshot>),
    ports: PORTS[world],
    helpers: { list },
  }
}

/** One packet, and where it comes in. An answer goes to the masq port that its connection has then. */
export interface Packet {
  from: number
  frame: Uint8Array
  answers: Conversation | null
}

interface Conversation {
  protocol: number
  client: number
  port: number
  server: number
  serverPort: number
}

const CLIENTS = 12
const SERVERS = ['93.184.216.34', '93.184.216.35', '9.9.9.9']
const WAN_ADDRESS = '198.51.100.2'
const numberOf = (address: string): number =>
  address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)

/** Texts of what is said in one conversation; `>` goes out, `<` comes back. */
const TALKS: readonly { protocol: 'tcp' | 'udp'; serverPort: number; says: readonly string[] }[] = [
  {
    protocol: 'tcp',
    serverPort: 80,
    says: ['> [S] mss 1460', '< [S.]', '> [.] DF len 500', '< [.] DF len 900', '< [F.]', '> [F.]', '> [R]'],
  },
  {
    protocol: 'tcp',
    serverPort: 21,
    says: [
      '> [S] seq 100',
      '< [S.] seq 500 ack 101',
      '> [P.] seq 101 ack 501 say "PORT 192,168,77,11,4,1\\r\\n"',
      '< [.] seq 501 ack 130',
      '> [R] seq 125',
    ],
  },
  { protocol: 'udp', serverPort: 53, says: ['>  DF len 60', '<  DF len 200'] },
  { protocol: 'udp', serverPort: 6112, says: ['>  DF len 100', '<  DF len 100'] },
]

/** @returns all packets there are; to be drawn from at random */
export function packetsOfWorld(): Packet[] {
  const packets: Packet[] = []
  for (let i = 0; i < CLIENTS * TALKS.length * SERVERS.length; i++) {
    const { protocol, serverPort, says } = TALKS[i % TALKS.length]!
    const client = `192.168.77.${11 + (i % CLIENTS)}`
    // Two clients have the same port number, and one client the same port toward all servers.
    const port = 20_100 + ((i >> 1) % 40)
    const server = SERVERS[i % SERVERS.length]!
    for (const text of says) {
      const back = text.startsWith('<')
      const ends = back
        ? `${server}:${serverPort} > ${WAN_ADDRESS}:1`
        : `${client}:${port} > ${server}:${serverPort}`
      const answers = back
        ? {
            protocol: protocol === 'tcp' ? 6 : 17,
            client: numberOf(client),
            port,
            server: numberOf(server),
            serverPort,
          }
        : null
      packets.push({
        from: back ? WAN : LAN,
        frame: frameOf(`${protocol} ${ends} ${text.slice(2).trim()}`),
        answers,
      })
    }
  }
  for (let id = 0; id < 8; id++)
    packets.push({
      from: LAN,
      frame: frameOf(`icmp 192.168.77.${11 + id} > 9.9.9.9 type 8 icmpid ${20_100 + id} len 84`),
      answers: null,
    })
  return packets
}

/** Whatever its checksum, the sender's network card was to make it: an answer's port is written into it later. */
function frameOf(text: string): Uint8Array {
  const frame = framesFromText(text)[0]!
  frame[0] = 1
  const view = new DataView(frame.buffer)
  view.setUint16(6, 20, true)
  const sumAt = { 6: 16, 17: 6, 1: 2 }[frame[VNET_HEADER + 9]!]!
  view.setUint16(8, sumAt, true)
  return frame
}

/** Writes a packet into `buffer` as it would come now. @returns its length, or 0: there is nothing that it could answer */
export function addressed(packet: Packet, table: ConnectionTable, buffer: Uint8Array): number {
  buffer.set(packet.frame)
  if (packet.answers === null) return packet.frame.length
  const { protocol, client, port, server, serverPort } = packet.answers
  const slot = table.lookupOut(protocol, client, port, server, serverPort)
  if (slot < 0) return 0
  const masqPort = table.masqPort(slot)
  buffer[VNET_HEADER + 22] = masqPort >> 8
  buffer[VNET_HEADER + 23] = masqPort & 255
  return packet.frame.length
}

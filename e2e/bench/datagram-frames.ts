/** The frames of the bench's UDP flows, the same whoever sends them. */
import { ipv4, PROTOCOL, udp } from '../net/harness/packets.ts'

export interface DatagramOrder {
  client: string
  server: string
  port: number
  /** Lengths of the packets in turn, in bytes without the Ethernet header. */
  lengths?: readonly number[]
}

export const UDP_FLOWS = 64
/** What makes an Ethernet frame of 60 bytes, 64 with the checksum that a wire would add. */
export const SHORTEST = 46
const UDP_HEADERS = 28
/** Without the checksum. */
const SHORTEST_FRAME = 60

/** @param to Ethernet address, `aa:bb:…` @returns the header of an Ethernet frame with IPv4 */
export const ethernetHeader = (to: string, from: string): Buffer =>
  Buffer.from(`${to}${from}08:00`.replaceAll(':', ''), 'hex')

/** @returns the frame, filled up with zeros to what Ethernet takes */
export const framed = (link: Buffer, packet: Buffer): Buffer =>
  Buffer.concat([link, packet], Math.max(SHORTEST_FRAME, link.length + packet.length))

/** None may be fragmented, as Linux sends them. @returns packets to be sent again and again: every flow has some of every length */
export function datagrams({ client: from, server: to, port, lengths = [SHORTEST] }: DatagramOrder): Buffer[] {
  // flows and lengths meet again after so many; then each flow goes on to the next length
  const round = (UDP_FLOWS * lengths.length) / commonDivisor(UDP_FLOWS, lengths.length)
  return Array.from({ length: UDP_FLOWS * lengths.length }, (_, i) => {
    const flow = (i + Math.floor(i / round)) % UDP_FLOWS
    const payload = Buffer.alloc(lengths[i % lengths.length]! - UDP_HEADERS)
    const ends = { from, to, fromPort: 20_000 + flow, toPort: port }
    return ipv4({ from, to, protocol: PROTOCOL.udp, dontFragment: true }, udp(ends, payload))
  })
}

const commonDivisor = (a: number, b: number): number => (b === 0 ? a : commonDivisor(b, a % b))

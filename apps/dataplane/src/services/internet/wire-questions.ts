/**
 * Two questions to a wire, and how an answer to them looks: DHCPDISCOVER (RFC 2131) and PADI (RFC 2516), as Ethernet frames. Nothing is
 * taken: an offer that is not followed by a request is forgotten by the server, a PADO that is not followed by a PADR too. Pure bytes in
 * and out.
 */
import { formatAddress } from '@bauta/config'
import { read16, read32, write16, write32 } from '@bauta/packet'
import { buildUdp } from '@bauta/packet/build'

const ETHERTYPE = { ipv4: 0x0800, discovery: 0x8863 } as const
const ETHERNET = 14
const EVERYBODY = new Uint8Array(6).fill(0xff)
const BOOTP = 236
const COOKIE = 0x63825363
const OPTION = { mask: 1, router: 3, message: 53, server: 54, wanted: 55, clientId: 61, end: 255 } as const
const DISCOVER = 1
const OFFER = 2
const PORT = { server: 67, client: 68 } as const
const TAG = { end: 0, service: 0x0101, concentrator: 0x0102, hostUniq: 0x0103 } as const
const CODE = { padi: 0x09, pado: 0x07 } as const

export interface DhcpOffer {
  server: string
  address: string
  bits: number
  gateway: string | null
}
export interface PppoeOffer {
  concentrator: string
  services: string[]
}
export type WireAnswer = { dhcp: DhcpOffer } | { pppoe: PppoeOffer }

function frame(mac: Uint8Array, type: number, payload: Uint8Array): Uint8Array {
  // 60 bytes are the least of Ethernet, without its checksum
  const bytes = new Uint8Array(Math.max(60, ETHERNET + payload.length))
  bytes.set(EVERYBODY, 0)
  bytes.set(mac, 6)
  write16(bytes, 12, type)
  bytes.set(payload, ETHERNET)
  return bytes
}

/** @param id names the question; answers carry it */
export function dhcpDiscover(mac: Uint8Array, id: number): Uint8Array {
  const options = [
    ...[OPTION.message, 1, DISCOVER],
    ...[OPTION.clientId, 7, 1, ...mac],
    ...[OPTION.wanted, 2, OPTION.mask, OPTION.router],
    OPTION.end,
  ]
  const message = new Uint8Array(Math.max(300, BOOTP + 4 + options.length))
  message.set([1, 1, 6, 0])
  write32(message, 4, id)
  // the answer goes to everybody: nobody has the address yet
  write16(message, 10, 0x8000)
  message.set(mac, 28)
  write32(message, BOOTP, COOKIE)
  message.set(options, BOOTP + 4)
  const packet = buildUdp({
    source: '0.0.0.0',
    destination: '255.255.255.255',
    sourcePort: PORT.client,
    destinationPort: PORT.server,
    payload: message,
  })
  return frame(mac, ETHERTYPE.ipv4, packet)
}

export function pppoeInitiation(mac: Uint8Array, id: number): Uint8Array {
  const payload = new Uint8Array(6 + 4 + 8)
  payload.set([0x11, CODE.padi])
  write16(payload, 4, 12)
  write16(payload, 6, TAG.service)
  write16(payload, 10, TAG.hostUniq)
  write16(payload, 12, 4)
  write32(payload, 14, id)
  return frame(mac, ETHERTYPE.discovery, payload)
}

/** @returns what the frame says about the question `id`, or null where it is about something else */
export function wireAnswer(bytes: Uint8Array, id: number): WireAnswer | null {
  if (bytes.length < ETHERNET + 6) return null
  const type = read16(bytes, 12)
  const payload = bytes.subarray(ETHERNET)
  if (type === ETHERTYPE.discovery) return discoveryOffer(payload, id)
  return type === ETHERTYPE.ipv4 ? dhcpOffer(payload, id) : null
}

function dhcpOffer(packet: Uint8Array, id: number): WireAnswer | null {
  const header = (packet[0]! & 15) * 4
  if (packet[9] !== 17 || packet.length < header + 8 + BOOTP + 4) return null
  if (read16(packet, header) !== PORT.server || read16(packet, header + 2) !== PORT.client) return null
  const message = packet.subarray(header + 8)
  if (message[0] !== 2 || read32(message, 4) !== id || read32(message, BOOTP) !== COOKIE) return null
  const options = optionsOf(message.subarray(BOOTP + 4))
  if (options.get(OPTION.message)?.[0] !== OFFER) return null
  const address = (code: number) => {
    const value = options.get(code)
    return value && value.length >= 4 ? read32(value, 0) : null
  }
  const [mask, router, server] = [address(OPTION.mask), address(OPTION.router), address(OPTION.server)]
  return {
    dhcp: {
      server: formatAddress(server ?? read32(packet, 12)),
      address: formatAddress(read32(message, 16)),
      bits: mask === null ? 32 : Math.clz32(~mask),
      gateway: router === null ? null : formatAddress(router),
    },
  }
}

function optionsOf(bytes: Uint8Array): Map<number, Uint8Array> {
  const found = new Map<number, Uint8Array>()
  for (let at = 0; at + 1 < bytes.length && bytes[at] !== OPTION.end; ) {
    if (bytes[at] === 0) {
      at++
      continue
    }
    const length = bytes[at + 1]!
    if (at + 2 + length <= bytes.length) found.set(bytes[at]!, bytes.subarray(at + 2, at + 2 + length))
    at += 2 + length
  }
  return found
}

function discoveryOffer(payload: Uint8Array, id: number): WireAnswer | null {
  if (payload[0] !== 0x11 || payload[1] !== CODE.pado) return null
  const end = Math.min(payload.length, 6 + read16(payload, 4))
  const services: string[] = []
  let concentrator = ''
  let ours = false
  for (let at = 6; at + 4 <= end; ) {
    const tag = read16(payload, at)
    const length = read16(payload, at + 2)
    if (tag === TAG.end || at + 4 + length > end) break
    const value = payload.subarray(at + 4, at + 4 + length)
    if (tag === TAG.service && length > 0) services.push(printable(value))
    if (tag === TAG.concentrator) concentrator = printable(value)
    if (tag === TAG.hostUniq) ours = length === 4 && read32(value, 0) === id
    at += 4 + length
  }
  return ours ? { pppoe: { concentrator: concentrator || 'unnamed', services: services.slice(0, 16) } } : null
}

const printable = (bytes: Uint8Array): string =>
  new TextDecoder()
    .decode(bytes.subarray(0, 64))
    .replace(/[\p{Cc}\p{Cs}]/gu, ' ')
    .trim()

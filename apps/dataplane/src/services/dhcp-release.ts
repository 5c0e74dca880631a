/**
 * Ends a lease. dnsmasq takes no such order but the one that clients give: a DHCPRELEASE (RFC 2131 4.3.4), here sent to it from the
 * box itself in the client's name. The machine is not told; it asks again when half its time is over, and may then get another
 * address.
 */
import dgram from 'node:dgram'
import { parseAddress } from '@bauta/config'
import type { DhcpLease } from './dhcp-leases.ts'

const SERVER_PORT = 67
// RFC 2131 section 2, RFC 2132
const BOOTREQUEST = 1
const ETHERNET = 1
const MAC_BYTES = 6
const MAGIC = 0x63825363
const FIXED_BYTES = 240
const OPTION_TYPE = 53
const OPTION_SERVER = 54
const OPTION_CLIENT_ID = 61
const OPTION_END = 255
const DHCPRELEASE = 7
/** RFC 1542 2.1: relays may drop what is shorter. */
const SHORTEST = 300

/** @param server the box's own address in the home network */
export function releaseMessage(lease: DhcpLease, server: string, xid: number): Buffer {
  const options = [
    ...[OPTION_TYPE, 1, DHCPRELEASE],
    ...[OPTION_SERVER, 4, ...bytesOfAddress(server)],
    ...clientId(lease.clientId),
    OPTION_END,
  ]
  const message = Buffer.alloc(Math.max(SHORTEST, FIXED_BYTES + options.length))
  message.set([BOOTREQUEST, ETHERNET, MAC_BYTES, 0], 0)
  message.writeUInt32BE(xid >>> 0, 4)
  message.set(bytesOfAddress(lease.address), 12)
  message.set(bytesOfHex(lease.mac), 28)
  message.writeUInt32BE(MAGIC, 236)
  message.set(options, FIXED_BYTES)
  return message
}

export async function releaseLease(lease: DhcpLease, server: string, xid = Date.now()): Promise<void> {
  const socket = dgram.createSocket('udp4')
  try {
    await new Promise<void>((resolve, reject) => {
      socket.send(releaseMessage(lease, server, xid), SERVER_PORT, server, (error) =>
        error ? reject(error) : resolve(),
      )
    })
  } finally {
    socket.close()
  }
}

function clientId(text: string | null): number[] {
  if (text === null) return []
  const bytes = bytesOfHex(text)
  return [OPTION_CLIENT_ID, bytes.length, ...bytes]
}

const bytesOfHex = (text: string): number[] => text.split(':').map((pair) => Number.parseInt(pair, 16))

function bytesOfAddress(text: string): number[] {
  const address = parseAddress(text)!
  return [address >>> 24, (address >>> 16) & 255, (address >>> 8) & 255, address & 255]
}

/**
 * Ports that nobody may talk to the box by: those that an appliance has no use for, and the WAN port while PPP carries the connection,
 * where nothing but PPPoE has any business and the door sits on ppp0. Without this a neighbour on such a wire could reach the box's
 * other addresses. The kernel takes no IP from them: strict reverse path filtering (RFC 3704) where no route leads back over the port
 * drops every IPv4 packet, IPv6 is off.
 *
 * A port that carries IP again gets its reverse path filter switched off with the door (system.ts); one in the bridge needs none.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'

const ROOT = '/proc/sys/net'

/** Passed over where the port is not there; it has no packets then. */
export function closePort(port: string): void {
  put(`ipv4/conf/${port}/rp_filter`, '1')
  put(`ipv6/conf/${port}/disable_ipv6`, '1')
}

function put(key: string, value: string): void {
  const file = `${ROOT}/${key}`
  if (existsSync(file) && readFileSync(file, 'utf8').trim() !== value) writeFileSync(file, value)
}

/**
 * The WAN port while PPP carries the connection: nothing but PPPoE has any business there, and the door sits on ppp0. So the kernel takes no
 * IP from it: strict reverse path filtering (RFC 3704) where no route leads back over the port drops every IPv4 packet, IPv6 is off.
 *
 * A port that carries IP again gets its reverse path filter switched off with the door (system.ts).
 */
import { existsSync, writeFileSync } from 'node:fs'

const ROOT = '/proc/sys/net'

/** Passed over where the port is not there; it has no packets then. */
export function closePort(port: string): void {
  put(`ipv4/conf/${port}/rp_filter`, '1')
  put(`ipv6/conf/${port}/disable_ipv6`, '1')
}

function put(key: string, value: string): void {
  if (existsSync(`${ROOT}/${key}`)) writeFileSync(`${ROOT}/${key}`, value)
}

/**
 * ICMP queries as connections (RFC 5508 §3; CONFIG_IP_MASQUERADE_ICMP of 2.2).
 *
 * The identifier is the client's port. The server's port is type × 256 + code of what the client side sends: for a LAN
 * machine's ping that is the request, as in 2.2; for a ping from outside to the box, whose client side is the box, it is
 * the reply. So a packet belongs to a connection only if it has the right type for its direction: a reply from the server
 * finds the request it answers, and a request from outside never finds its way into a ping that somebody inside has open.
 */
import { ICMP } from '@bauta/packet'

const QUERIES = [
  [ICMP.echoRequest, ICMP.echoReply],
  [ICMP.timestampRequest, ICMP.timestampReply],
  [ICMP.informationRequest, ICMP.informationReply],
  [ICMP.maskRequest, ICMP.maskReply],
] as const

/** The reply of every request and the request of every reply; -1: neither. */
const counterpart = new Int8Array(256).fill(-1)
const requests = new Uint8Array(256)
for (const [request, reply] of QUERIES) {
  counterpart[request] = reply
  counterpart[reply] = request
  requests[request] = 1
}

export function isQueryRequest(type: number): boolean {
  return requests[type] === 1
}

/** @returns the server port of a query or reply that the client side sends; -1: neither */
export function queryPortOut(type: number, code: number): number {
  return counterpart[type]! < 0 ? -1 : (type << 8) | code
}

/** @returns the server port of a query or reply that the server side sends; -1: neither */
export function queryPortIn(type: number, code: number): number {
  const sent = counterpart[type]!
  return sent < 0 ? -1 : (sent << 8) | code
}

/**
 * Constant DNS addresses (“DNS faking”): what the household asks of an address of its choosing goes to the server that the line has at the
 * moment, port 53 of UDP and TCP. Scripts of old rewrote a DNAT rule for that each time the line came up.
 *
 * It is a connection with another far end than was asked, like every DNAT: the table translates it both ways, and the kernel may carry it.
 * Under netfilter it stands as if behind the last rule of nat PREROUTING. In the classic dialect, which has no such table, `input` sees
 * the constant address, `forward` and `output` the server. What `forward` lets pass without MASQ is masqueraded all the same: an answer for
 * another address than the box's own would not be looked up there.
 * A question that was on its way when the line got other servers ends with its connection; the next one goes to the new server.
 */
import { OUT, SOURCE } from '@bauta/masq'
import { PROTOCOL } from '@bauta/packet'
import { DROP } from '../drop-reasons.ts'
import { answer, ICMP } from './answer.ts'
import { BOX, type Crossing, GO_ON } from './crossing.ts'

const DNS_PORT = 53

/**
 * The line has no such server. As from a port where nobody listens: a machine that hears it asks its next server at once. While the line is down
 * it is the softer word that everybody hears then, so that who asked goes on asking until a line on demand has come up.
 */
export function noDnsServer(c: Crossing): number {
  answer(c, ICMP.unreachable, c.wanAddress === 0 ? ICMP.net : ICMP.port)
  return DROP['no-dns-server']
}

/** Where `constantDns` has the packet's destination, or -1. */
function placeOf({ view, constantDns }: Crossing): number {
  if (view.destinationPort !== DNS_PORT || view.fragmentOffset !== 0) return -1
  if (view.protocol !== PROTOCOL.udp && view.protocol !== PROTOCOL.tcp) return -1
  for (let i = 0; i < constantDns.length; i += 2) if (constantDns[i] === view.destination) return i
  return -1
}

/** Netfilter: of a packet that begins a connection. */
export const isForConstantDns = (c: Crossing): boolean =>
  c.constantDns.length > 0 && c.inIf !== c.wan && c.inIf !== BOX && placeOf(c) >= 0

export function aimAtDnsServer(c: Crossing): number {
  c.wish.destination = c.constantDns[placeOf(c) + 1]!
  return c.wish.destination === 0 ? noDnsServer(c) : GO_ON
}

/** Classic: of a packet on its way through the box. One of a connection goes where that connection goes. */
export function leadToDnsServer(c: Crossing): number {
  if (c.inIf === c.wan) return GO_ON
  if (c.slot >= 0) {
    if (c.table.askedBits(c.slot) !== c.table.serverBits(c.slot)) c.ledTo = c.table.server(c.slot)
    return GO_ON
  }
  if (c.constantDns.length === 0 || c.aboutSlot) return GO_ON
  const place = placeOf(c)
  if (place < 0) return GO_ON
  c.ledTo = c.constantDns[place + 1]!
  return c.ledTo === 0 || c.wanAddress === 0 ? noDnsServer(c) : GO_ON
}

/** Classic: the connection. @returns slot, or why there is none */
export function openToDnsServer(c: Crossing): number {
  const { wish, view } = c
  wish.clear()
  wish.kind = SOURCE.masquerade
  wish.destination = c.ledTo
  return c.masq.openTranslated(view, OUT, wish, c.wanAddress, c.evaluator.ruleId, c.revision, c.now)
}

/** Stations about the way out: which interface, is there time left, does it fit? */
import { DROP } from '../drop-reasons.ts'
import { answer, ICMP } from './answer.ts'
import { abandon } from './connection.ts'
import { type Crossing, GO_ON } from './crossing.ts'
import { lookBetween } from './netfilter-track.ts'

/** Connected and static routes first, then the WAN. */
export function routeOut(c: Crossing): number {
  const found = c.routeTo(c.ledTo === 0 ? c.view.destination : c.ledTo)
  c.outIf = found === -1 ? c.wan : found
  if (c.outIf !== -1 && c.outIf === c.inIf) return c.inIf === c.wan ? DROP['not-ours'] : DROP['no-route']
  if (c.outIf === c.wan && c.wanAddress === 0) {
    answer(c, ICMP.unreachable, ICMP.net)
    return DROP['no-wan']
  }
  return c.interfaces[c.outIf]!.up ? GO_ON : DROP['no-route']
}

/** netfilter: by where it really goes. What is translated may leave by the interface it came by. */
export function routeBetween(c: Crossing): number {
  const found = c.routeOfLeaving()
  c.outIf = found === -1 ? c.wan : found
  if (c.outIf !== -1 && c.outIf === c.inIf && c.leaving.destination === c.view.destination)
    return c.inIf === c.wan ? DROP['not-ours'] : DROP['no-route']
  if (c.outIf === c.wan && c.wanAddress === 0) {
    answer(c, ICMP.unreachable, ICMP.net)
    return DROP['no-wan']
  }
  return c.outIf >= 0 && c.interfaces[c.outIf]!.up ? GO_ON : DROP['no-route']
}

/** The box's own packet whose destination a rule has changed. It can not be turned back to the box: answers would pass no door. */
export function rerouted(c: Crossing): number {
  if (!c.begins || c.wish.destination === 0) return GO_ON
  lookBetween(c)
  return c.leavingIsOwn() ? DROP['not-masqueradable'] : routeBetween(c)
}

/** An answer goes to its client, which is behind a LAN interface. */
export function routeToClient(c: Crossing): number {
  return inside(c, c.table.client(c.slot))
}

/** A packet that is turned round goes to the machine that the WAN address stands for. */
export function routeToServer(c: Crossing): number {
  return inside(c, c.table.server(c.slot))
}

/** A connection that this very packet opened does not stay for a machine that is not there. */
function inside(c: Crossing, address: number): number {
  c.outIf = c.routeTo(address)
  if (c.outIf >= 0 && c.outIf !== c.wan && c.interfaces[c.outIf]!.up) return GO_ON
  abandon(c)
  return DROP['no-route']
}

/** The kernel takes one off when it routes the packet; what would not survive that is answered here. */
export function timeToLive(c: Crossing): number {
  if (c.view.ttl > 1) return GO_ON
  abandon(c)
  answer(c, ICMP.timeExceeded, 0)
  return DROP['ttl-exceeded']
}

/** RFC 1191. What may be fragmented is left to the kernel; a super-packet is judged by its segments. */
export function fits(c: Crossing): number {
  const { view } = c
  if (!view.dontFragment) return GO_ON
  const { mtu } = c.interfaces[c.outIf]!
  const size =
    view.gsoSize === 0
      ? view.totalLength
      : Math.min(
          view.totalLength,
          view.gsoSize + view.headerLength + (view.protocol === 6 ? view.tcpHeaderLength : 8),
        )
  if (size <= mtu) return GO_ON
  abandon(c)
  answer(c, ICMP.unreachable, ICMP.fragmentationNeeded, mtu)
  return DROP['too-big']
}

/** Stations that deal with the connection table: find, open, translate. */
import {
  CLASH,
  FLAG,
  HELPED,
  isPortless,
  MACHINE_LIMIT,
  NO_PORT,
  OUT,
  SILENT,
  SOURCE,
  TABLE_FULL,
} from '@bauta/masq'
import { clampMss, icmpIsError, PROTOCOL, TCP_FLAG } from '@bauta/packet'
import { DROP } from '../drop-reasons.ts'
import { answer, ICMP } from './answer.ts'
import { openToDnsServer } from './constant-dns.ts'
import { BOX, type Crossing, GO_ON } from './crossing.ts'
import { numberDatagram } from './datagram-id.ts'
import { stillOurs } from './stale.ts'
import { tellOfFailure } from './tell.ts'

/** By HELPED. */
const HELPED_DROP = [GO_ON, DROP['helper-refused'], DROP['helper-again'], DROP['helper-no-room']]

export const isIcmpError = ({ view }: Crossing): boolean =>
  view.protocol === PROTOCOL.icmp && view.fragmentOffset === 0 && icmpIsError(view.icmpType)

export function findOutward(c: Crossing): number {
  c.aboutSlot = isIcmpError(c)
  c.slot = c.aboutSlot ? c.masq.findErrorOut(c.view) : c.masq.findOut(c.view)
  if (c.slot < 0 && !c.aboutSlot) c.expected = c.masq.findExpected(c.view, OUT)
  return caughtUp(c)
}

export function findInward(c: Crossing): number {
  c.aboutSlot = isIcmpError(c)
  c.slot = c.aboutSlot ? c.masq.findErrorIn(c.view) : c.masq.findIn(c.view)
  return caughtUp(c)
}

/** What the kernel may have carried of a connection that is being opened comes before the packet in hand. */
export function caughtUp(c: Crossing): number {
  const { slot, carrier } = c
  if (slot >= 0 && carrier !== null && (c.table.flags(slot) & FLAG.replied) === 0)
    carrier.catchUp(slot, c.now)
  return GO_ON
}

export const isLocal = (c: Crossing): boolean => (c.table.flags(c.slot) & FLAG.local) !== 0

/** RFC 1812 5.2.7.2 and 4.3.3.9 aside, a home router has no use for either. */
export function noRedirects(c: Crossing): number {
  const { protocol, icmpType } = c.view
  const routing = icmpType === 5 || icmpType === 9 || icmpType === 10
  return protocol === PROTOCOL.icmp && routing ? DROP['icmp-redirect'] : GO_ON
}

/** Where the forward chain said MASQ: the connection this packet belongs to, a new one if need be. */
export function openMasqueraded(c: Crossing): number {
  if (!c.masquerade && c.ledTo === 0) {
    c.slot = -1
    return GO_ON
  }
  if (c.slot >= 0) return stillOurs(c)
  if (c.ledTo !== 0) return opened(c, openToDnsServer(c))
  if (c.aboutSlot) return DROP['not-masqueradable']
  const { masq, view, now } = c
  const forwarded = fromForwardedPort(c)
  const slot =
    forwarded >= 0 ? forwarded : masq.openOut(view, c.wanAddress, c.evaluator.ruleId, c.revision, now)
  if (slot >= 0 && c.expected >= 0) masq.meetExpected(c.expected, slot, now)
  return opened(c, slot)
}

/** What a machine sends from a port that is forwarded to it leaves from the port that the Internet knows. */
function fromForwardedPort(c: Crossing): number {
  const { view, wish } = c
  const port = c.forwards.outsidePort(view.protocol, view.source, view.sourcePort)
  if (port < 0) return -1
  wish.clear()
  wish.kind = SOURCE.exact
  wish.source = c.wanAddress
  wish.fromPort = port
  wish.flags = FLAG.explicitPort
  return c.masq.openTranslated(view, OUT, wish, c.wanAddress, c.evaluator.ruleId, c.revision, c.now)
}

/**
 * The box's own connection, so that its answers find a way in; other messages of the box need none. What the box
 * fragments itself is not put together again, so it must be able to leave as it is.
 */
export function openFromBox(c: Crossing): number {
  if (c.slot < 0 && c.outIf === c.wan && c.view.source === c.wanAddress && opensConnection(c)) {
    const reason = opened(c, c.masq.openLocal(c.view, c.wanAddress, 0, c.revision, c.now))
    if (reason !== GO_ON) return reason
  }
  const split = c.slot >= 0 && c.view.moreFragments
  return split && c.table.masqPort(c.slot) !== c.table.clientPort(c.slot)
    ? DROP['fragment-translated']
    : GO_ON
}

/** A connection to the box itself that the input chain let in. */
export function openToBox(c: Crossing): number {
  if (c.view.destination !== c.wanAddress || !opensConnection(c)) return GO_ON
  return opened(c, c.masq.openLocalIn(c.view, c.wanAddress, c.evaluator.ruleId, c.revision, c.now))
}

function opensConnection(c: Crossing): boolean {
  const { protocol, icmpType } = c.view
  if (protocol === PROTOCOL.icmp)
    return icmpType === 8 || icmpType === 13 || icmpType === 15 || icmpType === 17
  const hasPorts = protocol === PROTOCOL.tcp || protocol === PROTOCOL.udp
  return (hasPorts || isPortless(protocol)) && !c.view.isFragment
}

export function opened(c: Crossing, slot: number): number {
  if (slot >= 0) {
    c.slot = slot
    c.fresh = true
    return GO_ON
  }
  return refused(c, slot)
}

/** RFC 5508 REQ-8: who can get none is told. 2.2 told nobody but its log. */
function refused(c: Crossing, code: number): number {
  if (code === CLASH) return DROP.clash
  if (code === SILENT) {
    tellOfFailure(c)
    return DROP['no-port-silent']
  }
  if (code !== NO_PORT && code !== TABLE_FULL && code !== MACHINE_LIMIT) return DROP['not-masqueradable']
  answer(c, ICMP.unreachable, ICMP.administrativelyProhibited)
  if (code === MACHINE_LIMIT) return DROP['machine-limit']
  return code === NO_PORT ? DROP['no-port'] : DROP['table-full']
}

/** A packet that was judged after all gives back the connection it opened. */
export function abandon(c: Crossing): void {
  if (!c.fresh) return
  c.masq.remove(c.slot, c.now)
  c.fresh = false
}

export function translateOut(c: Crossing): number {
  c.inward = false
  if (c.slot < 0) return GO_ON
  if (c.aboutSlot) c.masq.translateErrorOut(c.view, c.slot)
  else {
    const { view, forwards } = c
    if (forwards.hasTriggers && c.outIf === c.wan && c.inIf !== BOX)
      forwards.arm(view.protocol, view.source, view.destination, view.destinationPort, c.now)
    const helped = c.masq.outbound(view, c.slot, c.now, c.packets, c.bytes)
    if (helped !== HELPED.pass) return HELPED_DROP[helped]!
  }
  if (c.outIf === c.wan) numberDatagram(c)
  return clamp(c)
}

export function translateIn(c: Crossing): number {
  c.inward = true
  if (c.aboutSlot) c.masq.translateErrorIn(c.view, c.slot)
  else {
    const helped = c.masq.inbound(c.view, c.slot, c.now, c.packets, c.bytes)
    if (helped !== HELPED.pass) return HELPED_DROP[helped]!
  }
  return clamp(c)
}

/** RFC 879: 20 bytes of IP and 20 of TCP around the payload; the smaller side of the box decides. */
function clamp(c: Crossing): number {
  const { view } = c
  if (view.protocol !== PROTOCOL.tcp || (view.tcpFlags & TCP_FLAG.syn) === 0 || c.inIf < 0 || c.outIf < 0)
    return GO_ON
  clampMss(view, Math.min(c.interfaces[c.inIf]!.mtu, c.interfaces[c.outIf]!.mtu) - 40)
  return GO_ON
}

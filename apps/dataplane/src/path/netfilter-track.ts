/**
 * Connections as netfilter sees them: every one is in the table, translated or not, and every packet has a state.
 *
 * - NEW: it may begin a connection, or belongs to one that the other side has not answered yet.
 * - ESTABLISHED: of a connection that both sides have sent packets of.
 * - RELATED: an ICMP error about one, or the first packet of what a helper waited for.
 * - INVALID: an error about nothing known, an answer that nobody asked for, a TCP segment that begins nothing. A segment with ACK
 *   alone begins one (nf_conntrack_tcp_loose): connections live on when the box is put between.
 */
import { STATE } from '@bauta/chains'
import { FLAG, IN, NOT_MASQUERADABLE, OUT, SOURCE, TABLE_FULL } from '@bauta/masq'
import { PROTOCOL, TCP_FLAG } from '@bauta/packet'
import { caughtUp, isIcmpError, opened } from './connection.ts'
import { BOX, type Crossing, GO_ON } from './crossing.ts'
import { fromForwardedPort } from './netfilter-forwards.ts'
import { stillOurs } from './stale.ts'

/** Finds the connection, whichever way the packet goes through it, and says the packet's state. */
export function track(c: Crossing): number {
  c.aboutSlot = isIcmpError(c)
  c.inward = c.inIf === c.wan && c.inIf !== BOX
  find(c)
  if (c.slot < 0) {
    c.inward = !c.inward
    find(c)
    if (c.slot < 0) c.inward = !c.inward
  }
  caughtUp(c)
  c.state = stateOf(c)
  c.begins = c.slot < 0 && c.state === STATE.NEW
  if (c.begins) {
    c.wish.clear()
    c.expected = c.masq.findExpected(c.view, c.inward ? IN : OUT)
    if (c.expected >= 0) c.state = STATE.RELATED
  }
  return GO_ON
}

function find(c: Crossing): void {
  const { masq, view } = c
  if (c.aboutSlot) c.slot = c.inward ? masq.findErrorIn(view) : masq.findErrorOut(view)
  else c.slot = c.inward ? masq.findIn(view) : masq.findOut(view)
}

function stateOf(c: Crossing): number {
  if (c.aboutSlot) return c.slot < 0 ? STATE.INVALID : STATE.RELATED
  if (c.slot < 0) return mayBegin(c) ? STATE.NEW : STATE.INVALID
  const flags = c.table.flags(c.slot)
  const fromOutside = (flags & FLAG.fromOutside) !== 0
  if (c.inward !== fromOutside) return STATE.ESTABLISHED
  const answered = fromOutside ? c.table.packetsOut(c.slot) > 0 : (flags & FLAG.replied) !== 0
  if (answered) return STATE.ESTABLISHED
  return (flags & (FLAG.expected | FLAG.forwarded)) === FLAG.expected ? STATE.RELATED : STATE.NEW
}

function mayBegin({ view }: Crossing): boolean {
  const { protocol, tcpFlags, icmpType } = view
  if (protocol === PROTOCOL.icmp)
    return icmpType === 8 || icmpType === 13 || icmpType === 15 || icmpType === 17
  if (protocol !== PROTOCOL.tcp || view.fragmentOffset !== 0) return true
  if (tcpFlags & (TCP_FLAG.rst | TCP_FLAG.fin)) return false
  const ack = (tcpFlags & TCP_FLAG.ack) !== 0
  return (tcpFlags & TCP_FLAG.syn) !== 0 ? !ack : ack
}

/**
 * The packet between its two translations, as FORWARD, INPUT, OUTPUT and POSTROUTING see it: from the machine that really sent it
 * to the one that really gets it.
 */
export function lookBetween(c: Crossing): number {
  const { leaving, view, table, slot } = c
  leaving.source = view.source
  leaving.destination = view.destination
  leaving.protocol = view.protocol
  leaving.sourcePort = view.sourcePort
  leaving.destinationPort = view.destinationPort
  leaving.icmpType = view.icmpType
  leaving.icmpCode = view.icmpCode
  leaving.tcpFlags = view.tcpFlags
  leaving.fragmentOffset = view.fragmentOffset
  leaving.totalLength = view.totalLength
  leaving.tos = view.tos
  if (c.begins) {
    if (c.wish.destination !== 0) leaving.destination = c.wish.destination
    if (c.wish.destinationPort !== 0 && view.destinationPort !== 0)
      leaving.destinationPort = c.wish.destinationPort
  } else if (slot >= 0) {
    leaving.destination = (c.inward ? table.clientBits(slot) : table.serverBits(slot)) >>> 0
    if (view.destinationPort !== 0 && !c.aboutSlot)
      leaving.destinationPort = c.inward ? table.clientPort(slot) : table.serverPort(slot)
  }
  return GO_ON
}

/** What is of no kind that the table keeps goes as it is, where nothing is to be translated. */
function kept(c: Crossing, slot: number): number {
  const { wish } = c
  const asItIs = wish.kind === SOURCE.keep && wish.destination === 0
  return slot === NOT_MASQUERADABLE && asItIs ? GO_ON : opened(c, slot)
}

/** Between the household and the box itself nothing is translated: with a full table, too, whoever administers it gets in. */
function keptInside(c: Crossing, slot: number, there: number): number {
  return slot === TABLE_FULL && there !== c.wan ? GO_ON : kept(c, slot)
}

/** The connection that goes through the box, with what the nat table wants done to it. */
export function openThrough(c: Crossing): number {
  if (!c.begins) return c.inward ? GO_ON : stillOurs(c)
  if (c.view.isFragment) return GO_ON
  const direction = c.inIf === c.wan ? IN : OUT
  c.inward = direction === IN
  const ruleId = c.lets === 0 || c.ledBy === 0 ? c.admittedBy : c.ledBy
  fromForwardedPort(c)
  const slot = c.masq.openTranslated(c.view, direction, c.wish, c.wanAddress, ruleId, c.revision, c.now)
  if (slot >= 0 && c.expected >= 0) c.masq.meetExpected(c.expected, slot, c.now)
  return kept(c, slot)
}

/** A connection to the box itself, redirected or not. */
export function openToOwn(c: Crossing): number {
  if (!c.begins || c.view.isFragment) return GO_ON
  c.inward = true
  const { wish, view, wanAddress, admittedBy, revision, now } = c
  if (wish.destination === 0 && wish.destinationPort === 0)
    return keptInside(c, c.masq.openLocalIn(view, wanAddress, admittedBy, revision, now), c.inIf)
  wish.flags |= FLAG.local
  return kept(c, c.masq.openTranslated(view, IN, wish, wanAddress, admittedBy, revision, now))
}

/** The box's own. What it sends as another protocol than the table keeps needs no connection. */
export function openOwn(c: Crossing): number {
  if (!c.begins || c.view.isFragment) return GO_ON
  c.inward = false
  const { wish, view, wanAddress, admittedBy, revision, now } = c
  const aimed = wish.destination !== 0 || wish.destinationPort !== 0
  // It has the WAN address already, and its port is no LAN socket's.
  if (aimed && wish.kind === SOURCE.masquerade && view.source === wanAddress) wish.kind = SOURCE.keep
  if (!aimed && (wish.kind === SOURCE.keep || wish.kind === SOURCE.masquerade))
    return keptInside(c, c.masq.openLocal(view, wanAddress, admittedBy, revision, now), c.outIf)
  wish.flags |= FLAG.local
  return kept(c, c.masq.openTranslated(view, OUT, wish, wanAddress, admittedBy, revision, now))
}

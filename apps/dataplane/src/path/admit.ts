/**
 * Stations for what comes uninvited to the WAN address: whom does it lead to? From outside by forwards, triggers and open
 * consoles, and what a helper waits for; from inside (the hairpin, RFC 4787 REQ-9) by the same, and by every mapping that another machine has.
 */
import { FLAG, IN, OUT, SOURCE } from '@bauta/masq'
import { PROTOCOL, TCP_FLAG } from '@bauta/packet'
import { findInward, isIcmpError, opened } from './connection.ts'
import { type Crossing, GO_ON } from './crossing.ts'

/** Why a packet that nobody waits for may go in; `Crossing.lets`. */
export const LETS = { none: 0, forward: 1, dmz: 2, trigger: 3, mapping: 4, expected: 5, mark: 6 } as const

/** Which way through a connection a packet of the LAN goes that is addressed to the WAN address; `Crossing.turn`. */
export const TURN = { none: 0, out: 1, back: 2 } as const

const hasPorts = (protocol: number): boolean => protocol === PROTOCOL.tcp || protocol === PROTOCOL.udp

/** From outside, without a connection. */
export function admit(c: Crossing): number {
  if (c.slot >= 0 || c.aboutSlot || c.view.destination !== c.wanAddress) return GO_ON
  const { view, forwards } = c
  c.expected = c.masq.findExpected(view, IN)
  if (c.expected >= 0) {
    c.lets = LETS.expected
    return GO_ON
  }
  if (find(c)) return GO_ON
  if (!forwards.hasConsoles || !hasPorts(view.protocol)) return GO_ON
  if (!forwards.isConsole(c.masq.ownerOf(view.protocol, view.destinationPort))) return GO_ON
  c.lets = LETS.mapping
  return GO_ON
}

/** Rules have marked it, and the mark leads somewhere: `ipmasqadm mfw`. Known only when the rules have been asked. */
export function marked(c: Crossing): number {
  if (!c.forwards.hasMarks || c.slot >= 0 || c.lets !== LETS.none || c.redirect) return GO_ON
  if (c.view.destination !== c.wanAddress || c.wanAddress === 0 || !findMarked(c)) return GO_ON
  if (c.inIf !== c.wan) c.turn = TURN.out
  return GO_ON
}

/** A TCP segment that acknowledges begins nothing. */
export function findMarked(c: Crossing): boolean {
  const { view, evaluator, forwards } = c
  if (!evaluator.effects || evaluator.mark === 0 || c.aboutSlot) return false
  if (view.protocol === PROTOCOL.tcp && (view.tcpFlags & (TCP_FLAG.syn | TCP_FLAG.ack)) === TCP_FLAG.ack)
    return false
  c.entry = forwards.matchMark(evaluator.mark)
  if (c.entry < 0) return false
  c.lets = LETS.mark
  return true
}

/** Inside, addressed to the WAN address: to another machine, or back to one that came this way. */
export function turn(c: Crossing): number {
  if (c.view.destination !== c.wanAddress || c.wanAddress === 0) return GO_ON
  if (c.slot >= 0) {
    c.turn = TURN.out
    return GO_ON
  }
  findInward(c)
  if (c.slot >= 0) {
    c.turn = (c.table.flags(c.slot) & FLAG.local) === 0 ? TURN.back : TURN.none
    return GO_ON
  }
  if (isIcmpError(c)) return GO_ON
  if (c.expected >= 0 && c.masq.leadsExpected(c.expected)) c.lets = LETS.expected
  else invite(c)
  if (c.lets !== LETS.none) c.turn = TURN.out
  return GO_ON
}

/** From inside: whom the WAN address stands for. */
export function invite(c: Crossing): void {
  const { protocol, destinationPort } = c.view
  if (!find(c) && hasPorts(protocol) && isOfMachine(c, c.masq.ownerOf(protocol, destinationPort)))
    c.lets = LETS.mapping
}

/** Another machine than the one that asks, and not the box. */
const isOfMachine = (c: Crossing, owner: number): boolean => owner !== 0 && !c.isOwn(owner >>> 0)

function find(c: Crossing): boolean {
  const { view, forwards, now } = c
  // Signed numbers pass from function to function without being made objects of.
  const source = view.source | 0
  c.entry = forwards.match(view.protocol, view.destinationPort, source)
  if (c.entry >= 0) c.lets = LETS.forward
  else if (forwards.hasTriggers) {
    c.entry = forwards.triggered(view.protocol, view.destinationPort, source, now)
    if (c.entry >= 0) c.lets = LETS.trigger
  }
  if (c.lets === LETS.none && forwards.dmzFor(source) !== 0) c.lets = LETS.dmz
  return c.lets !== LETS.none
}

/** Opens what `admit` or `turn` found. */
export function openAdmitted(c: Crossing): number {
  if (c.slot >= 0) return GO_ON
  const { wish, view } = c
  if (c.lets === LETS.expected)
    return opened(c, c.masq.openExpected(view, c.expected, c.wanAddress, 0, c.revision, c.now))
  const outward = c.turn === TURN.out
  wish.clear()
  wish.kind = outward ? SOURCE.masquerade : SOURCE.keep
  const ruleId = outward ? aim(c, 0) : aim(c, c.lets === LETS.mapping ? FLAG.holdsPort : 0)
  const way = outward ? OUT : IN
  return opened(c, c.masq.openTranslated(view, way, wish, c.wanAddress, ruleId, c.revision, c.now))
}

/** Writes into the wish where the packet is to go. @returns number of the forward, or 0 */
export function aim(c: Crossing, flags: number): number {
  const { wish, view, forwards, masq } = c
  wish.flags = flags
  if (c.lets === LETS.mapping) {
    wish.destination = masq.ownerOf(view.protocol, view.destinationPort) >>> 0
    wish.destinationPort = masq.ownerPortOf(view.protocol, view.destinationPort)
    return 0
  }
  wish.flags |= FLAG.forwarded
  if (c.lets === LETS.mark) {
    wish.destination = forwards.takeMarked(c.entry)
    wish.destinationPort = forwards.markPort(c.entry)
    return forwards.markId(c.entry)
  }
  if (c.lets === LETS.dmz) {
    wish.destination = forwards.dmzFor(view.source | 0)
    return forwards.dmzId
  }
  if (c.lets === LETS.trigger) {
    wish.flags |= FLAG.expected
    wish.destination = forwards.triggerClient(c.entry)
    return forwards.triggerId(c.entry)
  }
  wish.destination = forwards.take(c.entry)
  wish.destinationPort = forwards.portAt(c.entry, view.destinationPort)
  return forwards.idOf(c.entry)
}

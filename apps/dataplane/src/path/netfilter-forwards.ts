/**
 * Forwards, triggers, the DMZ host and consoles under netfilter. They stand as if behind the last rule of nat PREROUTING: what no rule
 * there decided is theirs. What they lead in needs no rule in FORWARD: only a rule that denies stops it, a policy does not.
 */
import { NETFILTER_HOOK as HOOK, VERDICT } from '@bauta/chains'
import { type ConnectionTable, FLAG, SOURCE } from '@bauta/masq'
import { DROP } from '../drop-reasons.ts'
import { admit, aim, findMarked, invite, LETS } from './admit.ts'
import { BOX, type Crossing, GO_ON } from './crossing.ts'

/** @returns whether a packet that begins a connection is led to a machine, and not by a rule */
export function lead(c: Crossing): boolean {
  if (c.view.destination !== c.wanAddress || c.wanAddress === 0) return false
  const outside = c.inIf === c.wan
  if (!c.forwards.hasMarks || !findMarked(c)) {
    if (outside) admit(c)
    else invite(c)
  }
  if (c.lets === LETS.dmz && outside && opensBox(c)) c.lets = LETS.none
  if (c.lets === LETS.none) return false
  // A machine whose turn it was has had it, also where a rule in FORWARD denies the packet in the end.
  c.ledBy = aim(c, outside && c.lets === LETS.mapping ? FLAG.holdsPort : 0)
  c.wish.kind = outside ? SOURCE.keep : SOURCE.masquerade
  return true
}

/** What a rule opens of the box itself is not the DMZ host's. */
function opensBox(c: Crossing): boolean {
  const verdict = c.evaluator.evaluate(HOOK.input, c.view, c.inIf, BOX, c.state, false)
  return verdict === VERDICT.ACCEPT && c.evaluator.ruleId !== 0
}

/** Machines are at home: nothing is led out by the WAN again. */
export const leadsInside = (c: Crossing): number =>
  c.lets !== LETS.none && c.outIf === c.wan ? DROP['no-route'] : GO_ON

/** Whether a policy has no say about a packet. Between two networks of the house it has, unless a forward leads there. */
export function isLed(c: Crossing): boolean {
  if (c.evaluator.ruleId !== 0) return false
  if (c.lets === LETS.mapping) return c.inIf === c.wan || c.inIf === c.outIf
  if (c.lets !== LETS.none) return true
  return c.slot >= 0 && isLedConnection(c.table, c.slot, c.wanAddress | 0, c.inIf === c.outIf)
}

/** @param wan signed, which spares the engine an object @param inside both ends are behind the same interface */
export function isLedConnection(table: ConnectionTable, slot: number, wan: number, inside: boolean): boolean {
  const flags = table.flags(slot)
  if ((flags & FLAG.local) !== 0) return false
  if ((flags & FLAG.forwarded) !== 0) return true
  // What a helper waited for is RELATED, which is for the rules to let pass.
  if ((flags & FLAG.expected) !== 0) return false
  // an open console, or a mapping of a neighbour
  if ((flags & FLAG.fromOutside) !== 0) return (flags & FLAG.holdsPort) !== 0
  return inside && table.askedBits(slot) === wan
}

/** What a machine sends from a port that is forwarded to it leaves from the port that the Internet knows. */
export function fromForwardedPort(c: Crossing): void {
  const { view, wish, forwards } = c
  if (c.outIf !== c.wan || wish.kind !== SOURCE.masquerade || wish.destination !== 0) return
  const port = forwards.outsidePort(view.protocol, view.source, view.sourcePort)
  if (port < 0) return
  wish.kind = SOURCE.exact
  wish.source = c.wanAddress
  wish.fromPort = port
  wish.flags |= FLAG.explicitPort
}

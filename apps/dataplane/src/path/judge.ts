/** Stations that ask the chains. REJECT answers with what Linux 2.2 answered: 3/3 in input, 3/1 elsewhere. */
import { HOOK, type MatchInput, STATE, VERDICT } from '@bauta/chains'
import { FLAG } from '@bauta/masq'
import { DROP } from '../drop-reasons.ts'
import { LETS } from './admit.ts'
import { ICMP } from './answer.ts'
import { begin, change } from './changes.ts'
import { abandon } from './connection.ts'
import { BOX, type Crossing, GO_ON } from './crossing.ts'
import { redirect } from './redirect.ts'
import { reject } from './reject.ts'
import { tell } from './tell.ts'

/** A connection that a forward let in needs no rule beside it: only a rule that denies stops it, not a policy. */
function isLetIn(c: Crossing): boolean {
  if (c.slot < 0) return false
  const flags = c.table.flags(c.slot)
  return (flags & FLAG.local) === 0 && (flags & (FLAG.fromOutside | FLAG.forwarded)) !== 0
}

/** Sees the packet as it came: an answer still carries the masquerade address. */
export function judgeInput(c: Crossing): number {
  begin(c)
  const state = stateOf(c)
  const verdict = c.evaluator.evaluate(HOOK.input, c.view, c.inIf, BOX, state, true, c.packets, c.bytes)
  if (c.evaluator.logged > 0) tell(c, HOOK.input, c.view, c.inIf, BOX)
  if (verdict === VERDICT.ACCEPT) {
    // What a rule opens of the box itself is not the DMZ host's.
    if (c.lets === LETS.dmz && c.inIf === c.wan && c.evaluator.ruleId !== 0) c.lets = LETS.none
    return change(c)
  }
  if (verdict === VERDICT.REDIRECT) {
    redirect(c)
    return change(c)
  }
  if (c.evaluator.ruleId === 0 && (c.lets !== LETS.none || isLetIn(c))) return change(c)
  if (verdict !== VERDICT.REJECT) return DROP['input-denied']
  reject(c, ICMP.port)
  return DROP['input-rejected']
}

/** Sees the original addresses; of what was asked of a constant DNS address, the server. An ICMP error about a masqueraded connection skips it, as in 2.2. */
export function judgeForward(c: Crossing): number {
  if (c.aboutSlot && c.slot >= 0) {
    c.masquerade = true
    return GO_ON
  }
  const state = stateOf(c)
  const seen = c.ledTo === 0 ? c.view : lookLed(c)
  const verdict = c.evaluator.evaluate(HOOK.forward, seen, c.inIf, c.outIf, state, true, c.packets, c.bytes)
  if (c.evaluator.logged > 0) tell(c, HOOK.forward, seen, c.inIf, c.outIf)
  c.masquerade = verdict === VERDICT.MASQ && c.outIf === c.wan
  if (c.masquerade) return change(c)
  const passes = verdict === VERDICT.MASQ || verdict === VERDICT.ACCEPT
  if ((passes || c.evaluator.ruleId === 0) && isLetIn(c)) {
    c.masquerade = true
    return change(c)
  }
  if (passes) return change(c)
  if (verdict !== VERDICT.REJECT) return DROP['forward-denied']
  reject(c, ICMP.host)
  return DROP['forward-rejected']
}

/**
 * Sees who really gets a packet that was turned round by a mapping of another machine. Such a mapping is no forward: between two networks of
 * the house `forward` decides, as it does about that machine's own address.
 */
export function judgeTurned(c: Crossing): number {
  if (c.lets !== LETS.mapping || c.outIf === c.inIf) return GO_ON
  const { leaving, evaluator } = c
  copyFields(c)
  leaving.destination = c.table.server(c.slot)
  if (leaving.destinationPort !== 0) leaving.destinationPort = c.table.serverPort(c.slot)
  const verdict = evaluator.evaluate(
    HOOK.forward,
    leaving,
    c.inIf,
    c.outIf,
    STATE.NEW,
    true,
    c.packets,
    c.bytes,
  )
  if (evaluator.logged > 0) tell(c, HOOK.forward, leaving, c.inIf, c.outIf)
  if (verdict === VERDICT.ACCEPT || verdict === VERDICT.MASQ) return GO_ON
  abandon(c)
  if (verdict !== VERDICT.REJECT) return DROP['forward-denied']
  reject(c, ICMP.host)
  return DROP['forward-rejected']
}

/** Sees what will leave: a masqueraded packet with its new source. */
export function judgeOutputOutward(c: Crossing): number {
  const { leaving } = c
  copyFields(c)
  if (c.slot >= 0) {
    leaving.source = c.table.wan(c.slot)
    if (!c.aboutSlot) leaving.destination = c.table.server(c.slot)
    if (leaving.sourcePort !== 0 && !c.aboutSlot) {
      leaving.sourcePort = c.table.masqPort(c.slot)
      leaving.destinationPort = c.table.serverPort(c.slot)
    }
  }
  return judgeOutput(c)
}

/** Sees what will leave: an answer with the client as its destination. */
export function judgeOutputInward(c: Crossing): number {
  const { leaving } = c
  copyFields(c)
  leaving.destination = c.table.client(c.slot)
  if (!c.aboutSlot) leaving.source = c.table.asked(c.slot)
  if (leaving.destinationPort !== 0 && !c.aboutSlot) {
    leaving.destinationPort = c.table.clientPort(c.slot)
    leaving.sourcePort = c.table.askedPort(c.slot)
  }
  return judgeOutput(c)
}

function judgeOutput(c: Crossing): number {
  if (c.inIf === BOX) begin(c)
  const state = c.fresh ? beginning(c) : stateOf(c)
  const verdict = c.evaluator.evaluate(HOOK.output, c.leaving, BOX, c.outIf, state, true, c.packets, c.bytes)
  if (c.evaluator.logged > 0) tell(c, HOOK.output, c.leaving, BOX, c.outIf)
  if (verdict === VERDICT.ACCEPT) {
    if (c.fresh && c.inIf === BOX) c.masq.admittedBy(c.slot, c.evaluator.ruleId)
    return change(c)
  }
  abandon(c)
  if (verdict !== VERDICT.REJECT) return DROP['output-denied']
  reject(c, ICMP.host)
  return DROP['output-rejected']
}

function stateOf(c: Crossing): number {
  if (c.slot < 0) return beginning(c)
  return c.aboutSlot ? STATE.RELATED : STATE.ESTABLISHED
}

/** What a helper waited for is RELATED to the connection that announced it. */
const beginning = (c: Crossing): number => (c.expected >= 0 ? STATE.RELATED : STATE.NEW)

/** To the server that stands behind a constant DNS address. */
function lookLed(c: Crossing): MatchInput {
  copyFields(c)
  c.leaving.destination = c.ledTo
  return c.leaving
}

function copyFields({ leaving, view }: Crossing): void {
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
}

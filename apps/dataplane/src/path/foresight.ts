/**
 * How the first answer to a packet will fare, before it comes: every rule that it will meet is asked now, without counting. So the kernel may carry
 * the answer (ANSWER of @bauta/masq), and half of what a new connection costs the packet thread falls away.
 *
 * What is known of the answer is all that such rules may ask about: its ends, its protocol, that TCP answers with SYN and ACK and a ping with
 * a reply. Where a rule asks about anything else (length, TOS, a limit), or wants something done to packets (Evaluator.varies), nothing
 * is foreseen, and the answer comes up as any packet does.
 */
import { HOOK, type MatchInput, NETFILTER_HOOK, STATE, VERDICT } from '@bauta/chains'
import { ICMP, PROTOCOL, TCP_FLAG } from '@bauta/packet'
import { isMartian } from './arrive.ts'
import { BOX, type Crossing } from './crossing.ts'

class Answer implements MatchInput {
  source = 0
  destination = 0
  protocol = 0
  sourcePort = 0
  destinationPort = 0
  icmpType: number = ICMP.echoReply
  icmpCode = 0
  tcpFlags = 0
  readonly fragmentOffset = 0
  readonly totalLength = 0
  readonly tos = 0
}

const answer = new Answer()

/**
 * The packet in hand has opened its connection, and is about to go out. @returns whether its first answer will be let through to the interface that
 * it came by; then the evaluator has the trail of the answer
 */
export function foreseesAnswer(c: Crossing): boolean {
  const { evaluator, table, slot } = c
  if (!mayCome(c) || c.routeTo(table.client(slot)) !== c.inIf) return false
  evaluator.startTrail()
  lookAsItComes(c)
  const passes = c.netfilter ? passesNetfilter(c) : passesClassic(c)
  return passes && !evaluator.varies
}

/** saneFromWan() of arrive.ts. */
function mayCome(c: Crossing): boolean {
  const server = c.table.server(c.slot)
  if (isMartian(server) || c.isOwn(server) || c.isBroadcast(server)) return false
  const behind = c.routeTo(server)
  return behind === -1 || behind === c.wan
}

function passesClassic(c: Crossing): boolean {
  if (!lets(c, HOOK.input, c.wan, BOX)) return false
  lookAsItLeaves(c)
  answer.source = c.table.asked(c.slot)
  if (answer.sourcePort !== 0) answer.sourcePort = c.table.askedPort(c.slot)
  return lets(c, HOOK.output, BOX, c.inIf)
}

function passesNetfilter(c: Crossing): boolean {
  if (!lets(c, NETFILTER_HOOK.manglePrerouting, c.wan, BOX)) return false
  lookAsItLeaves(c)
  return (
    lets(c, NETFILTER_HOOK.mangleForward, c.wan, c.inIf) &&
    lets(c, NETFILTER_HOOK.forward, c.wan, c.inIf) &&
    lets(c, NETFILTER_HOOK.manglePostrouting, BOX, c.inIf)
  )
}

function lets(c: Crossing, hook: number, inIf: number, outIf: number): boolean {
  return c.evaluator.evaluate(hook, answer, inIf, outIf, STATE.ESTABLISHED, false) === VERDICT.ACCEPT
}

function lookAsItComes({ table, slot, view }: Crossing): void {
  const hasPorts = view.protocol !== PROTOCOL.icmp
  answer.protocol = view.protocol
  answer.source = table.server(slot)
  answer.destination = table.wan(slot)
  answer.sourcePort = hasPorts ? table.serverPort(slot) : 0
  answer.destinationPort = hasPorts ? table.masqPort(slot) : 0
  answer.tcpFlags = view.protocol === PROTOCOL.tcp ? TCP_FLAG.syn | TCP_FLAG.ack : 0
}

function lookAsItLeaves({ table, slot }: Crossing): void {
  answer.destination = table.client(slot)
  if (answer.destinationPort !== 0) answer.destinationPort = table.clientPort(slot)
}

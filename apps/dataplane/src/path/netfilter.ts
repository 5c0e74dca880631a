/**
 * Stations that ask the chains of netfilter, table by table. `leaving` is the packet between its two translations (lookBetween);
 * PREROUTING, before the first of them, sees it as it came.
 */
import { NETFILTER_HOOK as HOOK, type MatchInput, VERDICT } from '@bauta/chains'
import { DROP } from '../drop-reasons.ts'
import { LETS } from './admit.ts'
import { ICMP } from './answer.ts'
import { change, changeRoutedTtl, changeTtl } from './changes.ts'
import { abandon } from './connection.ts'
import { aimAtDnsServer, isForConstantDns } from './constant-dns.ts'
import { BOX, type Crossing, GO_ON } from './crossing.ts'
import { isLed, lead } from './netfilter-forwards.ts'
import { chooseDestination, chooseSource } from './netfilter-nat.ts'
import { lookBetween } from './netfilter-track.ts'
import { reject } from './reject.ts'
import { tell } from './tell.ts'

function ask(c: Crossing, hook: number, input: MatchInput, inIf: number, outIf: number): number {
  const verdict = c.evaluator.evaluate(hook, input, inIf, outIf, c.state, true, c.packets, c.bytes)
  if (c.evaluator.logged > 0) tell(c, hook, input, inIf, outIf)
  return verdict
}

/** @returns GO_ON, or why the packet ends here */
function passed(c: Crossing, verdict: number, denied: number): number {
  if (verdict === VERDICT.ACCEPT) return GO_ON
  abandon(c)
  return verdict === VERDICT.QUEUE ? DROP.queue : denied
}

export const manglePrerouting = (c: Crossing): number =>
  passed(c, ask(c, HOOK.manglePrerouting, c.view, c.inIf, BOX), DROP['prerouting-denied']) ||
  change(c) ||
  changeTtl(c)

const isLedAsExpected = (c: Crossing): boolean => c.expected >= 0 && c.masq.leadsExpected(c.expected)

/** Only the first packet of a connection; the others go where that one went. */
export function natPrerouting(c: Crossing): number {
  if (!c.begins) return GO_ON
  // Where it is led, whoever announced it has said.
  if (isLedAsExpected(c)) {
    c.masq.aimExpected(c.expected, c.wish)
    return GO_ON
  }
  const verdict = ask(c, HOOK.natPrerouting, c.view, c.inIf, BOX)
  if (c.evaluator.ruleId === 0) {
    if (lead(c)) return GO_ON
    if (isForConstantDns(c)) return aimAtDnsServer(c)
  }
  return chooseDestination(c, verdict, DROP['prerouting-denied'])
}

export const mangleInput = (c: Crossing): number =>
  passed(c, ask(c, HOOK.mangleInput, c.leaving, c.inIf, BOX), DROP['input-denied']) || change(c)

export const filterInput = (c: Crossing): number =>
  filter(c, HOOK.input, c.inIf, BOX, DROP['input-denied'], DROP['input-rejected'])

export const mangleForward = (c: Crossing): number =>
  passed(c, ask(c, HOOK.mangleForward, c.leaving, c.inIf, c.outIf), DROP['forward-denied']) || change(c)

export const filterForward = (c: Crossing): number =>
  filter(c, HOOK.forward, c.inIf, c.outIf, DROP['forward-denied'], DROP['forward-rejected'])

export const mangleOutput = (c: Crossing): number =>
  passed(c, ask(c, HOOK.mangleOutput, c.leaving, BOX, c.outIf), DROP['output-denied']) || change(c)

export function natOutput(c: Crossing): number {
  if (!c.begins) return GO_ON
  const verdict = ask(c, HOOK.natOutput, c.leaving, BOX, c.outIf)
  return chooseDestination(c, verdict, DROP['output-denied'])
}

export const filterOutput = (c: Crossing): number =>
  filter(c, HOOK.output, BOX, c.outIf, DROP['output-denied'], DROP['output-rejected'])

export const manglePostrouting = (c: Crossing): number =>
  passed(c, ask(c, HOOK.manglePostrouting, c.leaving, BOX, c.outIf), DROP['postrouting-denied']) ||
  change(c) ||
  (c.inIf === BOX ? changeTtl(c) : changeRoutedTtl(c))

export function natPostrouting(c: Crossing): number {
  if (!c.begins || isLedAsExpected(c)) return GO_ON
  const verdict = ask(c, HOOK.natPostrouting, c.leaving, BOX, c.outIf)
  if (verdict === VERDICT.DENY && c.lets !== LETS.none && isLed(c)) return GO_ON
  return chooseSource(c, verdict, DROP['postrouting-denied'])
}

function filter(
  c: Crossing,
  hook: number,
  inIf: number,
  outIf: number,
  denied: number,
  rejected: number,
): number {
  lookBetween(c)
  const verdict = ask(c, hook, c.leaving, inIf, outIf)
  if (verdict === VERDICT.REJECT) {
    reject(c, ICMP.port)
    return rejected
  }
  c.admittedBy = c.evaluator.ruleId
  if (verdict === VERDICT.DENY && hook === HOOK.forward && isLed(c)) return GO_ON
  return passed(c, verdict, denied)
}

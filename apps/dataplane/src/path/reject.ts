/** What the sender of a rejected packet is told: one of eight kinds (REJECT_WITH of the settings). */
import { clearVnetHeader, VNET_HEADER, writeTcpReset } from '@bauta/packet'
import { GAUGE } from '../counters.ts'
import { answer, ICMP, sendsAnswer, wayOfAnswer } from './answer.ts'
import type { Crossing } from './crossing.ts'

/** ICMP codes of type 3 by the kind's place in REJECT_WITH; the last kind is no ICMP. */
const CODES = [ICMP.port, ICMP.net, ICMP.host, ICMP.proto, ICMP.netProhibited, ICMP.hostProhibited, 13]

/** @param usual the ICMP code where the rule names no kind */
export function reject(c: Crossing, usual: number): void {
  const kind = c.evaluator.targets[c.evaluator.target]!.rejectWith
  if (kind < 0) answer(c, ICMP.unreachable, usual)
  else if (kind < CODES.length) answer(c, ICMP.unreachable, CODES[kind]!)
  else reset(c)
}

/** As the closed port of the one who was meant would; to a reset there is no answer. */
function reset(c: Crossing): void {
  const device = wayOfAnswer(c)
  if (!device || !sendsAnswer(c)) return
  clearVnetHeader(c.scratch, 0)
  const length = writeTcpReset(c.scratch, VNET_HEADER, c.view)
  if (length > 0 && device.write(c.scratch, VNET_HEADER + length) > 0)
    c.counters.gauges[GAUGE.errorsSent]! += 1
}

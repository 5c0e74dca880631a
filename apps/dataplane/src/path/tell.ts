/** Packets that rules want told about: into the log's ring, as the rule saw them. */
import type { MatchInput } from '@bauta/chains'
import { PROTOCOL } from '@bauta/packet'
import { MASQ_FAILURE } from '../packet-log.ts'
import type { Crossing } from './crossing.ts'

/** After every question to the chains. @param seen what they were shown */
export function tell(c: Crossing, hook: number, seen: MatchInput, inIf: number, outIf: number): void {
  const { evaluator, view } = c
  for (let i = 0; i < evaluator.logged; i++)
    c.log.note(
      evaluator.logs[i]!,
      hook,
      seen,
      inIf,
      outIf,
      evaluator.mark,
      c.revision,
      c.packets,
      view.buffer,
      view.ip,
    )
}

/** Ports are taken as 2.2 did, and there was none: as often as 2.2 would have said so. */
export function tellOfFailure(c: Crossing): void {
  const { view, masq } = c
  const why = masq.classicFailure
  if (why === 0) return
  const { udp, tcp, icmp } = masq.free
  const free = view.protocol === PROTOCOL.udp ? udp : view.protocol === PROTOCOL.tcp ? tcp : icmp
  c.log.note(0, MASQ_FAILURE, view, c.inIf, c.outIf, free, c.revision, why, view.buffer, view.ip)
}

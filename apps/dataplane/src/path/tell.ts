/** Packets that rules want told about: into the log's ring, as the rule saw them. */
import type { MatchInput } from '@bauta/chains'
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

/** Rules as one line each, for the rows of connections: the same few stand behind all of them. */
import { ruleToText } from '@bauta/chains'
import type { InForce } from './apply/apply.ts'

export class RuleTexts {
  #texts = new Map<number, string>()
  #revision = -1

  of(id: number, { revision, snapshot }: Pick<InForce, 'revision' | 'snapshot'>): string {
    if (this.#revision !== revision) {
      const { dialect, chains } = snapshot.rules
      this.#texts = new Map(
        chains.flatMap((chain) =>
          chain.rules.map((rule) => [rule.id, ruleToText(rule, undefined, dialect)] as const),
        ),
      )
      this.#revision = revision
    }
    if (id === 0) return 'policy'
    return this.#texts.get(id) ?? `rule ${id} (deleted since)`
  }
}

/**
 * Whether the schema of the settings takes what a command made. Checking every rule again after every line of a long script would take
 * for ever: it is enough to look at the rules that are new, among those that jump (which say what is reached from where).
 */
import { type Rules, rulesSchema } from '@bauta/config'

/** @returns what is wrong, as a sentence, or null */
export function ruleFault(before: Rules, after: Rules): string | null {
  const known = new Set(before.chains.flatMap(({ rules }) => rules))
  let id = 1
  const reduced = {
    ...after,
    chains: after.chains.map((chain) => ({
      ...chain,
      rules: chain.rules
        .filter((rule) => !known.has(rule) || (rule.target !== null && 'chain' in rule.target))
        .map((rule) => ({ ...rule, id: id++ })),
    })),
  }
  const parsed = rulesSchema.safeParse(reduced)
  return parsed.success ? null : parsed.error.issues[0]!.message
}

/** What both translations between the dialects share: notes, and names of chains. */
import {
  BUILT_INS,
  CHAIN_NAME_LENGTH,
  type Chain,
  chainLabel,
  type Dialect,
  RESERVED_NAMES,
  type Rule,
  type Rules,
} from '@bauta/config'
import { ruleToText } from './rule-text.ts'

export interface SwitchNote {
  /** Label of the chain it was in; empty for what concerns all. */
  chain: string
  /** The rule as it was; empty for what concerns the chain. */
  rule: string
  /** What becomes of it. */
  text: string
}

export interface Switched {
  rules: Rules
  notes: SwitchNote[]
}

export class Notes {
  readonly list: SwitchNote[] = []
  readonly #dialect: Dialect
  constructor(dialect: Dialect) {
    this.#dialect = dialect
  }
  all(text: string): void {
    this.list.push({ chain: '', rule: '', text })
  }
  of(chain: Chain, rule: Rule | null, text: string): void {
    const shown = rule ? ruleToText(rule, undefined, this.#dialect) : ''
    this.list.push({ chain: chainLabel(chain), rule: shown, text })
  }
}

export const chainOf = (rules: Rules, label: string): Chain =>
  rules.chains.find((chain) => chainLabel(chain) === label)!

/** @returns the new name of every user chain, by its old label */
export function nameMap(old: Rules, dialect: Dialect, notes: Notes): Map<string, string> {
  const taken = new Set(BUILT_INS[dialect].map(({ name }) => name))
  const reserved: readonly string[] = RESERVED_NAMES[dialect]
  const found = new Map<string, string>()
  const fits = (name: string) => !taken.has(name) && !reserved.includes(name.toUpperCase())
  for (const chain of old.chains.filter(({ policy }) => policy === null)) {
    const short = chain.name.slice(0, CHAIN_NAME_LENGTH[dialect])
    let name = short
    for (let i = 1; !fits(name); i++)
      name = `${short.slice(0, CHAIN_NAME_LENGTH[dialect] - String(i).length)}${i}`
    if (name !== chain.name) notes.of(chain, null, `is called ${name} from now on`)
    // classic has one table: chains of one name in two tables are two chains there
    taken.add(name)
    found.set(chainLabel(chain), name)
  }
  return found
}

/**
 * Which counter slot belongs to which rule.
 *
 * A rule keeps its slot, and so its counts, as long as it looks the same: a changed rule starts at zero, a moved,
 * commented, disabled or enabled one goes on. What a slot belongs to is written beside the counts, so a restarted
 * dataplane finds them again. Slots of rules that are gone are freed only when their successor is in force.
 */
import { BUILT_INS, chainLabel, type Rule, type Rules } from '@bauta/config'
import { type Counters, hashText, RULE_SLOTS } from './counters.ts'

/** Fields that rules have had only since there are two dialects: left out where they are open, so that older counts go on. */
const YOUNGER: readonly (keyof Rule)[] = [
  ...(['multiport', 'states', 'tos', 'mark', 'mac', 'limit', 'length'] as const),
  ...(['log', 'setMark', 'setTos'] as const),
]

function formOf({ id: _, comment: _c, enabled: _e, ...form }: Rule): number {
  const old = Object.entries(form).filter(([key, value]) => {
    const open = value === null || value === false || (Array.isArray(value) && value.length === 0)
    return !(open && (YOUNGER as readonly string[]).includes(key))
  })
  return hashText(JSON.stringify(Object.fromEntries(old), withoutPlainIcmp))
}

const withoutPlainIcmp = (key: string, value: unknown): unknown =>
  key === 'icmp' && value !== null && !(value as NonNullable<Rule['icmp']>).invert
    ? { ...(value as object), invert: undefined }
    : value

export class RuleSlots {
  readonly #counters: Counters
  readonly #slots = new Map<number, number>()
  #next = 0

  constructor(counters: Counters) {
    this.#counters = counters
    for (let slot = 0; slot < RULE_SLOTS; slot++) {
      const owner = counters.owners[slot]!
      if (owner !== 0) this.#slots.set(owner, slot)
    }
  }

  /** Gives every rule and policy a slot; the slots of changed rules are fresh ones. @throws when there are too many rules */
  assign(rules: Rules): RuleSlotTable {
    const table = new Map<number, number>()
    // a policy of the other dialect is another one
    const form = rules.dialect === 'classic' ? 0 : 1
    const policies = new Map<string, number>()
    BUILT_INS[rules.dialect].forEach((chain, place) => {
      const slot = this.#slotFor(-1 - place, form)
      table.set(-1 - place, slot)
      policies.set(chainLabel(chain), slot)
    })
    for (const chain of rules.chains)
      for (const rule of chain.rules) table.set(rule.id, this.#slotFor(rule.id, formOf(rule)))
    return new RuleSlotTable(table, policies)
  }

  /** Frees what `table` does not use. Call when no thread counts into older slots any more. */
  keepOnly(table: RuleSlotTable): void {
    const { owners } = this.#counters
    const used = new Set(table.slots.values())
    for (let slot = 0; slot < RULE_SLOTS; slot++) if (owners[slot] !== 0 && !used.has(slot)) owners[slot] = 0
    this.#slots.clear()
    for (const [owner, slot] of table.slots) this.#slots.set(owner, slot)
  }

  #slotFor(owner: number, form: number): number {
    const { owners, forms, rules, zeros } = this.#counters
    const known = this.#slots.get(owner)
    if (known !== undefined && forms[known] === form) return known
    for (let tried = 0; tried < RULE_SLOTS; tried++) {
      const slot = this.#next
      this.#next = (this.#next + 1) % RULE_SLOTS
      if (owners[slot] !== 0) continue
      owners[slot] = owner
      forms[slot] = form
      rules[2 * slot] = 0
      rules[2 * slot + 1] = 0
      zeros[2 * slot] = 0
      zeros[2 * slot + 1] = 0
      return slot
    }
    throw new Error(`more than ${RULE_SLOTS} rules cannot be counted; delete some`)
  }
}

/** One assignment: which slot each rule and policy counts into. */
export class RuleSlotTable {
  readonly slots: ReadonlyMap<number, number>
  readonly #policies: ReadonlyMap<string, number>
  constructor(slots: ReadonlyMap<number, number>, policies: ReadonlyMap<string, number>) {
    this.slots = slots
    this.#policies = policies
  }
  ofRule = (id: number): number => this.slots.get(id) ?? -1
  /** @param chain its label */
  ofPolicy = (chain: string): number => this.#policies.get(chain) ?? -1
}

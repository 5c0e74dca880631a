import { anyRule, BUILT_INS, emptyRules, rulesSchema } from '@bauta/config'
import { describe, expect, it } from 'vitest'
import { formOfRule, ruleOfForm } from './rule-form.ts'
import { targetsFor } from './target-form.ts'

/** What makes a target complete enough for the schema. */
const FILLED = { to: '192.0.2.1', value: '5', protocol: '6', flags: 'new' as const }

describe.each(['classic', 'netfilter'] as const)('in the %s dialect', (dialect) => {
  it('every target that is offered may stand in its chain, and none of the other dialect is offered', () => {
    BUILT_INS[dialect].forEach(({ table, name }, index) => {
      for (const target of targetsFor(dialect, table, name)) {
        const rules = emptyRules(dialect)
        rules.chains[index]!.rules.push(ruleOfForm({ ...formOfRule(anyRule(1)), ...FILLED, target }, 1))
        const faults = rulesSchema.safeParse(rules).error?.issues.map(({ message }) => message) ?? []
        // MASQ and REDIRECT have one chain of the three, which the page says where they are chosen
        if (dialect === 'classic' && faults.length > 0) expect(faults[0]).toMatch(/belongs in the/)
        else expect([table, name, target, ...faults]).toEqual([table, name, target])
      }
    })
  })
})

it('offers what a chain can do', () => {
  expect(targetsFor('netfilter', 'nat', 'POSTROUTING')).toContain('verdict:SNAT')
  expect(targetsFor('netfilter', 'nat', 'POSTROUTING')).not.toContain('verdict:DNAT')
  expect(targetsFor('netfilter', 'filter', 'INPUT')).not.toContain('action:MARK')
  expect(targetsFor('classic', 'filter', 'forward')).not.toContain('action:LOG')
})

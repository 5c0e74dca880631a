'use client'

import { ruleToText } from '@bauta/chains'
import {
  anyRule,
  chainLabel,
  describeRule,
  faultsOf,
  type Rule,
  type Rules,
  rulesSchema,
} from '@bauta/config'
import { type FormEvent, useId, useState } from 'react'
import { faultsBelow } from '../../../forms/faults.ts'
import { Button, Drawer, FormFault } from '../../../ui/index.ts'
import { insertRule, keepRule, nextNewId, placeOf, toJudge } from './draft-operations.ts'
import { RuleFields } from './rule-fields.tsx'
import { faultsByField, formOfRule, type RuleForm, ruleOfForm } from './rule-form.ts'

export interface Editing {
  /** null: a new rule */
  id: number | null
  chain: string
  rule?: Rule
  /** Where a new one goes. */
  at?: number
}

interface RuleDrawerProps {
  editing: Editing
  rules: Rules
  devices: readonly string[]
  onClose: () => void
  onKeep: (rule: Rule, chain: string) => void
}

/** One rule with every field. What is kept here lands in the draft; nothing is applied yet. */
export function RuleDrawer({ editing, rules, devices, onClose, onKeep }: RuleDrawerProps) {
  const formId = useId()
  const id = editing.id ?? nextNewId(rules)
  const [form, setForm] = useState<RuleForm>(() =>
    formOfRule(editing.rule ?? { ...anyRule(id), target: { verdict: 'DENY' } }),
  )
  const [chain, setChain] = useState(editing.chain)
  const [tried, setTried] = useState(false)
  const rule = ruleOfForm(form, id)
  const faults = faultsInPlace(rules, chain, rule)

  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (Object.keys(faults).length === 0) onKeep(rule, chain)
  }
  return (
    <Drawer
      open
      onOpenChange={(open) => !open && onClose()}
      title={editing.id === null ? `New rule in ${chain}` : id < 0 ? 'Edit the new rule' : `Edit rule ${id}`}
      description="Empty fields match everything. The rule goes into the draft; you apply it at the top of the page."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form={formId}>
            Keep in the draft
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={submit} className="grid gap-5">
        <div className="rounded-control border border-line bg-sunken px-3 py-2">
          <p className="min-h-5">{describeRule(rule)}</p>
          <code className="block font-mono text-xs break-words text-mute">
            {ruleToText(rule, chain, rules.dialect)}
          </code>
        </div>
        {tried && <FormFault>{faults.form}</FormFault>}
        <RuleFields
          form={form}
          chain={chain}
          rules={rules}
          devices={devices}
          faults={faults}
          onChange={(change) => setForm({ ...form, ...change })}
          onChain={setChain}
        />
      </form>
    </Drawer>
  )
}

/** What the schema says about this rule, and about this rule in its chain. */
function faultsInPlace(rules: Rules, chain: string, rule: Rule) {
  const known = placeOf(rules, rule.id) !== null
  const next = known ? keepRule(rules, chain, rule) : insertRule(rules, chain, rule)
  const judged = rulesSchema.safeParse(toJudge(next))
  if (judged.success) return {}
  const at = placeOf(next, rule.id)!
  const index = next.chains.findIndex((one) => chainLabel(one) === chain)
  const faults = faultsOf(judged.error)
  const own = faultsBelow(faults, ['chains', index, 'rules', at.at])
  const circle = faults.filter(({ path }) => path.length === 1)
  return faultsByField([...own, ...circle.map(({ message }) => ({ path: ['target'], message }))])
}

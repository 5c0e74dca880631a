'use client'

import { referencesTo } from '@bauta/chains'
import {
  type Chain,
  chainLabel,
  type Dialect,
  type Fault,
  POLICIES,
  type Policy,
  type Rule,
  type Rules,
  shownName,
} from '@bauta/config'
import { useEffect, useRef, useState } from 'react'
import { chainAnchor } from '../../../forms/anchors.ts'
import { isUnder, messageAt } from '../../../forms/faults.ts'
import { plural } from '../../../live/format.ts'
import {
  Button,
  Card,
  Menu,
  MenuItem,
  Num,
  Select,
  Table,
  TBody,
  Td,
  THead,
  Th,
  Tr,
} from '../../../ui/index.ts'
import { PolicyCountCells } from './count-cells.tsx'
import { findRule, isBuiltIn, isNew, jumpsTo } from './draft-operations.ts'
import { RuleRow } from './rule-row.tsx'

export interface ChainActions {
  edit: (rule: Rule) => void
  add: (at: number) => void
  enable: (rule: Rule, enabled: boolean) => void
  move: (rule: Rule, by: number) => void
  moveTo: (rule: Rule, chain: string, at: number) => void
  duplicate: (rule: Rule) => void
  remove: (rule: Rule) => void
  policy: (policy: Policy) => void
  rename: () => void
  removeChain: () => void
}

interface ChainCardProps {
  chain: Chain
  rules: Rules
  /** What the draft was made from; undefined without a draft. */
  origin: Rules | undefined
  faults: readonly Fault[]
  visible: (rule: Rule) => boolean
  searching: boolean
  actions: ChainActions
}

const MEETS: Record<string, string> = {
  input: 'meets every packet that comes in',
  forward: 'meets what goes through the box',
  output: 'meets every packet that leaves',
  INPUT: 'meets what is for the box itself',
  FORWARD: 'meets what goes through the box',
  OUTPUT: 'meets what the box itself sends',
  'nat PREROUTING': 'new destinations, once for each connection',
  'nat POSTROUTING': 'new sources, once for each connection',
  'nat OUTPUT': 'the box’s own connections',
  'mangle PREROUTING': 'every packet as it comes in',
  'mangle INPUT': 'before INPUT',
  'mangle FORWARD': 'before FORWARD',
  'mangle OUTPUT': 'before OUTPUT',
  'mangle POSTROUTING': 'every packet as it leaves',
}

export function ChainCard(props: ChainCardProps) {
  const { chain, rules, origin, faults, visible, searching, actions } = props
  const index = rules.chains.indexOf(chain)
  const label = chainLabel(chain)
  const shown = chain.rules.filter(visible)
  const body = useMovedFocus()
  const others = rules.chains.map(chainLabel).filter((other) => other !== label)
  return (
    <Card
      id={chainAnchor(label)}
      flush
      heading={rules.dialect === 'netfilter' ? 'h3' : 'h2'}
      title={
        <>
          <span className="num text-lg">{label}</span>{' '}
          <span className="ml-1.5 font-normal text-mute max-sm:hidden">{meets(chain, rules)}</span>
        </>
      }
      aside={
        <>
          {!isBuiltIn(chain) && <ChainMenu chain={chain} rules={rules} actions={actions} />}
          <Button size="small" onClick={() => actions.add(chain.rules.length)}>
            Add rule
          </Button>
        </>
      }
      className="overflow-x-clip pb-1 *:first:pr-3 data-here:border-warn"
    >
      <div className="px-4.5">
        <Table caption={`Rules of ${label}`} fixed>
          <THead>
            <Th className="w-9">No.</Th>
            <Th className="w-13">On</Th>
            <Th>Rule</Th>
            <Th className="w-30">Target</Th>
            <Th numeric className="w-25">
              Packets
            </Th>
            <Th numeric className="w-21 max-xl:hidden">
              Bytes
            </Th>
            <Th className="w-39 text-right max-xl:hidden">
              <span className="sr-only">Actions</span>
            </Th>
          </THead>
          <TBody ref={body.ref}>
            {shown.map((rule) => {
              const at = chain.rules.indexOf(rule)
              return (
                <RuleRow
                  key={rule.id}
                  rule={rule}
                  chain={label}
                  dialect={rules.dialect}
                  others={others}
                  at={at}
                  last={chain.rules.length - 1}
                  mark={markOf(rule, origin)}
                  fault={messageAt(faults, ['chains', index, 'rules', at])}
                  fixedOrder={searching}
                  actions={actions}
                  onMove={(by) => {
                    body.follow(rule.id, by)
                    actions.move(rule, by)
                  }}
                />
              )
            })}
            {shown.length === 0 && <Nothing searching={searching && chain.rules.length > 0} />}
            <EndRow
              chain={chain}
              dialect={rules.dialect}
              fault={faults.find(({ path }) => isUnder(path, ['chains', index, 'policy']))?.message}
              onChange={actions.policy}
            />
          </TBody>
        </Table>
      </div>
    </Card>
  )
}

function meets(chain: Chain, rules: Rules): string {
  if (chain.policy !== null) return MEETS[chainLabel(chain)] ?? ''
  const jumps = referencesTo(chain.name, rules, chain.table)
  return jumps === 0
    ? 'no rule jumps here yet'
    : `${plural(jumps, 'rule')} ${jumps === 1 ? 'jumps' : 'jump'} here`
}

function markOf(rule: Rule, origin: Rules | undefined): 'new' | 'changed' | null {
  if (isNew(rule)) return 'new'
  const before = origin && findRule(origin, rule.id)
  return before && JSON.stringify(before) !== JSON.stringify(rule) ? 'changed' : null
}

/** Moving a row takes it out of the document for a moment, and the focus with it: it goes back to the button pressed. */
function useMovedFocus() {
  const ref = useRef<HTMLTableSectionElement>(null)
  const [moved, setMoved] = useState<{ id: number; way: 'up' | 'down' } | null>(null)
  useEffect(() => {
    if (!moved) return
    // A row has its buttons twice, for wide and for narrow windows; one of them is in sight.
    const find = (way: string) =>
      [...(ref.current?.querySelectorAll<HTMLButtonElement>(`[data-move="${moved.id} ${way}"]`) ?? [])].find(
        (button) => !button.disabled && button.checkVisibility(),
      )
    const button = find(moved.way) ?? find(moved.way === 'up' ? 'down' : 'up')
    button?.focus()
  }, [moved])
  return { ref, follow: (id: number, by: number) => setMoved({ id, way: by < 0 ? 'up' : 'down' }) }
}

function Nothing({ searching }: { searching: boolean }) {
  return (
    <Tr>
      <Td colSpan={5} phone="full" className="text-mute">
        {searching
          ? 'No rule of this chain matches the search.'
          : 'No rules yet: the last line decides for everything.'}
      </Td>
      <Td colSpan={2} className="max-xl:hidden" />
    </Tr>
  )
}

interface EndRowProps {
  chain: Chain
  dialect: Dialect
  fault: string | undefined
  onChange: (policy: Policy) => void
}

/** What happens to packets that no rule decided about. */
function EndRow({ chain, dialect, fault, onChange }: EndRowProps) {
  const choices = POLICIES.filter((policy) =>
    dialect === 'netfilter'
      ? policy === 'ACCEPT' || policy === 'DENY'
      : policy !== 'MASQ' || chain.name === 'forward',
  )
  return (
    <Tr className="bg-transparent">
      <Td colSpan={3} phone="lead" className="text-mute">
        {chain.policy === null
          ? 'End of the chain: back to the rule after the jump.'
          : 'What no rule decided gets the policy:'}
        {fault && <span className="block font-medium text-bad">{fault}</span>}
      </Td>
      <Td phone="trail">
        {chain.policy !== null && (
          <Select
            aria-label={`Policy of ${chainLabel(chain)}`}
            value={chain.policy}
            onChange={(event) => onChange(event.target.value as Policy)}
            className="num h-7! w-26! py-0 max-sm:h-11! max-sm:w-32!"
          >
            {choices.map((policy) => (
              <option key={policy} value={policy}>
                {shownName(policy, dialect)}
              </option>
            ))}
          </Select>
        )}
      </Td>
      {chain.policy === null ? (
        <Td colSpan={2} className="max-xl:hidden" />
      ) : (
        <PolicyCountCells chain={chainLabel(chain)} />
      )}
      <Td className="max-xl:hidden" />
    </Tr>
  )
}

function ChainMenu({ chain, rules, actions }: Pick<ChainCardProps, 'chain' | 'rules' | 'actions'>) {
  const jumps = jumpsTo(rules, chainLabel(chain)).length
  return (
    <Menu
      trigger={
        <Button size="small" kind="quiet">
          Chain
        </Button>
      }
    >
      <MenuItem onSelect={actions.rename}>Rename</MenuItem>
      <MenuItem
        danger
        disabled={jumps > 0}
        onSelect={actions.removeChain}
        note={jumps > 0 ? <Num>{plural(jumps, 'jump')} left</Num> : undefined}
      >
        Delete chain
      </MenuItem>
    </Menu>
  )
}

'use client'

import { ruleToText, targetName } from '@bauta/chains'
import { type Dialect, describeRule, type Rule } from '@bauta/config'
import clsx from 'clsx'
import { useRouter } from 'next/navigation'
import type { KeyboardEvent } from 'react'
import { ruleAnchor } from '../../../forms/anchors.ts'
import { Button, Menu, MenuItem, MenuSeparator, Switch, Tag, Td, Tr, VerdictTag } from '../../../ui/index.ts'
import type { ChainActions } from './chain-card.tsx'
import { RuleCountCells } from './count-cells.tsx'
import { isNew } from './draft-operations.ts'
import { logSearch } from './log-search.ts'

interface RuleRowProps {
  rule: Rule
  chain: string
  dialect: Dialect
  others: readonly string[]
  /** Place in the chain, from 0. */
  at: number
  last: number
  mark: 'new' | 'changed' | null
  fault: string | undefined
  /** While searching, rows are not moved: their neighbours are out of sight. */
  fixedOrder: boolean
  actions: ChainActions
  onMove: (by: number) => void
}

export function RuleRow(props: RuleRowProps) {
  const { rule, chain, at, mark, fault, actions, onMove, fixedOrder } = props
  const words = describeRule(rule)
  const name = isNew(rule) ? `new rule at place ${at + 1}` : `rule ${rule.id}`
  const onKey = (event: KeyboardEvent) => {
    if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') || fixedOrder) return
    event.preventDefault()
    onMove(event.key === 'ArrowUp' ? -1 : 1)
  }
  return (
    <Tr
      id={ruleAnchor(rule.id)}
      onKeyDown={onKey}
      className={clsx('group data-here:bg-warn-soft', fault ? 'bg-bad-soft' : 'hover:not-data-here:bg-hover')}
    >
      <Td mono className="text-mute">
        {at + 1}
      </Td>
      <Td phone="hide" className="align-top!">
        <Enabled rule={rule} name={name} actions={actions} />
      </Td>
      <Td phone="lead" className="min-w-0">
        <div className={clsx('min-w-0', !rule.enabled && 'text-mute')}>
          <span className="num mr-1.5 text-mute sm:hidden">{at + 1}</span>
          {mark && (
            <Tag tone="warn" className="mr-1.5">
              {mark}
            </Tag>
          )}
          <span className={clsx(rule.comment && 'font-medium', 'break-words')}>{rule.comment || words}</span>
          {rule.comment && <span className="block break-words text-mute">{words}</span>}
          <code className="block font-mono text-xs break-words text-mute">
            {isNew(rule) ? '' : `#${rule.id} `}
            {ruleToText(rule, chain, props.dialect)}
          </code>
          <div className="mt-1 -ml-2 flex gap-0.5 max-sm:hidden xl:hidden">
            <RowActions {...props} name={name} />
          </div>
          {fault && <span className="block font-medium text-bad">{fault}</span>}
        </div>
      </Td>
      <Td phone="trail">
        <Target rule={rule} dialect={props.dialect} />
      </Td>
      <RuleCountCells id={rule.id} />
      <Td phone="full" className="py-1! max-sm:pt-1.5! sm:max-xl:hidden">
        <div className="flex items-center justify-end gap-0.5">
          <span className="mr-auto sm:hidden">
            <Enabled rule={rule} name={name} actions={actions} label="On" />
          </span>
          <RowActions {...props} name={name} />
        </div>
      </Td>
    </Tr>
  )
}

interface Named {
  name: string
}

function Enabled({
  rule,
  name,
  actions,
  label,
}: Pick<RuleRowProps, 'rule' | 'actions'> & Named & { label?: string }) {
  return (
    <Switch
      {...(label ? { label } : {})}
      aria-label={`${name} is on`}
      checked={rule.enabled}
      onChange={(event) => actions.enable(rule, event.target.checked)}
    />
  )
}

function Target({ rule, dialect }: Pick<RuleRowProps, 'rule' | 'dialect'>) {
  const name = targetName(rule, dialect)
  if (name === null) return <Tag>count</Tag>
  return rule.target && 'chain' in rule.target ? (
    <Tag tone="down">→ {name}</Tag>
  ) : (
    <VerdictTag verdict={name} />
  )
}

function RowActions(props: RuleRowProps & Named) {
  return (
    <>
      <MoveButtons {...props} />
      <Button size="small" kind="quiet" onClick={() => props.actions.edit(props.rule)}>
        Edit<span className="sr-only"> {props.name}</span>
      </Button>
      <RowMenu {...props} />
    </>
  )
}

function MoveButtons({ rule, at, last, fixedOrder, onMove, name }: RuleRowProps & Named) {
  const buttons = [
    { way: 'up', by: -1, sign: '↑', disabled: at === 0 },
    { way: 'down', by: 1, sign: '↓', disabled: at === last },
  ]
  return buttons.map(({ way, by, sign, disabled }) => (
    <Button
      key={way}
      size="small"
      kind="quiet"
      data-move={`${rule.id} ${way}`}
      aria-label={`Move ${name} ${way}`}
      title={`Move ${way} (Alt+${sign})`}
      disabled={disabled || fixedOrder}
      onClick={() => onMove(by)}
      className="max-sm:min-w-11"
    >
      {sign}
    </Button>
  ))
}

function RowMenu({
  rule,
  chain,
  others,
  at,
  last,
  fixedOrder,
  actions,
  name,
  dialect,
}: RuleRowProps & Named) {
  const router = useRouter()
  const log = logSearch(rule, chain, dialect)
  return (
    <Menu
      trigger={
        <Button size="small" kind="quiet" aria-label={`More for ${name}`}>
          More
        </Button>
      }
    >
      <MenuItem onSelect={() => actions.add(at)}>Add rule above</MenuItem>
      <MenuItem onSelect={() => actions.duplicate(rule)}>Duplicate</MenuItem>
      <MenuItem disabled={at === 0 || fixedOrder} onSelect={() => actions.moveTo(rule, chain, 0)}>
        Move to the top
      </MenuItem>
      <MenuItem disabled={at === last || fixedOrder} onSelect={() => actions.moveTo(rule, chain, last)}>
        Move to the bottom
      </MenuItem>
      {others.slice(0, 8).map((other) => (
        <MenuItem key={other} onSelect={() => actions.moveTo(rule, other, Number.POSITIVE_INFINITY)}>
          Move to {other}
        </MenuItem>
      ))}
      {!isNew(rule) && (
        <>
          <MenuSeparator />
          <MenuItem onSelect={() => router.push(`/why?rule=${rule.id}`)}>Try a packet of it</MenuItem>
          <MenuItem onSelect={() => router.push(`/connections?q=rule:${rule.id}`)}>
            Connections it let in
          </MenuItem>
          {log !== null && (
            <MenuItem onSelect={() => router.push(`/system?log=${encodeURIComponent(log)}#log`)}>
              Packets it logged
            </MenuItem>
          )}
        </>
      )}
      <MenuSeparator />
      <MenuItem danger onSelect={() => actions.remove(rule)}>
        Delete
      </MenuItem>
    </Menu>
  )
}

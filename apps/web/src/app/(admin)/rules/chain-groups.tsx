'use client'

import type { Chain, Rules, Table } from '@bauta/config'
import { type ReactNode, useId } from 'react'
import { plural } from '../../../live/format.ts'

const TABLES: readonly { table: Table; title: string; lead: string }[] = [
  { table: 'filter', title: 'What may pass', lead: 'The table filter lets packets through, or does not.' },
  {
    table: 'nat',
    title: 'Whose address it carries',
    lead: 'The table nat is asked about the first packet of a connection; the rest follow it.',
  },
  {
    table: 'mangle',
    title: 'What is changed on the way',
    lead: 'The table mangle sets marks, TOS, TTL and MSS on every packet.',
  },
]

interface ChainGroupsProps {
  rules: Rules
  /** A card for each chain, in the order of the rules. */
  cards: readonly ReactNode[]
}

/** Chains of netfilter by their table, in the order in which people think of them; 2.2 had no tables. */
export function ChainGroups({ rules, cards }: ChainGroupsProps) {
  if (rules.dialect === 'classic') return cards
  return TABLES.map(({ table, title, lead }) => {
    const own = rules.chains.flatMap((chain, i) => (chain.table === table ? [{ chain, card: cards[i] }] : []))
    const idle = table === 'filter' ? [] : own.filter(({ chain }) => isIdle(chain))
    return (
      <Group key={table} table={table} title={title} lead={lead}>
        {own.filter((one) => !idle.includes(one)).map(({ card }) => card)}
        {idle.length > 0 && (
          <details className="open:*:not-first:mt-3">
            <summary className="cursor-pointer py-1 text-mute hover:text-ink">
              {plural(idle.length, 'chain')} without a rule:{' '}
              <span className="num">{idle.map(({ chain }) => chain.name).join(', ')}</span>
            </summary>
            {idle.map(({ card }) => card)}
          </details>
        )}
      </Group>
    )
  })
}

/** It lets everything pass and has no rule. */
const isIdle = ({ rules, policy }: Chain) => rules.length === 0 && policy === 'ACCEPT'

interface GroupProps {
  table: Table
  title: string
  lead: string
  children: ReactNode
}

function Group({ table, title, lead, children }: GroupProps) {
  const id = useId()
  return (
    <section aria-labelledby={id} className="grid min-w-0 gap-3">
      <header className="mt-2 border-b border-seam pb-1.5">
        <h2 id={id} className="flex flex-wrap items-baseline gap-x-2.5 text-lg">
          <span className="num">{table}</span>
          <span className="font-normal text-mute">{title}</span>
        </h2>
        <p className="text-sm text-mute">{lead}</p>
      </header>
      {children}
    </section>
  )
}

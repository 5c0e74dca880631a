/** Accounting of ipfwadm on chains of 2.2: rules without target in chains of their own, which input and output ask first. */
import { anyRule, type Rules } from '@bauta/config'
import type { Edit } from './edit.ts'

export const ACCOUNTING = { in: 'acctin', out: 'acctout', both: 'acctboth' } as const
export type Direction = keyof typeof ACCOUNTING

/** @returns the accounting chains that there are */
export const accountingChains = (rules: Rules): string[] =>
  Object.values(ACCOUNTING).filter((name) => rules.chains.some((chain) => chain.name === name))

/** Makes the chain and has input and output ask it, where that is not so yet. */
export function accountingChain(rules: Rules, name: string, direction: Direction): Edit[] {
  if (rules.chains.some((chain) => chain.name === name)) return []
  const callers = { in: ['input'], out: ['output'], both: ['input', 'output'] }[direction]
  return [
    { do: 'new-chain', at: { table: 'filter', name } },
    ...callers.map(
      (caller): Edit => ({
        do: 'insert',
        at: { table: 'filter', name: caller },
        number: 1,
        rules: [{ ...anyRule(1), target: { chain: name } }],
      }),
    ),
  ]
}

'use client'

/**
 * Live counters of rules and policies. They come every second, and only the cells that show them are drawn again: a
 * chain may have hundreds of rows, and a row has buttons and menus that a count does not change.
 */
import type { Count } from '@bauta/chains'
import { createContext, type ReactNode, useContext, useMemo } from 'react'
import { useCounters } from '../../../live/use-live.ts'

interface Counts {
  rules: ReadonlyMap<number, Count>
  policies: ReadonlyMap<string, Count>
}

const CountsContext = createContext<Counts>({ rules: new Map(), policies: new Map() })

export function CountsProvider({ children }: { children: ReactNode }) {
  const { data } = useCounters()
  const counts = useMemo(
    () => ({
      rules: new Map(data?.rules.map((entry) => [entry.id, entry])),
      policies: new Map(data?.policies.map((entry) => [entry.chain, entry])),
    }),
    [data],
  )
  return <CountsContext value={counts}>{children}</CountsContext>
}

export const useRuleCount = (id: number): Count | undefined => useContext(CountsContext).rules.get(id)
export const usePolicyCount = (chain: string): Count | undefined =>
  useContext(CountsContext).policies.get(chain)

'use client'

import type { Counters } from '@bauta/control/schemas'
import { useEffect, useRef, useState } from 'react'
import { useAnchor } from '../../../forms/anchors.ts'
import { useCounters } from '../../../live/use-live.ts'
import { PageHeader } from '../../../ui/index.ts'
import { DropsCard } from './drops-card.tsx'
import { PathsCard } from './paths-card.tsx'
import { ProcCard } from './proc-card.tsx'
import { dropRates, type Rates } from './rates.ts'

export function CountersPage() {
  const { data: counters } = useCounters()
  const rates = useDropRates(counters)
  useAnchor(counters !== null)
  return (
    <>
      <PageHeader
        title="Counters"
        lead="What the box carried, what it dropped and why, and the files that Linux 2.2 had for it."
      />
      <div className="grid items-start gap-4">
        <PathsCard counters={counters} />
        <DropsCard counters={counters} rates={rates} />
        <ProcCard />
      </div>
    </>
  )
}

function useDropRates(counters: Counters | null): Rates {
  const last = useRef<Counters | null>(null)
  const [rates, setRates] = useState<Rates>(new Map())
  useEffect(() => {
    if (!counters || counters === last.current) return
    setRates(dropRates(last.current, counters))
    last.current = counters
  }, [counters])
  return rates
}

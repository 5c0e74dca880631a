'use client'

import type { Status } from '@bauta/control/schemas'
import clsx from 'clsx'
import { useState } from 'react'
import { bitRate, timeOfDay } from '../../../live/format.ts'
import { Card, Num, Skeleton } from '../../../ui/index.ts'
import { type Sample, summaryOf } from './samples.ts'
import { ThroughputChart } from './throughput-chart.tsx'

interface ThroughputCardProps {
  status: Status | null
}

const NO_SAMPLES: readonly Sample[] = []

/** Five minutes of both directions, each on its own scale: at home one is often a hundred times the other. */
export function ThroughputCard({ status }: ThroughputCardProps) {
  const [pointed, setPointed] = useState<Sample | null>(null)
  const samples = status?.history ?? NO_SAMPLES
  return (
    <Card
      title="Throughput"
      aside={pointed ? <span className="num">at {timeOfDay(pointed.at)}</span> : 'last 5 minutes'}
    >
      <Figures
        name="in"
        samples={samples}
        value={pointed?.down ?? status?.rate.down}
        pick={(sample) => sample.down}
      />
      <ThroughputChart
        samples={samples}
        now={status?.now ?? 0}
        direction="down"
        height={112}
        onPoint={setPointed}
      />
      <Figures
        name="out"
        samples={samples}
        value={pointed?.up ?? status?.rate.up}
        pick={(sample) => sample.up}
      />
      <ThroughputChart
        samples={samples}
        now={status?.now ?? 0}
        direction="up"
        height={94}
        onPoint={setPointed}
        axis
      />
    </Card>
  )
}

interface FiguresProps {
  name: 'in' | 'out'
  samples: readonly Sample[]
  value: number | undefined
  pick: (sample: Sample) => number
}

/** The same in words and figures: all that the curve says to those who do not see it. */
function Figures({ name, samples, value, pick }: FiguresProps) {
  const { peak, mean } = summaryOf(samples, pick)
  return (
    <p className="flex h-6 items-baseline gap-4">
      <span className={clsx('w-7 font-semibold', name === 'in' ? 'text-down' : 'text-up')}>{name}</span>
      {value === undefined ? (
        <Skeleton className="h-3 w-56" />
      ) : (
        <>
          <Num className="inline-block min-w-[11ch] font-semibold">{bitRate(value)}</Num>
          <span className="text-sm text-mute">
            peak <Num className="inline-block min-w-[11ch]">{bitRate(peak)}</Num>
          </span>
          <span className="text-sm text-mute max-sm:hidden">
            mean <Num>{bitRate(mean)}</Num>
          </span>
        </>
      )}
    </p>
  )
}

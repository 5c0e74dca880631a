'use client'

import clsx from 'clsx'
import type { ReactNode } from 'react'
import { Entrance } from '../../ui/entrance.tsx'

const STEPS = ['Own it', 'Internet', 'Home network', 'Check', 'Done'] as const

interface StepFrameProps {
  /** 1 to 5 */
  step: number
  title: string
  lead: ReactNode
  children: ReactNode
  wide?: boolean
}

/** One screen of the first run: which it is of how many, what it is about, and its form. */
export function StepFrame({ step, title, lead, children, wide = true }: StepFrameProps) {
  return (
    <Entrance title={title} lead={lead} wide={wide} aside={<Steps at={step} />}>
      {children}
    </Entrance>
  )
}

function Steps({ at }: { at: number }) {
  return (
    <div className="text-right text-sm text-mute">
      <p>
        Step <span className="num">{at}</span> of <span className="num">{STEPS.length}</span>
        <span className="max-sm:hidden"> · {STEPS[at - 1]}</span>
      </p>
      <div aria-hidden className="mt-1.5 flex justify-end gap-1">
        {STEPS.map((name, i) => (
          <span key={name} className={clsx('h-1 w-6 rounded-full', i < at ? 'bg-accent' : 'bg-line')} />
        ))}
      </div>
    </div>
  )
}

/** The way on stands at the right end, and on phones under the thumb; the ways out beside it. */
export function StepActions({ children, later }: { children: ReactNode; later?: ReactNode }) {
  return (
    <div className="mt-6 flex items-center gap-2 border-t border-line pt-4.5 max-sm:flex-col-reverse max-sm:items-stretch">
      {later}
      <div className="flex justify-end gap-2 max-sm:flex-col-reverse sm:ml-auto">{children}</div>
    </div>
  )
}

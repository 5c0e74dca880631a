'use client'

import type { ComponentProps, ReactNode } from 'react'
import { Segmented } from '../../../ui/index.ts'

interface ExplainedChoiceProps<T extends string> extends ComponentProps<typeof Segmented<T>> {
  /** Beside the choice, as the label of a field stands beside its figure. */
  title: string
  /** What the value means. */
  explain: Record<T, ReactNode>
}

/** A choice in a row of fields: what it is about, the choice, and what that means. */
export function ExplainedChoice<T extends string>({ title, explain, ...choice }: ExplainedChoiceProps<T>) {
  return (
    <div className="grid gap-x-4 gap-y-1 md:grid-cols-[10rem_minmax(0,16rem)_minmax(0,1fr)] md:items-baseline">
      <span aria-hidden className="font-medium">
        {title}
      </span>
      <Segmented {...choice} className="justify-self-start" />
      <p className="min-h-5 text-sm text-mute">{explain[choice.value]}</p>
    </div>
  )
}

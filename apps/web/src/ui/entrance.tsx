import clsx from 'clsx'
import type { ReactNode } from 'react'
import { Mask } from './mask.tsx'

interface EntranceProps {
  title: string
  lead: ReactNode
  children: ReactNode
  /** Beside the name of the box, at the right end. */
  aside?: ReactNode
  /** For more than two fields. */
  wide?: boolean
}

/** The frame of the pages before the door: one panel, nothing beside it. */
export function Entrance({ title, lead, children, aside, wide }: EntranceProps) {
  return (
    <main
      className={clsx(
        'mx-auto flex min-h-dvh w-full flex-col justify-start px-4 pb-8',
        wide ? 'max-w-[38rem] pt-[7vh]' : 'max-w-[27rem] pt-[12vh]',
      )}
    >
      <div className="mb-5 flex min-h-10 items-center gap-3 px-1">
        <Mask className="size-10" />
        <span className="text-xl font-semibold">Bauta</span>
        {aside && <div className="ml-auto">{aside}</div>}
      </div>
      <div className="rounded-card border border-line bg-panel px-6 py-6 max-sm:px-4.5">
        <h1 className="text-lg">{title}</h1>
        <div className="mt-1 mb-5 text-mute">{lead}</div>
        {children}
      </div>
    </main>
  )
}

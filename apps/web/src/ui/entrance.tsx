import type { ReactNode } from 'react'
import { Mask } from './mask.tsx'

/** The frame of the pages before the door: one panel, nothing beside it. */
export function Entrance({ title, lead, children }: { title: string; lead: ReactNode; children: ReactNode }) {
  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-[27rem] flex-col justify-start px-4 pt-[12vh] pb-8">
      <div className="mb-5 flex items-center gap-3 px-1">
        <Mask className="size-10" />
        <span className="text-xl font-semibold">Bauta</span>
      </div>
      <div className="rounded-card border border-line bg-panel px-6 py-6">
        <h1 className="text-lg">{title}</h1>
        <div className="mt-1 mb-5 text-mute">{lead}</div>
        {children}
      </div>
    </main>
  )
}

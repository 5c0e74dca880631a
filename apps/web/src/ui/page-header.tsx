import type { ReactNode } from 'react'

interface PageHeaderProps {
  title: string
  /** One sentence: what this page shows or decides. */
  lead?: ReactNode
  /** Buttons of the whole page. */
  actions?: ReactNode
}

export function PageHeader({ title, lead, actions }: PageHeaderProps) {
  return (
    <div className="mb-4 flex flex-wrap items-end gap-x-6 gap-y-3">
      <div className="min-w-0 flex-1 basis-72">
        <h1 className="text-xl">{title}</h1>
        {lead && <p className="mt-0.5 max-w-[72ch] text-mute">{lead}</p>}
      </div>
      {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </div>
  )
}

import type { ReactNode } from 'react'

/** Nothing to show: why, and what would change that. */
export function EmptyState({
  title,
  children,
  action,
}: {
  title: string
  children?: ReactNode
  action?: ReactNode
}) {
  return (
    <div className="grid min-h-40 place-content-center justify-items-center gap-1 px-4 py-8 text-center">
      <p className="font-semibold">{title}</p>
      {children && <p className="max-w-[52ch] text-mute">{children}</p>}
      {action && <div className="mt-3">{action}</div>}
    </div>
  )
}

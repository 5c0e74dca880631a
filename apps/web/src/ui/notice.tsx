import clsx from 'clsx'
import type { ReactNode } from 'react'

export type NoticeTone = 'info' | 'good' | 'warn' | 'bad'

const TONES: Record<NoticeTone, string> = {
  info: 'border-line bg-sunken',
  good: 'border-good/40 bg-good-soft text-good',
  warn: 'border-warn/40 bg-warn-soft text-warn',
  bad: 'border-bad/40 bg-bad-soft text-bad',
}

interface NoticeProps {
  tone?: NoticeTone
  title?: ReactNode
  children?: ReactNode
  action?: ReactNode
  /** Read out when it appears; only for what has just happened. */
  live?: boolean
  className?: string
}

/** A sentence that stays: what is so, and what to do about it. */
export function Notice({ tone = 'info', title, children, action, live, className }: NoticeProps) {
  return (
    <div
      role={live ? (tone === 'bad' ? 'alert' : 'status') : undefined}
      className={clsx(
        'flex flex-wrap items-center gap-x-4 gap-y-2 rounded-card border px-4 py-2.5',
        TONES[tone],
        className,
      )}
    >
      <div className="min-w-0 flex-1 basis-64">
        {title && <p className="font-semibold">{title}</p>}
        {children && <div className={clsx(title && 'text-ink')}>{children}</div>}
      </div>
      {action}
    </div>
  )
}

'use client'

import clsx from 'clsx'
import { type KeyboardEvent, useRef } from 'react'
import { moment } from '../../../live/format.ts'
import { Button, Tag } from '../../../ui/index.ts'
import { NOUN_TITLES } from './before-after.ts'
import type { RevisionHead } from './revisions.ts'

interface RevisionListProps {
  revisions: readonly RevisionHead[]
  shown: number | null
  /** Somebody chose it; otherwise it is only the newest. */
  marked: boolean
  /** In force now. */
  current: number | undefined
  onShow: (number: number) => void
  more: boolean
  loadingMore: boolean
  onMore: () => void
}

/** Newest first. Arrow keys go from one to the next, Enter opens. */
export function RevisionList({
  revisions,
  shown,
  marked,
  current,
  onShow,
  more,
  loadingMore,
  onMore,
}: RevisionListProps) {
  const list = useRef<HTMLOListElement>(null)
  const onKey = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step === 0) return
    const buttons = [...(list.current?.querySelectorAll('button') ?? [])]
    const next = buttons[buttons.indexOf(document.activeElement as HTMLButtonElement) + step]
    if (!next) return
    event.preventDefault()
    next.focus()
  }
  return (
    <nav aria-label="Revisions" className="overflow-clip rounded-card border border-line bg-panel">
      <ol ref={list} onKeyDown={onKey}>
        {revisions.map((revision) => (
          <li key={revision.number} className="border-b border-line last:border-b-0">
            <button
              type="button"
              aria-current={marked && revision.number === shown ? 'true' : undefined}
              onClick={() => onShow(revision.number)}
              className={clsx(
                'block w-full px-4 py-2.5 text-left -outline-offset-2!',
                revision.number === shown ? 'bg-accent-soft max-lg:bg-transparent' : 'hover:bg-hover',
              )}
            >
              <Head revision={revision} current={current} />
              <span className="mt-0.5 block break-words">{revision.summary[0] ?? 'No difference.'}</span>
              {revision.summary.length > 1 && (
                <span className="block text-sm text-mute">and {revision.summary.length - 1} more</span>
              )}
            </button>
          </li>
        ))}
      </ol>
      {more && (
        <div className="border-t border-line p-2 text-center">
          <Button size="small" busy={loadingMore} onClick={onMore}>
            Older changes
          </Button>
        </div>
      )}
    </nav>
  )
}

function Head({ revision, current }: { revision: RevisionHead; current: number | undefined }) {
  return (
    <span className="flex items-center gap-2 text-sm text-mute">
      <b className="num font-semibold text-ink">{revision.number}</b>
      <span className="min-w-0 truncate">{revision.author}</span>
      <span className="whitespace-nowrap">{moment(revision.at, Date.now())}</span>
      <span className="ml-auto">
        {revision.number === current ? (
          <Tag tone="good">in force</Tag>
        ) : (
          <Tag>{revision.noun === 'all' ? 'all' : NOUN_TITLES[revision.noun]}</Tag>
        )}
      </span>
    </span>
  )
}

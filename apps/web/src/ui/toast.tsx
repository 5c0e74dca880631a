'use client'

import clsx from 'clsx'
import { Toast as Radix } from 'radix-ui'
import { useSyncExternalStore } from 'react'
import { readToasts, type Toast, toast, watchToasts } from './toast-store.ts'

const NONE: readonly Toast[] = []

/** Where toasts appear: F8 moves the focus there; hovering or focusing one stops its clock. */
export function ToastArea() {
  const toasts = useSyncExternalStore(watchToasts, readToasts, () => NONE)
  // Only in the browser: its markup has style attributes, which the style policy refuses in a page from the server.
  const inBrowser = useSyncExternalStore(
    watchToasts,
    () => true,
    () => false,
  )
  if (!inBrowser) return null
  return (
    <Radix.Provider swipeDirection="right" duration={6000} label="Message">
      {toasts.map((entry) => (
        <ToastItem key={entry.id} entry={entry} />
      ))}
      <Radix.Viewport className="fixed right-4 bottom-4 z-60 flex w-[min(24rem,calc(100vw-2rem))] flex-col gap-2 outline-none max-md:bottom-20" />
    </Radix.Provider>
  )
}

function ToastItem({ entry }: { entry: Toast }) {
  const { id, tone, title, detail, action } = entry
  return (
    <Radix.Root
      type={tone === 'bad' ? 'foreground' : 'background'}
      duration={tone === 'bad' ? 12_000 : 6000}
      onOpenChange={(open) => !open && toast.dismiss(id)}
      className={clsx(
        'slide-in flex items-start gap-3 rounded-card border bg-panel py-2.5 pr-2 pl-4 shadow-float',
        tone === 'bad' ? 'border-bad' : 'border-line',
      )}
    >
      <div className="min-w-0 flex-1">
        <Radix.Title
          className={clsx('font-semibold', tone === 'bad' && 'text-bad', tone === 'good' && 'text-good')}
        >
          {title}
        </Radix.Title>
        {detail && <Radix.Description className="text-sm break-words text-mute">{detail}</Radix.Description>}
      </div>
      {action && (
        <Radix.Action
          altText={action.label}
          onClick={action.run}
          className="h-7 shrink-0 rounded-control border border-edge px-2 text-sm font-medium hover:bg-hover"
        >
          {action.label}
        </Radix.Action>
      )}
      <Radix.Close className="h-7 shrink-0 rounded-control px-2 text-sm text-mute hover:bg-ink/6 hover:text-ink">
        Close
      </Radix.Close>
    </Radix.Root>
  )
}

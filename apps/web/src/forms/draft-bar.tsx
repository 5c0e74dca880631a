'use client'

import type { Fault, Noun } from '@bauta/config'
import clsx from 'clsx'
import Link from 'next/link'
import { type ReactNode, useEffect, useId, useState } from 'react'
import { moment, plural } from '../live/format.ts'
import type { Revision } from '../live/settings.ts'
import { Button, Num, Skeleton } from '../ui/index.ts'
import { DangerDialog } from './danger-dialog.tsx'
import { DraftConflict } from './draft-conflict.tsx'
import type { DraftOf, Preview } from './use-draft.ts'

interface DraftBarProps<N extends Noun> {
  draft: DraftOf<N>
  /** What the bar is about, where a page has more than one: “Timeouts”. */
  name?: string | undefined
  /** Why this draft would cut off whoever applies it; asks for an explicit yes. */
  danger?: string | null
  /** The change may cut somebody off though it does not look so: it goes back by itself unless it is kept. */
  risky?: boolean
}

/** Long enough to open a page anew, short enough to wait for. */
const CONFIRM_SECONDS = 60

/**
 * Edits gather here until they are applied. On wide screens the bar has its place at the top also when there is nothing to
 * apply, so that the first edit moves nothing; on phones it lies above the navigation while it is needed.
 */
export function DraftBar<N extends Noun>({ draft, name, danger = null, risky = false }: DraftBarProps<N>) {
  const [asking, setAsking] = useState(false)
  const apply = () => {
    if (danger) setAsking(true)
    else void draft.apply(risky ? CONFIRM_SECONDS : undefined)
  }
  return (
    <>
      <section
        aria-label={name ? `Changes to apply: ${name}` : 'Changes to apply'}
        data-draft-bar={draft.changed ? 'changed' : 'in-force'}
        className={clsx(
          'relative flex min-h-12 items-center gap-x-4 gap-y-2 rounded-card border px-4 py-1.5',
          draft.changed
            ? 'border-warn bg-warn-soft max-md:flex-wrap max-md:shadow-float'
            : 'border-line bg-panel max-md:hidden',
        )}
      >
        {draft.changed ? (
          <Changed draft={draft} name={name} danger={danger} onApply={apply} />
        ) : (
          <InForce revision={draft.revision} name={name} />
        )}
      </section>
      <DangerDialog
        danger={asking ? danger : null}
        onCancel={() => setAsking(false)}
        onApply={async () => {
          setAsking(false)
          await draft.apply(CONFIRM_SECONDS)
        }}
      />
      <DraftConflict draft={draft} />
    </>
  )
}

/** Where the bars of a page stand: at the top of the window on wide screens, above the navigation on phones. */
export function DraftBars({ children }: { children: ReactNode }) {
  return (
    <div className="z-30 mb-4 grid grid-cols-[minmax(0,1fr)] gap-2 max-md:fixed max-md:inset-x-3 max-md:bottom-[calc(4.25rem+env(safe-area-inset-bottom))] max-md:mb-0 md:sticky md:top-0 md:-mx-2 md:bg-paper md:px-2 md:py-2">
      {children}
    </div>
  )
}

function InForce({ revision, name }: { revision: Revision | undefined; name: string | undefined }) {
  if (!revision) return <Skeleton className="h-3 w-72" />
  return (
    <p className="text-mute">
      {name && <b className="font-semibold text-ink">{name}. </b>}
      Nothing to apply: edits gather here first. In force is revision <Num>{revision.number}</Num> (
      {revision.author}, {moment(revision.at, Date.now())})
      <span className="max-xl:hidden">
        ; earlier ones can be brought back under{' '}
        <Link href="/changes" prefetch={false} className="underline hover:text-ink">
          Changes
        </Link>
      </span>
      .
    </p>
  )
}

interface ChangedProps<N extends Noun> {
  draft: DraftOf<N>
  name: string | undefined
  danger: string | null
  onApply: () => void
}

function Changed<N extends Noun>({ draft, name, danger, onApply }: ChangedProps<N>) {
  const [open, setOpen] = useState(false)
  const listId = useId()
  const faulty = draft.faults.length > 0
  useEffect(() => {
    if (!open) return
    const onKey = (event: KeyboardEvent) => event.key === 'Escape' && setOpen(false)
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [open])
  return (
    <>
      <div className="flex min-w-0 flex-1 items-center gap-3 max-md:basis-full">
        <p role="status" className="font-semibold whitespace-nowrap text-warn">
          {plural(draft.words.length, 'change')}
          {name ? ` of ${name.toLowerCase()}` : ''} to apply
        </p>
        <p className="min-w-0 flex-1 truncate max-lg:hidden" title={draft.words[0]}>
          {draft.words[0]}
        </p>
        <Button
          size="small"
          kind="quiet"
          aria-expanded={open}
          aria-controls={listId}
          onClick={() => setOpen(!open)}
          className="max-md:ml-auto"
        >
          {open ? 'Hide' : 'Show'}
        </Button>
      </div>
      <p
        aria-live="polite"
        className={clsx('text-sm md:text-right', (faulty || danger) && 'font-medium text-bad')}
      >
        {effect(draft.preview, draft.faults.length, danger)}
      </p>
      <div className="flex gap-2 max-md:ml-auto">
        <Button onClick={draft.discard}>Discard</Button>
        <Button kind="primary" busy={draft.applying} disabled={faulty} onClick={onApply}>
          Apply
        </Button>
      </div>
      {open && (
        <ChangeList id={listId} words={draft.words} faults={draft.faults} actions={draft.preview.actions} />
      )}
      {draft.failure && (
        <p role="alert" className="basis-full font-medium text-bad md:hidden">
          {draft.failure.message}
        </p>
      )}
      {draft.failure && (
        <p
          role="alert"
          className="absolute inset-x-0 top-full mt-1 rounded-card border border-bad bg-bad-soft px-4 py-2 font-medium text-bad shadow-float max-md:hidden"
        >
          {draft.failure.message}
        </p>
      )}
    </>
  )
}

function effect(preview: Preview, faults: number, danger: string | null): string {
  if (faults > 0) return faults === 1 ? '1 field needs attention' : `${faults} fields need attention`
  if (danger) return 'Would cut you off'
  if (preview.state === 'refused') return preview.message
  if (preview.state !== 'ready') return 'Asking what it would do …'
  return preview.cut === 0 ? 'Cuts no live connection' : `Cuts ${plural(preview.cut, 'live connection')}`
}

interface ChangeListProps {
  id: string
  words: readonly string[]
  faults: readonly Fault[]
  actions: readonly string[]
}

function ChangeList({ id, words, faults, actions }: ChangeListProps) {
  return (
    <div
      id={id}
      className="fade-in absolute inset-x-0 max-h-[50dvh] overflow-y-auto rounded-card border border-line bg-panel px-4 py-3 shadow-float max-md:bottom-full max-md:mb-1 md:top-full md:mt-1"
    >
      <ol className="grid list-decimal gap-1 pl-5">
        {words.map((line, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the same sentence may stand twice
          <li key={i}>{line}</li>
        ))}
      </ol>
      {faults.length > 0 && (
        <ul className="mt-2 grid gap-1 border-t border-line pt-2 font-medium text-bad">
          {faults.map((fault) => (
            <li key={fault.path.join('.') + fault.message}>{fault.message}</li>
          ))}
        </ul>
      )}
      {actions.length > 0 && (
        <p className="mt-2 border-t border-line pt-2 text-sm text-mute">
          The box would: {actions.join('; ')}.
        </p>
      )}
    </div>
  )
}

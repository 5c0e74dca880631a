'use client'

import { useState } from 'react'
import { moment, timeOfDay } from '../../../live/format.ts'
import { useSettings } from '../../../live/settings.ts'
import {
  Button,
  Card,
  CopyButton,
  EmptyState,
  Notice,
  Num,
  Segmented,
  SkeletonRows,
} from '../../../ui/index.ts'
import { beforeAfter, NOUN_TITLES, type Section } from './before-after.ts'
import { RestoreDialog } from './restore-dialog.tsx'
import { type Revision, useRevision } from './revisions.ts'

const VIEWS = [
  { value: 'words', label: 'In words' },
  { value: 'fields', label: 'Before and after' },
  { value: 'whole', label: 'Whole settings' },
] as const
type View = (typeof VIEWS)[number]['value']

export function RevisionDetail({ number, onBack }: { number: number | null; onBack: () => void }) {
  const { data: revision, error } = useRevision(number)
  const { revision: current } = useSettings('rules')
  const [view, setView] = useState<View>('words')
  const [restoring, setRestoring] = useState(false)
  const back = (
    <Button size="small" onClick={onBack} className="mb-3 lg:hidden">
      All changes
    </Button>
  )
  if (error)
    return (
      <>
        {back}
        <Notice tone="bad">{error.message}</Notice>
      </>
    )
  if (!revision)
    return (
      <Card>
        <SkeletonRows rows={8} />
      </Card>
    )
  const inForce = revision.number === current?.number
  return (
    <>
      {back}
      <Card
        title={
          <>
            Revision <Num>{revision.number}</Num>
          </>
        }
        aside={
          inForce ? (
            'In force now'
          ) : (
            <Button size="small" disabled={!current} onClick={() => setRestoring(true)}>
              Restore …
            </Button>
          )
        }
      >
        <p className="mb-3 text-mute">
          {revision.author}, {moment(revision.at, Date.now())} <Num>({timeOfDay(revision.at)})</Num> ·{' '}
          {revision.noun === 'all' ? 'all settings' : NOUN_TITLES[revision.noun]}
        </p>
        <Segmented
          label="View"
          size="small"
          value={view}
          options={VIEWS}
          onChange={setView}
          className="mb-4 max-w-full"
        />
        {view === 'words' && <Words revision={revision} />}
        {view === 'fields' && <Fields revision={revision} />}
        {view === 'whole' && <Whole revision={revision} />}
      </Card>
      {restoring && <RestoreDialog revision={revision} onClose={() => setRestoring(false)} />}
    </>
  )
}

function Words({ revision }: { revision: Revision }) {
  if (revision.diff.length === 0)
    return (
      <p className="text-mute">
        {revision.number === 1
          ? 'The first settings of this box.'
          : 'Nothing differs from the revision before.'}
      </p>
    )
  return (
    <ul className="grid gap-1.5">
      {revision.diff.map((line, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the same sentence may stand twice
        <li key={i} className="border-l-2 border-accent pl-3 break-words">
          {line}
        </li>
      ))}
    </ul>
  )
}

function Fields({ revision }: { revision: Revision }) {
  const { data: before, error } = useRevision(revision.number > 1 ? revision.number - 1 : null)
  if (revision.number === 1)
    return <EmptyState title="There is nothing before">The first settings of this box.</EmptyState>
  if (error) return <Notice tone="bad">{error.message}</Notice>
  if (!before) return <SkeletonRows rows={4} />
  const sections = beforeAfter(before.snapshot, revision.snapshot)
  if (sections.length === 0) return <p className="text-mute">Nothing differs from the revision before.</p>
  return (
    <div className="grid gap-5">
      {sections.map((section) => (
        <SectionTable key={section.noun} section={section} />
      ))}
    </div>
  )
}

/** Side by side where there is room, one above the other on phones; the words say which is which. */
export function SectionTable({ section }: { section: Section }) {
  return (
    <section>
      <h3 className="mb-1 font-semibold">{section.title}</h3>
      <dl>
        {section.rows.map(({ what, before, after }) => (
          <div
            key={what}
            className="grid gap-x-4 gap-y-1 border-t border-line py-2 sm:grid-cols-[9rem_minmax(0,1fr)_minmax(0,1fr)]"
          >
            <dt className="break-words text-mute">{what}</dt>
            <Side word="before" text={before} />
            <Side word="after" text={after} />
          </div>
        ))}
      </dl>
    </section>
  )
}

function Side({ word, text }: { word: 'before' | 'after'; text: string | null }) {
  const look =
    text === null ? 'text-mute' : word === 'before' ? 'bg-bad-soft text-bad' : 'bg-good-soft text-good'
  return (
    <dd className="min-w-0">
      <span className="overline-label mr-2 sm:sr-only">{word}: </span>
      <span
        className={`rounded-[4px] box-decoration-clone px-1 font-mono text-xs leading-5 break-words ${look}`}
      >
        {text ?? (word === 'before' ? 'not there' : 'gone')}
      </span>
    </dd>
  )
}

function Whole({ revision }: { revision: Revision }) {
  const text = JSON.stringify(revision.snapshot, null, 2)
  return (
    <>
      <div className="mb-2">
        <CopyButton text={text} />
      </div>
      <section
        aria-label={`Settings of revision ${revision.number}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        className="max-h-[60dvh] overflow-auto rounded-control border border-line bg-sunken px-3 py-2"
      >
        <pre className="font-mono text-xs leading-5">{text}</pre>
      </section>
    </>
  )
}

'use client'

import type { Connection } from '@bauta/control/schemas'
import { useSearchParams } from 'next/navigation'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { count, plural, timeOfDay } from '../../../live/format.ts'
import { Button, EmptyState, Skeleton } from '../../../ui/index.ts'
import { ConnectionTable } from './connection-table.tsx'
import { FilterBar } from './filter-bar.tsx'
import { setWord } from './filter-words.ts'
import { RawView } from './raw-view.tsx'
import { type Shown, useConnections } from './use-connections.ts'
import { readView, sortBy, type View, writeView } from './view-query.ts'
import { Why } from './why.tsx'

/** The view lives in the address bar: it can be bookmarked, sent, and gone back to. */
function useView(): readonly [View, (view: View) => void] {
  const params = useSearchParams()
  const view = useMemo(() => readView(params), [params])
  const setView = useCallback((next: View) => {
    window.history.replaceState(null, '', `${window.location.pathname}${writeView(next)}`)
  }, [])
  return [view, setView]
}

export function Connections() {
  const [view, setView] = useView()
  const [paused, setPaused] = useState(false)
  const [pointing, setPointing] = useState(false)
  const [openId, setOpenId] = useState<string | null>(null)
  const [firstVisible, setFirstVisible] = useState(0)
  const scroller = useRef<HTMLDivElement>(null)
  const held = pointing || openId !== null
  const shown = useConnections({ view, firstVisible, paused, held })
  const { page, rows, offset, stale } = shown

  const changeView = useCallback(
    (next: View) => {
      setOpenId(null)
      scroller.current?.scrollTo({ top: 0 })
      setView(next)
    },
    [setView],
  )
  const toggle = useCallback((row: Connection) => setOpenId((id) => (id === row.id ? null : row.id)), [])
  const close = useCallback(() => setOpenId(null), [])
  const detail = (row: Connection, gone: boolean) => (
    <Why
      row={row}
      gone={gone}
      at={page?.at ?? Date.now()}
      onFilter={(key, value) => changeView({ ...view, q: setWord(view.q, key, value) })}
      onEnded={close}
    />
  )

  return (
    <div className="-mb-7 flex h-[calc(100dvh-7.75rem)] min-h-[26rem] flex-col md:-mb-5 md:h-[calc(100dvh-5rem)]">
      <div className="mb-3 flex flex-wrap items-center gap-x-4 gap-y-2 max-sm:mb-2 max-sm:gap-x-3">
        <h1 className="text-xl max-sm:text-lg">Connections</h1>
        <Tally shown={shown} filtered={view.q.trim() !== ''} />
        <Found shown={shown} />
        <span className="ml-auto text-sm text-mute max-lg:hidden">
          {held && !paused && 'The order holds still while you look.'}
        </span>
        <div className="flex gap-2 max-lg:ml-auto">
          <Button aria-pressed={paused} onClick={() => setPaused(!paused)} className="min-w-20 max-sm:h-9!">
            Pause
          </Button>
          <Button
            aria-pressed={view.raw}
            className="max-sm:h-9!"
            onClick={() => setView({ ...view, raw: !view.raw })}
          >
            Raw
          </Button>
        </div>
      </div>
      <FilterBar view={view} onView={changeView} />
      <div className="flex min-h-0 flex-1 flex-col gap-4 min-[1680px]:flex-row">
        <ConnectionTable
          view={view}
          matched={page?.matched ?? 0}
          rows={rows}
          offset={offset}
          stale={stale}
          still={paused || shown.silent}
          openId={openId}
          onToggle={toggle}
          onClose={close}
          onSort={(sort) => changeView(sortBy(view, sort))}
          onFirstVisible={setFirstVisible}
          onPointing={setPointing}
          scroller={scroller}
          detail={detail}
          empty={
            <Nothing view={view} total={page?.total ?? 0} onClear={() => changeView({ ...view, q: '' })} />
          }
        />
        {view.raw && <RawView paused={paused} />}
      </div>
      {paused && page && (
        <p role="status" className="mt-2 text-sm text-warn">
          Paused at {timeOfDay(page.at)}: what you see does not change.
        </p>
      )}
    </div>
  )
}

function Tally({ shown: { page, stale }, filtered }: { shown: Shown; filtered: boolean }) {
  if (!page) return <Skeleton className="h-3 w-28" />
  return (
    <p className="text-mute">
      {filtered && !stale ? (
        <>
          <span className="num text-ink">{count(page.matched)}</span> of{' '}
          <span className="num">{count(page.total)}</span> match
        </>
      ) : (
        <>
          <span className="num text-ink">{count(page.total)}</span>{' '}
          <span className="max-sm:sr-only">live</span>
        </>
      )}
    </p>
  )
}

/** How many were found, said once for each question, not with every change of the figures. */
function Found({ shown: { page, stale } }: { shown: Shown }) {
  const [said, setSaid] = useState('')
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new question is news
  useEffect(() => {
    if (page && !stale) setSaid(`${plural(page.matched, 'connection')} of ${page.total}`)
  }, [stale])
  return (
    <p role="status" className="sr-only">
      {said}
    </p>
  )
}

function Nothing({ view, total, onClear }: { view: View; total: number; onClear: () => void }) {
  if (view.q.trim() && total > 0)
    return (
      <EmptyState
        title={`Nothing matches “${view.q.trim()}”`}
        action={<Button onClick={onClear}>Clear the filter</Button>}
      >
        There are {count(total)} connections in all.
      </EmptyState>
    )
  return (
    <EmptyState title="No connections">
      As soon as a device of the house talks to the Internet, its connections stand here.
    </EmptyState>
  )
}

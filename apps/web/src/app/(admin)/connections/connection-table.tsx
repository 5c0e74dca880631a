'use client'

import type { Connection } from '@bauta/control/schemas'
import { useVirtualizer } from '@tanstack/react-virtual'
import clsx from 'clsx'
import {
  type KeyboardEvent,
  type PointerEvent,
  type ReactNode,
  type RefObject,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react'
import { SortButton } from '../../../ui/index.ts'
import { GROUP_ROLE, headerRole, longRowRole, longTableRole } from '../../../ui/roles.ts'
import { COLUMNS } from './columns.tsx'
import { ConnectionRow, FirstSkeleton, SkeletonRow } from './connection-row.tsx'
import type { ShownRow } from './held-order.ts'
import { SortChoice } from './sort-choice.tsx'
import { useRowHeights } from './use-row-heights.ts'
import type { Sort, View } from './view-query.ts'

interface ConnectionTableProps {
  view: View
  matched: number
  rows: readonly ShownRow[]
  offset: number
  stale: boolean
  still: boolean
  openId: string | null
  /** Stable, as the other handlers of rows are: rows are drawn anew only when they change. */
  onToggle: (row: Connection) => void
  onClose: () => void
  onSort: (sort: Sort) => void
  onFirstVisible: (index: number) => void
  onPointing: (pointing: boolean) => void
  scroller: RefObject<HTMLDivElement | null>
  /** Below an open row. */
  detail: (row: Connection, gone: boolean) => ReactNode
  /** In the place of rows when there are none. */
  empty: ReactNode
}

/** Only the rows in sight exist; the scroll bar knows them all. */
export function ConnectionTable(props: ConnectionTableProps) {
  const {
    view,
    matched,
    rows,
    offset,
    stale,
    still,
    openId,
    onToggle,
    onClose,
    onSort,
    onFirstVisible,
    scroller,
  } = props
  const { row: rowHeight, head: headHeight } = useRowHeights(scroller)
  const [detailHeight, setDetailHeight] = useState(0)
  const [cursor, setCursor] = useState(0)
  const openIndex = openId === null ? -1 : rows.findIndex(({ row }) => row.id === openId) + offset
  const open = openIndex >= offset ? openIndex : -1

  const virtualizer = useVirtualizer({
    count: matched,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => rowHeight + (index === open ? detailHeight : 0),
    overscan: 10,
    // Scrolling may draw a frame late rather than stop for drawing.
    useFlushSync: false,
    paddingStart: headHeight,
    scrollPaddingStart: headHeight,
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: sizes follow from these
  useEffect(() => virtualizer.measure(), [virtualizer, rowHeight, headHeight, detailHeight, open])

  const total = virtualizer.getTotalSize()
  const sizer = useRef<HTMLDivElement>(null)
  // Through the object model: the style policy lets no style attribute pass in a page from the server.
  useLayoutEffect(() => {
    if (sizer.current) sizer.current.style.height = matched > 0 ? `${total}px` : ''
  })

  const first = virtualizer.range?.startIndex ?? 0
  useEffect(() => onFirstVisible(first), [first, onFirstVisible])

  const moveTo = (index: number) => {
    const target = Math.min(Math.max(index, 0), matched - 1)
    setCursor(target)
    virtualizer.scrollToIndex(target)
    requestAnimationFrame(() =>
      scroller.current?.querySelector<HTMLElement>(`[data-index="${target}"] [data-opener]`)?.focus(),
    )
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (!(event.target instanceof HTMLElement) || !event.target.matches('[data-opener]')) return
    const moves: Record<string, number> = {
      ArrowDown: cursor + 1,
      ArrowUp: cursor - 1,
      PageDown: cursor + 15,
      PageUp: cursor - 15,
      Home: 0,
      End: matched - 1,
    }
    const target = moves[event.key]
    if (target !== undefined) moveTo(target)
    else if (event.key === 'Escape' && openId !== null) onClose()
    else return
    event.preventDefault()
  }

  const attention = {
    onPointerEnter: (event: PointerEvent) => props.onPointing(event.pointerType === 'mouse'),
    onPointerLeave: () => props.onPointing(false),
    onKeyDown,
  }

  const items = virtualizer.getVirtualItems()
  // The one row that the Tab key stops at must be in sight.
  const inSight = items.some((item) => item.index === cursor)
  const tabStop = inSight ? cursor : (items.find((item) => item.index >= first)?.index ?? 0)
  return (
    <div className="connection-table flex min-h-0 flex-1 flex-col overflow-hidden rounded-card border border-line bg-panel">
      <SortChoice view={view} onSort={onSort} />
      <div ref={scroller} {...attention} className="min-h-0 flex-1 overflow-y-auto overscroll-contain">
        {matched === 0 && !stale ? (
          props.empty
        ) : (
          <div {...longTableRole('Connections', matched + 1, stale)} className="relative" ref={sizer}>
            <Head view={view} onSort={onSort} />
            <div {...GROUP_ROLE} className={clsx(stale && rows.length > 0 && 'opacity-60')}>
              {matched === 0 && <FirstSkeleton />}
              {items.map((item) => {
                const shown = rows[item.index - offset]
                if (!shown)
                  return <SkeletonRow key={item.key} top={item.start} height={rowHeight} index={item.index} />
                return (
                  <ConnectionRow
                    key={item.key}
                    shown={shown}
                    index={item.index}
                    top={item.start}
                    height={rowHeight}
                    still={still}
                    tabStop={item.index === tabStop}
                    onToggle={onToggle}
                    onFocusRow={setCursor}
                    onDetailHeight={setDetailHeight}
                    detail={shown.row.id === openId ? props.detail(shown.row, shown.gone) : undefined}
                  />
                )
              })}
            </div>
          </div>
        )}
      </div>
    </div>
  )
}

function Head({ view, onSort }: { view: View; onSort: (sort: Sort) => void }) {
  return (
    <div {...GROUP_ROLE} className="connection-head sticky top-0 z-10 border-b border-line bg-panel">
      <div {...longRowRole(1)} className="connection-row h-8 text-xs text-mute">
        {COLUMNS.map(({ name, label, sort, numeric, flush }) => {
          const sorted = sort === view.sort ? view.direction : null
          return (
            <div key={name} {...headerRole(sorted)} data-column={name}>
              {sort ? (
                <SortButton
                  sorted={sorted}
                  numeric={numeric || flush === 'right'}
                  onSort={() => onSort(sort)}
                >
                  {label}
                </SortButton>
              ) : (
                label
              )}
            </div>
          )
        })}
      </div>
    </div>
  )
}

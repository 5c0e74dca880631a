'use client'

import type { Connection } from '@bauta/control/schemas'
import clsx from 'clsx'
import { type MouseEvent, memo, type ReactNode, useEffect, useId, useLayoutEffect, useRef } from 'react'
import { CELL_ROLE, longRowRole, ROW_ROLE } from '../../../ui/roles.ts'
import { COLUMNS } from './columns.tsx'
import { clientName, serverLabel } from './explain.ts'
import type { ShownRow } from './held-order.ts'

interface Place {
  index: number
  /** px from the top of the table */
  top: number
  height: number
}

/** Puts an element where the scroll position wants it; through the object model, which the style policy lets pass. */
function usePlace({ top, height }: Pick<Place, 'top' | 'height'>) {
  const element = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    if (element.current) element.current.style.transform = `translateY(${top}px)`
    element.current?.style.setProperty('--row-height', `${height}px`)
  }, [top, height])
  return element
}

const PLACED = 'absolute inset-x-0 top-0 border-b border-line [contain:layout_paint_style]'

interface ConnectionRowProps extends Place {
  shown: ShownRow
  still: boolean
  tabStop: boolean
  onToggle: (row: Connection) => void
  onFocusRow: (index: number) => void
  onDetailHeight: (height: number) => void
  /** Below the row, where it is open. */
  detail: ReactNode | undefined
}

/** Drawn anew only when something of its own changed: a scroll moves rows, it does not change them. */
export const ConnectionRow = memo(function ConnectionRow(props: ConnectionRowProps) {
  const { shown, index, top, height, still, tabStop, detail } = props
  const { row, gone } = shown
  const element = usePlace({ top, height })
  const detailId = useId()
  const open = detail !== undefined
  const toggle = () => props.onToggle(row)
  // The whole row is a target for the pointer; keyboards and screen readers have the button in its first cell.
  const onClick = (event: MouseEvent) => {
    if (event.target instanceof Element && event.target.closest('button,a')) return
    if (window.getSelection()?.toString()) return
    toggle()
  }
  const asRow = { ...longRowRole(index + 2), onClick }
  return (
    <div ref={element} data-index={index} className={clsx(PLACED, open && 'bg-sunken')}>
      <div
        {...asRow}
        className={clsx(
          'connection-row h-(--row-height) cursor-default',
          !open && 'hover:bg-hover has-[[data-opener]:focus-visible]:bg-hover',
          gone && 'text-mute line-through decoration-edge',
        )}
      >
        {COLUMNS.map((column, i) => (
          <div
            key={column.name}
            {...CELL_ROLE}
            data-column={column.name}
            className={clsx(column.numeric && 'num')}
          >
            {i > 0 ? (
              column.cell(row, still || gone)
            ) : (
              <button
                type="button"
                data-opener
                tabIndex={tabStop ? 0 : -1}
                aria-expanded={open}
                aria-controls={open ? detailId : undefined}
                aria-label={`${row.protocol}, ${clientName(row)} to ${serverLabel(row)}: why is this here?`}
                onClick={toggle}
                onFocus={() => props.onFocusRow(index)}
                className="-mx-1 rounded-[4px] px-1 align-baseline text-[0.93em] leading-[inherit]"
              >
                {row.protocol}
              </button>
            )}
          </div>
        ))}
      </div>
      {open && (
        <Detail id={detailId} onHeight={props.onDetailHeight}>
          {detail}
        </Detail>
      )}
    </div>
  )
})

interface DetailProps {
  id: string
  onHeight: (height: number) => void
  children: ReactNode
}

function Detail({ id, onHeight, children }: DetailProps) {
  const element = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const target = element.current
    if (!target) return
    const sizes = new ResizeObserver(() => onHeight(target.offsetHeight))
    sizes.observe(target)
    return () => sizes.disconnect()
  }, [onHeight])
  return (
    <div ref={element} id={id} {...ROW_ROLE}>
      <div {...CELL_ROLE}>{children}</div>
    </div>
  )
}

/** A row that the box has not sent yet. */
export function SkeletonRow({ index, top, height }: Place) {
  const element = usePlace({ top, height })
  return (
    <div ref={element} data-index={index} aria-hidden className={PLACED}>
      <div className="connection-row h-(--row-height)">
        <SkeletonCells />
      </div>
    </div>
  )
}

/** Before the first page has come: rows in their heights, placed without a script. */
export function FirstSkeleton() {
  return (
    <div aria-hidden>
      {Array.from({ length: 12 }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows without identity
        <div key={i} className="connection-row h-13.5 border-b border-line sm:h-8.5">
          <SkeletonCells />
        </div>
      ))}
    </div>
  )
}

function SkeletonCells() {
  return ['protocol', 'client', 'server', 'rate', 'expires'].map((column) => (
    <span key={column} data-column={column} className="skeleton h-3 self-center!" />
  ))
}

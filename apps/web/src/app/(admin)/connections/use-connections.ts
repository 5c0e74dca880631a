'use client'

import type { ConnectionPage } from '@bauta/control/schemas'
import { useEffect, useState } from 'react'
import { useLive } from '../../../live/use-live.ts'
import { holdOrder, type ShownRow, showAll } from './held-order.ts'
import { offsetFor, queryOf, type View } from './view-query.ts'

/** A scroll asks for its page when it has come to rest this long. */
const SETTLE_MS = 120

interface Wanted {
  view: View
  firstVisible: number
  paused: boolean
  held: boolean
}

export interface Shown {
  page: ConnectionPage | null
  rows: readonly ShownRow[]
  /** Of the first of `rows`. */
  offset: number
  /** What is shown answers an earlier question; the new answer is on its way. */
  stale: boolean
  /** The box does not answer: figures are those of the last time it did. */
  silent: boolean
}

const NOTHING: Omit<Shown, 'stale' | 'silent'> & { question: string } = {
  page: null,
  rows: [],
  offset: 0,
  question: '',
}

/** The value after it has kept still for a while. */
function useSettled(value: number, ms: number): number {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms)
    return () => clearTimeout(timer)
  }, [value, ms])
  return settled
}

/**
 * The rows round the first visible one, live. The last page stays on the screen until the first one of a new
 * question has come: typing in the filter never empties the table.
 */
export function useConnections({ view, firstVisible, paused, held }: Wanted): Shown {
  const offset = useSettled(offsetFor(firstVisible), SETTLE_MS)
  const question = queryOf(view, offset)
  const [shown, setShown] = useState(NOTHING)
  const answered = shown.question === question

  // While paused nothing streams, but a question that has not been answered yet gets one answer.
  const { data: page, state } = useLive<ConnectionPage>(
    paused && answered ? null : `/api/live/connections?${question}`,
    'page',
    0,
  )
  if (page && page !== shown.page) {
    const rows = held && answered ? holdOrder(shown.rows, page.rows) : showAll(page.rows)
    setShown({ page, rows, offset: page.offset, question })
  }
  return { ...shown, stale: !answered, silent: state === 'silent' }
}

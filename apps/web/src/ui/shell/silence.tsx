'use client'

import { timeOfDay } from '../../live/format.ts'
import { useStatus } from '../../live/use-live.ts'
import { Notice } from '../notice.tsx'

/** The box does not answer: says so once, says how old everything on the page is, and goes away by itself. */
export function Silence() {
  const { state, receivedAt } = useStatus()
  if (state !== 'silent') return null
  return (
    <Notice tone="bad" live className="mb-4" title="The box does not answer">
      {receivedAt > 0 ? (
        <>
          What you see is from <span className="num">{timeOfDay(receivedAt)}</span>.{' '}
        </>
      ) : null}
      This page keeps trying and goes on by itself. If it lasts: is this device on the home network, and is
      the box powered?
    </Notice>
  )
}

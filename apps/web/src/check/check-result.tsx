'use client'

import { messageOf } from '../live/api.ts'
import { Notice } from '../ui/notice.tsx'
import { CheckList, verdictOf } from './check-list.tsx'
import type { useCheck } from './use-check.ts'

interface CheckResultProps {
  check: ReturnType<typeof useCheck>
  /** Nothing was asked yet, and it will be at once. */
  begins?: boolean
  titles: { well: string; not: string }
}

/** @returns null while it is asked, and before */
export const verdictIn = ({ steps, asking }: ReturnType<typeof useCheck>) =>
  !asking && steps ? verdictOf(steps) : null

/** Station by station, and what it comes to. */
export function CheckResult({ check, begins = false, titles }: CheckResultProps) {
  const { steps, error, asking } = check
  const verdict = verdictIn(check)
  return (
    <>
      <CheckList steps={steps} asking={asking || (begins && !steps && !error)} />
      <div aria-live="polite" className="mt-3 empty:hidden">
        {verdict && (
          <Notice tone={verdict.well ? 'good' : 'bad'} title={verdict.well ? titles.well : titles.not}>
            {verdict.text}
          </Notice>
        )}
        {error && !asking && (
          <Notice tone="bad" title="The box could not check">
            {messageOf(error)}
          </Notice>
        )}
      </div>
    </>
  )
}

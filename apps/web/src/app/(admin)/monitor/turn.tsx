'use client'

import type { MonitorTurn } from '@bauta/control/schemas'
import clsx from 'clsx'
import { timeOfDay } from '../../../live/format.ts'
import { differences } from './differences.ts'

/** One packet that came, and what left because of it. */
export function Turn({ turn }: { turn: MonitorTurn }) {
  const { in: came, out, at } = turn
  const [first, ...more] = out
  const fields = differences(came, first ?? came)
  return (
    <li className="border-t border-line py-2 first:border-t-0">
      <p className="flex flex-wrap gap-x-2 text-sm text-mute">
        <span className="num">{timeOfDay(at)}</span>
        <span>
          {came.interface} → {first ? first.interface : 'nowhere: dropped, or waiting'}
        </span>
      </p>
      <dl className="grid grid-cols-[4.5rem_minmax(0,1fr)] gap-x-4 sm:grid-cols-[4.5rem_minmax(0,1fr)_minmax(0,1fr)]">
        {fields.map(({ field, before, after, changed }) => (
          <div key={field} className="contents">
            <dt className="text-mute">{field}</dt>
            <dd className="num break-words">{before}</dd>
            <dd
              className={clsx(
                'num break-words max-sm:col-start-2',
                !first && 'invisible',
                changed ? 'w-fit rounded-sm bg-warn-soft font-semibold text-warn' : 'max-sm:hidden',
              )}
            >
              {after}
            </dd>
          </div>
        ))}
      </dl>
      {more.map(({ text }) => (
        <p key={text} className="num mt-1 break-words text-mute">
          and {text}
        </p>
      ))}
    </li>
  )
}

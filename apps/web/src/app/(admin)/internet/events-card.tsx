'use client'

import type { InternetEvent } from '@bauta/control/schemas'
import { useState } from 'react'
import { moment, timeOfDay } from '../../../live/format.ts'
import { Button, Card, Num, SkeletonRows } from '../../../ui/index.ts'

const FIRST = 12

/** Who did what to the connections, and what happened by itself; newest first. */
export function EventsCard({ events, now }: { events: readonly InternetEvent[] | undefined; now: number }) {
  const [all, setAll] = useState(false)
  const shown = all ? events : events?.slice(0, FIRST)
  return (
    <Card title="What happened">
      {!shown && <SkeletonRows rows={4} />}
      {shown?.length === 0 && (
        <p className="text-mute">
          Nothing since the box started. Who connects, who hangs up and what went wrong will stand here.
        </p>
      )}
      {shown && shown.length > 0 && (
        <ol className="-my-1">
          {shown.map((event, i) => (
            <li
              // biome-ignore lint/suspicious/noArrayIndexKey: two may fall into one millisecond
              key={`${event.at} ${i}`}
              className="border-b border-line py-2 last:border-b-0"
            >
              <p>
                <span className="font-medium">{event.connection}</span> {event.text}
              </p>
              <p className="text-sm text-mute">
                <Num title={timeOfDay(event.at)}>{moment(event.at, now)}</Num>, {whoWords(event.who)}
              </p>
            </li>
          ))}
        </ol>
      )}
      {events && events.length > FIRST && (
        <Button size="small" kind="quiet" onClick={() => setAll(!all)} className="mt-2 -ml-2">
          {all ? 'Only the newest' : `All ${events.length}`}
        </Button>
      )}
    </Card>
  )
}

const whoWords = (who: string): string => (who === 'box' ? 'by itself' : `by ${who}`)

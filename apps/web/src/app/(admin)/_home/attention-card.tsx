'use client'

import type { Attention, Status } from '@bauta/control/schemas'
import Link from 'next/link'
import { lasting } from '../../../live/format.ts'
import { Card, Skeleton, Tag, type Tone } from '../../../ui/index.ts'
import { adviceFor } from './advice.ts'

const TONES: Record<Attention['level'], { tone: Tone; word: string }> = {
  error: { tone: 'bad', word: 'wrong' },
  warn: { tone: 'warn', word: 'look' },
  info: { tone: 'plain', word: 'note' },
}
const ORDER: Attention['level'][] = ['error', 'warn', 'info']

/** What waits for a person, the worst first, each with what to do. */
export function AttentionCard({ status }: { status: Status | null }) {
  const items = status?.attention.toSorted(
    (a, b) => ORDER.indexOf(a.level) - ORDER.indexOf(b.level) || b.since - a.since,
  )
  return (
    <Card title="Needs attention" aside={items && items.length > 0 ? String(items.length) : undefined}>
      {!items && <Skeleton className="h-3 w-48" />}
      {items?.length === 0 && <AllWell />}
      {items && items.length > 0 && status && (
        <ul className="-my-1">
          {items.map((item) => (
            <Item key={`${item.kind} ${item.since}`} item={item} now={status.now} />
          ))}
        </ul>
      )}
    </Card>
  )
}

function AllWell() {
  return (
    <p className="text-mute">
      <b className="font-semibold text-ink">Nothing.</b> What would stand here: a line that is down, ports or
      table running out, DNS that does not answer, settings that could not be read.
    </p>
  )
}

function Item({ item, now }: { item: Attention; now: number }) {
  const { tone, word } = TONES[item.level]
  const advice = adviceFor(item.kind)
  return (
    <li className="grid grid-cols-[3.5rem_minmax(0,1fr)] items-baseline gap-x-2 border-b border-line py-2.5 last:border-b-0">
      <Tag tone={tone} className="justify-self-start">
        {word}
      </Tag>
      <div>
        <p>
          {item.text}{' '}
          <span className="text-sm whitespace-nowrap text-mute">
            {lasting((now - item.since) / 1000)} ago
          </span>
        </p>
        {advice && (
          <p className="text-mute">
            {advice.text}{' '}
            {advice.link && (
              <Link
                prefetch={false}
                href={advice.link.href}
                className="text-ink underline decoration-edge hover:decoration-current"
              >
                {advice.link.label}
              </Link>
            )}
          </p>
        )}
      </div>
    </li>
  )
}

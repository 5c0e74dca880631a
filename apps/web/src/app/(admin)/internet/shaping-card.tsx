'use client'

import { LINK_KINDS, LINK_WORDS, type LinkKind, type Shaping } from '@bauta/config'
import type { ShapingStatus } from '@bauta/control/schemas'
import { DraftField } from '../../../forms/draft-field.tsx'
import { messageAt } from '../../../forms/faults.ts'
import { FigureInput } from '../../../forms/figure-input.tsx'
import type { DraftOf } from '../../../forms/use-draft.ts'
import { bitRate, count } from '../../../live/format.ts'
import { Card, Notice, Num, Segmented, Select, SkeletonRows, Switch, Tag } from '../../../ui/index.ts'
import { dropShare, heldWords, keepLine, lineIn, STATE_TAGS, speedOf } from './shaping-draft.ts'

interface ShapingCardProps {
  draft: DraftOf<'shaping'>
  /** Names of the connections that the box has, the one in use first. */
  connections: readonly string[]
  live: ShapingStatus | undefined
}

/** Against “bufferbloat”: the line is held a little below its speed, so that packets wait here, briefly and fairly. */
export function ShapingCard({ draft, connections, live }: ShapingCardProps) {
  const { value } = draft
  if (!value)
    return (
      <Card title="Traffic shaping">
        <SkeletonRows rows={4} />
      </Card>
    )
  const tag = live && STATE_TAGS[live.state]
  return (
    <Card title="Traffic shaping" aside={tag && <Tag tone={tag.tone}>{tag.word}</Tag>}>
      <div className="grid gap-3">
        <p className="max-w-[80ch] text-mute">
          When the line is full, packets wait for seconds in modem and provider, and calls and games stall.
          Held a little below the speed of the line, they wait here instead: briefly, and nobody pushes in.
        </p>
        <Switch
          label="Hold the line a little below its speed"
          checked={value.enabled}
          onChange={(event) => draft.set({ ...value, enabled: event.target.checked })}
        />
        <Problem live={live} />
        {value.enabled && (
          <>
            {connections.map((name) => (
              <LineFields
                key={name}
                name={name}
                titled={connections.length > 1}
                draft={draft}
                value={value}
              />
            ))}
            <p className="max-w-[80ch] text-sm text-mute">
              Measure the line while this is off and nobody else uses it, by a speed test over a cable, and
              write 90 to 95 % of that. Too much, and packets wait outside again; much too little only wastes.
            </p>
            <Sharing draft={draft} value={value} />
          </>
        )}
        {live && live.queues.length > 0 && <Queues queues={live.queues} />}
      </div>
    </Card>
  )
}

function Problem({ live }: { live: ShapingStatus | undefined }) {
  if (live?.state === 'failed')
    return (
      <Notice tone="bad" title="Nothing is shaped">
        The reason: {live.problem}. Everything else works as before.
      </Notice>
    )
  if (live?.state === 'unset')
    return (
      <Notice tone="warn" title={`Nothing is shaped: ${live.connection} has no speed yet`}>
        It is the connection in use now; write below how fast it is.
      </Notice>
    )
  return null
}

interface LineFieldsProps {
  name: string
  /** Where there are several. */
  titled: boolean
  draft: DraftOf<'shaping'>
  value: Shaping
}

function LineFields({ name, titled, draft, value }: LineFieldsProps) {
  const { line, at } = lineIn(value, name)
  const fault = (field: string) => messageAt(draft.faults, ['lines', at, field])
  const set = (change: Partial<typeof line>) => draft.set(keepLine(value, { ...line, ...change }))
  return (
    <fieldset className="min-w-0">
      <legend className={titled ? 'mb-1.5 font-semibold' : 'sr-only'}>{name}</legend>
      <div className="grid gap-x-4 gap-y-1 sm:grid-cols-3">
        {(['download', 'upload'] as const).map((way) => (
          <DraftField
            key={way}
            layout="stack"
            label={way === 'download' ? 'Download' : 'Upload'}
            unit="kbit/s"
            hint={speedHint(line[way])}
            error={fault(way)}
          >
            <FigureInput
              value={line[way]}
              onChange={(typed) => set({ [way]: speedOf(typed) })}
              placeholder="not held"
            />
          </DraftField>
        ))}
        <DraftField
          layout="stack"
          label="Kind of line"
          hint={
            line.link === 'none'
              ? 'Chosen, what it adds to each packet counts, too.'
              : 'What it adds to each packet is counted.'
          }
          error={fault('link')}
        >
          <Select value={line.link} onChange={(event) => set({ link: event.target.value as LinkKind })}>
            {LINK_KINDS.map((kind) => (
              <option key={kind} value={kind}>
                {LINK_WORDS[kind]}
              </option>
            ))}
          </Select>
        </DraftField>
      </div>
    </fieldset>
  )
}

const speedHint = (kbit: number | null): string =>
  kbit === null
    ? 'Empty: as fast as it goes.'
    : Number.isInteger(kbit)
      ? `That is ${bitRate(kbit * 1000)}.`
      : 'Whole kbit/s.'

const SHARE_WORDS = {
  machine:
    'A machine with a hundred downloads gets no more than one with a single call; within a machine its connections are equal.',
  connection: 'Every connection gets the same: who opens more of them gets more.',
}

function Sharing({ draft, value }: Pick<LineFieldsProps, 'draft' | 'value'>) {
  const share = value.perMachine ? 'machine' : 'connection'
  return (
    <div className="flex flex-wrap items-start gap-x-5 gap-y-2">
      <Segmented
        label="A full line is shared"
        value={share}
        options={[
          { value: 'machine', label: 'By machine' },
          { value: 'connection', label: 'By connection' },
        ]}
        onChange={(chosen) => draft.set({ ...value, perMachine: chosen === 'machine' })}
      />
      <p className="min-h-11 max-w-[60ch] flex-1 basis-64 text-sm text-mute">{SHARE_WORDS[share]}</p>
    </div>
  )
}

function Queues({ queues }: Pick<ShapingStatus, 'queues'>) {
  return (
    <dl aria-label="Queues in force" className="border-t border-line pt-1">
      {queues.map((queue) => (
        <div
          key={`${queue.direction} ${queue.device}`}
          className="grid gap-x-4 py-1.75 sm:grid-cols-[8.5rem_minmax(0,1fr)]"
        >
          <dt className="text-mute">{queue.direction === 'download' ? 'Download' : 'Upload'}</dt>
          <dd className="min-w-0">
            <p>
              <Num>{heldWords(queue)}</Num>
            </p>
            <Waiting queue={queue} />
            <Fate queue={queue} />
          </dd>
        </div>
      ))}
    </dl>
  )
}

type Queue = ShapingStatus['queues'][number]

/** What waits now, and how long packets waited lately. */
function Waiting({ queue: { waiting, delay } }: { queue: Queue }) {
  return (
    <p className="text-sm text-mute">
      {waiting.packets === 0 ? (
        'nothing waits now'
      ) : (
        <>
          <Num>{count(waiting.packets)}</Num>{' '}
          {waiting.packets === 1 ? 'packet waits now' : 'packets wait now'}
        </>
      )}
      ; <Num>{delay.average.toFixed(1)} ms</Num> on average, <Num>{delay.peak.toFixed(0)} ms</Num> at most
    </p>
  )
}

/** What became of the packets. */
function Fate({ queue }: { queue: Queue }) {
  const share = dropShare(queue)
  return (
    <p className="text-sm text-mute">
      <Num>{count(queue.packets)}</Num> packets sent, <Num>{count(queue.drops)}</Num> dropped
      {share && (
        <>
          {' '}
          (<Num>{share}</Num>)
        </>
      )}
      {queue.marked > 0 && (
        <>
          , <Num>{count(queue.marked)}</Num> marked instead
        </>
      )}
    </p>
  )
}

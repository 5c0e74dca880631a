'use client'

import type { LogLine, LogPage } from '@bauta/control/schemas'
import { useQuery } from '@tanstack/react-query'
import { useSearchParams } from 'next/navigation'
import { useState } from 'react'
import { useSettled } from '../../../forms/use-settled.ts'
import { api, messageOf } from '../../../live/api.ts'
import { moment, timeOfDay } from '../../../live/format.ts'
import { useSession } from '../../../live/session.ts'
import {
  Button,
  Card,
  EmptyState,
  Segmented,
  Select,
  SkeletonRows,
  Switch,
  Table,
  Tag,
  TBody,
  Td,
  TextInput,
  THead,
  Th,
  type Tone,
  Tr,
} from '../../../ui/index.ts'
import { joined } from './log-lines.ts'

const PAGE = 50
const LEVELS = [
  { value: 'info', label: 'All' },
  { value: 'warn', label: 'Warnings' },
  { value: 'error', label: 'Errors' },
] as const
const TONES: Record<LogLine['level'], Tone> = { info: 'plain', warn: 'warn', error: 'bad' }

/** What the box says of itself: live, or standing still to be read. */
export function LogCard() {
  const [level, setLevel] = useState<LogLine['level']>('info')
  const [source, setSource] = useState('')
  const [text, setText] = useState(useSearchParams().get('log') ?? '')
  const [live, setLive] = useState(true)
  const q = useSettled(text.trim(), 220)
  const enabled = useSession().data?.state === 'in'
  const words = new URLSearchParams({
    level,
    q,
    limit: String(PAGE),
    ...(source ? { source } : {}),
  }).toString()
  const newest = useQuery({
    queryKey: ['log', words],
    queryFn: ({ signal }) => api.get<LogPage>(`/api/system/log?${words}`, signal),
    enabled,
    refetchInterval: live ? 2000 : false,
    staleTime: 0,
    placeholderData: (before) => before,
  })
  const older = useOlder(words)
  const lines = joined(newest.data?.lines ?? [], older.lines)
  const more = lines.length >= PAGE && !older.ended
  return (
    <Card
      id="log"
      title="Log"
      className="mt-4 scroll-mt-4"
      aside={<Switch label="Live" checked={live} onChange={(event) => setLive(event.target.checked)} />}
    >
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <TextInput
          data-filter
          aria-label="Find in the log"
          placeholder="Find in the log"
          value={text}
          onChange={(event) => setText(event.target.value)}
          className="min-w-0 flex-1 basis-52 max-sm:basis-full"
        />
        <div className="w-40 max-sm:flex-1">
          <Select aria-label="Who says it" value={source} onChange={(event) => setSource(event.target.value)}>
            <option value="">everybody</option>
            {newest.data?.sources.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </Select>
        </div>
        <Segmented label="How bad" value={level} options={LEVELS} onChange={setLevel} />
      </div>
      {newest.error && !newest.data ? (
        <p className="font-medium text-bad">{messageOf(newest.error)}</p>
      ) : !newest.data ? (
        <SkeletonRows rows={8} />
      ) : lines.length === 0 ? (
        <EmptyState title="Nothing like this was said">
          The box keeps the last 5 000 lines, in memory: they begin anew with every restart.
        </EmptyState>
      ) : (
        <>
          <Lines lines={lines} />
          {more && (
            <Button
              size="small"
              className="mt-3"
              busy={older.busy}
              onClick={() => void older.fetch(lines.at(-1)!.id)}
            >
              Older lines
            </Button>
          )}
          {older.fault && <p className="mt-2 font-medium text-bad">{older.fault}</p>}
        </>
      )}
    </Card>
  )
}

/** Lines before those that are shown, fetched when somebody asks; another filter begins anew. */
function useOlder(words: string) {
  const [found, setFound] = useState<{ words: string; lines: LogLine[]; ended: boolean }>({
    words,
    lines: [],
    ended: false,
  })
  const [busy, setBusy] = useState(false)
  const [fault, setFault] = useState<string | null>(null)
  const mine = found.words === words ? found : { words, lines: [], ended: false }
  const fetch = async (before: number) => {
    setBusy(true)
    setFault(null)
    try {
      const { lines } = await api.get<LogPage>(`/api/system/log?${words}&before=${before}`)
      setFound({ words, lines: joined(mine.lines, lines), ended: lines.length < PAGE })
    } catch (error) {
      setFault(messageOf(error))
    } finally {
      setBusy(false)
    }
  }
  return { ...mine, busy, fault, fetch }
}

function Lines({ lines }: { lines: readonly LogLine[] }) {
  const now = Date.now()
  const dayOf = (at: number) => moment(at, now).replace(/ ?\d\d:\d\d$/, '')
  return (
    <Table caption="What the box said, newest first" fixed>
      <THead>
        <Th className="w-36">Time</Th>
        <Th className="w-28">Who</Th>
        <Th className="w-18">Level</Th>
        <Th>Said</Th>
      </THead>
      <TBody>
        {lines.map((line) => (
          <Tr key={line.id}>
            <Td mono phone="lead" className="whitespace-nowrap text-mute">
              {dayOf(line.at)} {timeOfDay(line.at)}
            </Td>
            <Td mono phone="trail" className="truncate">
              {line.source}
            </Td>
            <Td>
              <Tag tone={TONES[line.level]}>{line.level}</Tag>
            </Td>
            <Td phone="full" className="break-words">
              {line.level !== 'info' && (
                <span className="mr-2 sm:hidden">
                  <Tag tone={TONES[line.level]}>{line.level}</Tag>
                </span>
              )}
              {line.text}
            </Td>
          </Tr>
        ))}
      </TBody>
    </Table>
  )
}

'use client'

import type { MonitorState, WatchRequest } from '@bauta/control/schemas'
import { useSearchParams } from 'next/navigation'
import { type FormEvent, useState } from 'react'
import { ApiError, api, messageOf } from '../../../live/api.ts'
import { count } from '../../../live/format.ts'
import { useLive, useStatus } from '../../../live/use-live.ts'
import {
  Button,
  Card,
  EmptyState,
  Field,
  FormFault,
  LinkButton,
  Num,
  PageHeader,
  Select,
  TextInput,
} from '../../../ui/index.ts'
import { Turn } from './turn.tsx'

export function MonitorPage() {
  const { data: state } = useLive<MonitorState>('/api/live/monitor', 'monitor', 0)
  return (
    <>
      <PageHeader
        title="Monitor"
        lead="Packets as they reach the box and as they leave it, side by side. What the box changed is marked."
      />
      <div className="grid items-start gap-4">
        <ChooseCard state={state} />
        {state && (state.watching || state.startedAt !== null) && <PacketsCard state={state} />}
      </div>
    </>
  )
}

const PROTOCOLS = [
  ['', 'any'],
  ['6', 'TCP'],
  ['17', 'UDP'],
  ['1', 'ICMP'],
] as const

function ChooseCard({ state }: { state: MonitorState | null }) {
  const connection = useSearchParams().get('connection')
  const links = useStatus().data?.interfaces ?? []
  const [typed, setTyped] = useState<WatchRequest>({})
  const [failure, setFailure] = useState<ApiError | Error | null>(null)
  const [busy, setBusy] = useState(false)
  const change = (next: Partial<WatchRequest>) => setTyped({ ...typed, ...next })
  const call = async (what: () => Promise<unknown>) => {
    setBusy(true)
    setFailure(null)
    await what().catch((error: Error) => setFailure(error))
    setBusy(false)
  }
  const wanted: WatchRequest = connection ? { connection } : typed
  const start = (event: FormEvent) => {
    event.preventDefault()
    void call(() => api.post('/api/monitor', wanted))
  }
  const faultOf = (name: string) =>
    failure instanceof ApiError ? failure.faults.find(({ path }) => path[0] === name)?.message : undefined
  const named = failure instanceof ApiError && failure.faults.length > 0
  return (
    <Card title={connection ? 'One connection, on both of its sides' : 'Which packets'}>
      <form onSubmit={start} className="grid gap-3">
        {!connection && (
          <div className="grid gap-x-4 gap-y-1 sm:grid-cols-2 xl:grid-cols-4">
            <Field layout="stack" label="Interface">
              <Select
                value={typed.interface ?? ''}
                onChange={(event) => change({ interface: event.target.value || undefined })}
              >
                <option value="">any</option>
                {links
                  .filter(({ role }) => role !== 'unused')
                  .map(({ name }) => (
                    <option key={name}>{name}</option>
                  ))}
              </Select>
            </Field>
            <Field layout="stack" label="Host" hint="Of either end, before or after." error={faultOf('host')}>
              <TextInput
                mono
                placeholder="any"
                value={typed.host ?? ''}
                onChange={(event) => change({ host: event.target.value.trim() || undefined })}
              />
            </Field>
            <Field layout="stack" label="Port" error={faultOf('port')}>
              <TextInput
                mono
                inputMode="numeric"
                placeholder="any"
                value={typed.port === undefined ? '' : String(typed.port)}
                onChange={(event) =>
                  change({ port: event.target.value ? Number(event.target.value) || 0 : undefined })
                }
              />
            </Field>
            <Field layout="stack" label="Protocol">
              <Select
                value={typed.protocol === undefined ? '' : String(typed.protocol)}
                onChange={(event) =>
                  change({ protocol: event.target.value ? Number(event.target.value) : undefined })
                }
              >
                {PROTOCOLS.map(([value, label]) => (
                  <option key={value} value={value}>
                    {label}
                  </option>
                ))}
              </Select>
            </Field>
          </div>
        )}
        {failure && !named && <FormFault>{messageOf(failure)}</FormFault>}
        <div className="flex flex-wrap gap-2">
          <Button type="submit" kind="primary" busy={busy}>
            {state?.watching ? 'Watch this instead' : 'Watch'}
          </Button>
          {state?.watching && (
            <Button onClick={() => void call(() => api.delete('/api/monitor'))}>Stop</Button>
          )}
          {connection && <LinkButton href="/monitor">Other packets</LinkButton>}
          {state && state.kept > 0 && (
            <a href="/api/monitor/pcapng" download className="self-center underline underline-offset-2">
              Download {count(state.kept)} packets (pcapng)
            </a>
          )}
        </div>
      </form>
    </Card>
  )
}

function PacketsCard({ state }: { state: MonitorState }) {
  const { turns, watching, words, seen, notShown, lost, notKept, ended } = state
  const losses = [
    notShown > 0 && `${count(notShown)} packets not shown`,
    lost > 0 && `${count(lost)} came too fast and are missing`,
    notKept > 0 && `${count(notKept)} did not fit into the file`,
  ].filter(Boolean)
  return (
    <Card
      title={watching ? 'Live' : 'What was seen'}
      aside={
        <span className="text-mute">
          <Num>{count(seen)}</Num> seen
        </span>
      }
    >
      <p role="status" className="mb-2">
        {watching ? 'Watching ' : ''}
        <Num>{words}</Num>.{!watching && ended ? ` ${ended}` : ''}{' '}
        {losses.length > 0 && <span className="text-warn">{losses.join('; ')}.</span>}
      </p>
      {turns.length === 0 ? (
        <EmptyState title="No packet yet">As soon as one fits it stands here.</EmptyState>
      ) : (
        <ol aria-label="Packets" className="grid">
          {[...turns].reverse().map((turn) => (
            <Turn key={turn.turn} turn={turn} />
          ))}
        </ol>
      )}
    </Card>
  )
}

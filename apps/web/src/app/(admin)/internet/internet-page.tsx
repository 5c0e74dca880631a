'use client'

import type { Internet, InternetConnection } from '@bauta/config'
import { useState } from 'react'
import { DraftBar, DraftBars } from '../../../forms/draft-bar.tsx'
import { LoadFault } from '../../../forms/load-fault.tsx'
import { type DraftKind, useDraft } from '../../../forms/use-draft.ts'
import { GoodToKnow } from '../../../help/good-to-know.tsx'
import { useInternet, useStatus } from '../../../live/use-live.ts'
import { Button, Card, PageHeader, SkeletonRows } from '../../../ui/index.ts'
import { useShaping } from '../network/use-household.ts'
import { CheckCard } from './check-card.tsx'
import { ConnectionCard } from './connection-card.tsx'
import { ConnectionDrawer } from './connection-drawer.tsx'
import { DialersCard } from './dialers-card.tsx'
import { EventsCard } from './events-card.tsx'
import { keepConnection, mergeInternet, removeConnection, toJudge } from './internet-draft.ts'
import { ShapingCard } from './shaping-card.tsx'
import { mergeShaping } from './shaping-draft.ts'

const KIND: DraftKind<'internet'> = { merge: mergeInternet, toJudge }
const SHAPING: DraftKind<'shaping'> = { merge: mergeShaping }

/** null: a new one */
type Editing = { at: number | null } | null

export function InternetPage() {
  const draft = useDraft('internet', KIND)
  const shaping = useDraft('shaping', SHAPING)
  const { data: queues } = useShaping()
  const { data: live } = useInternet()
  const { data: status } = useStatus()
  const [editing, setEditing] = useState<Editing>(null)
  const { value, stored } = draft
  if (draft.error && !value) return <LoadFault title="Internet" error={draft.error} />
  const now = status?.now ?? Date.now()
  // In use stands first; the others keep their order.
  const order = value?.connections
    .map((connection, at) => ({ connection, at }))
    .toSorted((a, b) => Number(b.connection.name === value.use) - Number(a.connection.name === value.use))

  return (
    <>
      <PageHeader
        title="Internet"
        lead="How the house reaches the Internet: one connection is in use at a time, the others wait."
        actions={<Button onClick={() => setEditing({ at: null })}>Add connection</Button>}
      />
      <DraftBars>
        {(draft.changed || !shaping.changed) && (
          <DraftBar draft={draft} name={shaping.changed ? 'Internet' : undefined} />
        )}
        {shaping.changed && <DraftBar draft={shaping} name="Shaping" />}
      </DraftBars>
      <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,1.6fr)_minmax(0,1fr)]">
        <div className="grid gap-4">
          {!value || !order ? (
            <Card title="Connections">
              <SkeletonRows rows={5} />
            </Card>
          ) : (
            order.map(({ connection, at }) => (
              <ConnectionCard
                key={`${at} ${connection.name}`}
                connection={connection}
                line={live?.connections.find(
                  ({ name }) => name === storedName(stored?.connections, at, connection),
                )}
                loading={live === null}
                chosen={connection.name === value.use}
                now={now}
                onEdit={() => setEditing({ at })}
                onUse={() => draft.set({ ...value, use: connection.name })}
                onRemove={
                  value.connections.length > 1 && connection.name !== value.use
                    ? () => draft.set(removeConnection(value, connection.name))
                    : null
                }
              />
            ))
          )}
          <CheckCard />
          <ShapingCard draft={shaping} connections={namesOf(stored)} live={queues} />
        </div>
        <div className="grid gap-4">
          <DialersCard draft={draft} value={value} />
          <EventsCard events={live?.events} now={now} />
          <GoodToKnow page="internet" />
        </div>
      </div>
      {editing && value && (
        <ConnectionDrawer
          internet={value}
          at={editing.at}
          onClose={() => setEditing(null)}
          onKeep={(connection) => {
            draft.set(keepConnection(value, editing.at, connection))
            setEditing(null)
          }}
        />
      )}
    </>
  )
}

/** The one in use first. */
function namesOf(internet: Internet | undefined): string[] {
  const names = internet?.connections.map(({ name }) => name) ?? []
  return names.toSorted((a, b) => Number(b === internet?.use) - Number(a === internet?.use))
}

/** A connection that is being renamed still runs under the name that the box knows. */
function storedName(
  stored: readonly InternetConnection[] | undefined,
  at: number,
  { name }: InternetConnection,
): string {
  if (!stored || stored.some((one) => one.name === name)) return name
  return stored[at]?.name ?? name
}

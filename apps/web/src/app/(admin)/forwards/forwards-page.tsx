'use client'

import { DraftBar, DraftBars } from '../../../forms/draft-bar.tsx'
import { faultsBelow } from '../../../forms/faults.ts'
import { LoadFault } from '../../../forms/load-fault.tsx'
import { TextList } from '../../../forms/text-list.tsx'
import { useDraft } from '../../../forms/use-draft.ts'
import { Button, Card, EmptyState, PageHeader, SkeletonRows } from '../../../ui/index.ts'
import { ForwardCard } from './forward-card.tsx'
import { Machines } from './machines.tsx'
import { MarksCard } from './marks-card.tsx'
import { nextId } from './port-text.ts'
import { TriggersCard } from './triggers-card.tsx'

export function ForwardsPage() {
  const draft = useDraft('forwards')
  const { value } = draft
  if (draft.error && !value) return <LoadFault title="Port forwarding" error={draft.error} />
  const add = (dmz: boolean) => {
    if (!value) return
    const fresh = {
      id: nextId(value),
      enabled: true,
      comment: '',
      protocol: dmz ? ('all' as const) : ('tcp' as const),
      ports: null,
      targets: [{ address: '', turns: 10 }],
      targetPort: null,
      source: null,
    }
    draft.set({ ...value, list: [...value.list, fresh] })
  }
  return (
    <>
      <PageHeader
        title="Port forwarding"
        lead="What the Internet may reach inside. Nothing comes in uninvited but what is listed here; machines at home reach it by the same address."
      />
      <DraftBars>
        <DraftBar draft={draft} />
      </DraftBars>
      <Machines />
      {value ? (
        <>
          <div className="grid gap-4">
            {value.list.length === 0 && (
              <EmptyState title="Nothing is forwarded">
                A web server, a game or a camera that shall be reached from outside needs a forward.
              </EmptyState>
            )}
            {value.list.map((forward, i) => (
              <ForwardCard
                key={forward.id}
                forward={forward}
                faults={faultsBelow(draft.faults, ['list', i])}
                onChange={(next) => draft.set({ ...value, list: value.list.with(i, next) })}
                onRemove={() => draft.set({ ...value, list: value.list.toSpliced(i, 1) })}
              />
            ))}
            <div className="flex flex-wrap gap-2">
              <Button onClick={() => add(false)}>Add forward</Button>
              {!value.list.some(({ protocol }) => protocol === 'all') && (
                <Button kind="quiet" onClick={() => add(true)}>
                  Add DMZ host
                </Button>
              )}
            </div>
          </div>
          <div className="mt-4 grid items-start gap-4 xl:grid-cols-2">
            <TriggersCard draft={draft} value={value} />
            <MarksCard draft={draft} value={value} />
            <Card title="Consoles">
              <p className="mb-2 text-sm text-mute">
                Games and calls between homes work best when anybody may answer on a port that the machine has
                sent from itself. For all other machines only whom they have sent to may answer.
              </p>
              <TextList
                what="console"
                values={value.consoles}
                faults={faultsBelow(draft.faults, ['consoles'])}
                placeholder="192.168.77.24"
                empty="No console yet."
                onChange={(consoles) => draft.set({ ...value, consoles })}
              />
            </Card>
          </div>
        </>
      ) : (
        <Card title="Forwards">
          <SkeletonRows rows={4} />
        </Card>
      )}
    </>
  )
}

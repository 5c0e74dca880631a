'use client'

import type { Forwards, MarkedForward } from '@bauta/config'
import { DraftField } from '../../../forms/draft-field.tsx'
import { messageAt } from '../../../forms/faults.ts'
import { FigureInput } from '../../../forms/figure-input.tsx'
import type { DraftOf } from '../../../forms/use-draft.ts'
import { Button, Card, TextInput } from '../../../ui/index.ts'
import { EntryHead } from './entry-head.tsx'
import { nextId } from './port-text.ts'

interface MarksCardProps {
  draft: DraftOf<'forwards'>
  value: Forwards
}

/** Leads by mark: rules say which packets, whatever their port. */
export function MarksCard({ draft, value }: MarksCardProps) {
  const { marks } = value
  const set = (next: MarkedForward[]) => draft.set({ ...value, marks: next })
  const add = () => {
    const fresh = { id: nextId(value), enabled: true, comment: '', mark: 1, targetPort: null }
    set([...marks, { ...fresh, targets: [{ address: '', turns: 10 }] }])
  }
  return (
    <Card title="By mark">
      <p className="mb-2 text-sm text-mute">
        Where a port is not enough to tell: a rule gives packets a mark, and the mark leads to a machine.
      </p>
      <div className="grid justify-items-start gap-3">
        {marks.map((marked, i) => (
          <MarkRow
            key={marked.id}
            marked={marked}
            fault={(...path) => messageAt(draft.faults, ['marks', i, ...path])}
            onChange={(next) => set(marks.with(i, next))}
            onRemove={() => set(marks.toSpliced(i, 1))}
          />
        ))}
        <Button size="small" onClick={add}>
          Add mark
        </Button>
      </div>
    </Card>
  )
}

interface MarkRowProps {
  marked: MarkedForward
  fault: (...path: (string | number)[]) => string | undefined
  onChange: (marked: MarkedForward) => void
  onRemove: () => void
}

/** The first machine; others of the same mark come by `ipmasqadm mfw`, and stay as they are. */
function MarkRow({ marked, fault, onChange, onRemove }: MarkRowProps) {
  const { mark, targets, targetPort, comment } = marked
  const [first, ...others] = targets
  const more =
    others.length > 0 ? `Also ${others.map(({ address }) => address).join(', ')}, in turn.` : undefined
  return (
    <div className="grid w-full gap-2 border-b border-line pb-3">
      <EntryHead entry={marked} what="mark" onChange={onChange} onRemove={onRemove} />
      <div className="grid gap-x-4 sm:grid-cols-3">
        <DraftField layout="stack" label="Mark" error={fault('mark')}>
          <FigureInput value={mark} onChange={(value) => onChange({ ...marked, mark: value })} />
        </DraftField>
        <DraftField
          layout="stack"
          label="leads to machine"
          hint={more}
          error={fault('targets', 0, 'address') ?? fault('targets')}
        >
          <TextInput
            mono
            value={first?.address ?? ''}
            placeholder="192.168.77.20"
            onChange={({ target }) =>
              onChange({
                ...marked,
                targets: [{ address: target.value, turns: first?.turns ?? 10 }, ...others],
              })
            }
          />
        </DraftField>
        <DraftField
          layout="stack"
          label="port there"
          hint="0: the port it came for."
          error={fault('targetPort')}
        >
          <FigureInput
            value={targetPort ?? 0}
            onChange={(port) => onChange({ ...marked, targetPort: port === 0 ? null : port })}
          />
        </DraftField>
      </div>
      <TextInput
        aria-label="Note"
        value={comment}
        placeholder="Which packets are marked"
        onChange={(event) => onChange({ ...marked, comment: event.target.value })}
      />
    </div>
  )
}

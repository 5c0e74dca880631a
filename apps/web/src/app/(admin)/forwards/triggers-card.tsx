'use client'

import type { Forwards, Trigger } from '@bauta/config'
import { DraftField } from '../../../forms/draft-field.tsx'
import { messageAt } from '../../../forms/faults.ts'
import { FigureInput } from '../../../forms/figure-input.tsx'
import { TypedField } from '../../../forms/typed-field.tsx'
import type { DraftOf } from '../../../forms/use-draft.ts'
import { Button, Card, Select, Switch, TextInput } from '../../../ui/index.ts'
import { EntryHead } from './entry-head.tsx'
import { nextId, rangeOf, rangeText } from './port-text.ts'

interface TriggersCardProps {
  draft: DraftOf<'forwards'>
  value: Forwards
}

/** Ports that open by themselves for whoever asks: what programs of the time of RealAudio needed, and some still do. */
export function TriggersCard({ draft, value }: TriggersCardProps) {
  const { triggers } = value
  const set = (next: Trigger[]) => draft.set({ ...value, triggers: next })
  const add = () =>
    set([
      ...triggers,
      {
        id: nextId(value),
        enabled: true,
        comment: '',
        control: { protocol: 'tcp', port: 7070 },
        opens: { protocol: 'udp', from: 6970, to: 7170 },
        anyServer: false,
      },
    ])
  return (
    <Card title="Ports that open by themselves">
      <p className="mb-2 text-sm text-mute">
        A machine that sends to the first port gets what comes to the others, for 15 seconds each time.
      </p>
      <div className="grid justify-items-start gap-3">
        {triggers.map((trigger, i) => (
          <TriggerRow
            key={trigger.id}
            trigger={trigger}
            fault={messageAt(draft.faults, ['triggers', i])}
            onChange={(next) => set(triggers.with(i, next))}
            onRemove={() => set(triggers.toSpliced(i, 1))}
          />
        ))}
        <Button size="small" onClick={add}>
          Add trigger
        </Button>
      </div>
    </Card>
  )
}

interface TriggerRowProps {
  trigger: Trigger
  fault: string | undefined
  onChange: (trigger: Trigger) => void
  onRemove: () => void
}

function TriggerRow({ trigger, fault, onChange, onRemove }: TriggerRowProps) {
  const { control, opens, anyServer, comment } = trigger
  return (
    <div className="grid w-full gap-2 border-b border-line pb-3">
      <EntryHead entry={trigger} what="trigger" onChange={onChange} onRemove={onRemove} />
      <div className="grid grid-cols-2 gap-x-4 sm:grid-cols-4">
        <DraftField layout="stack" label="A packet by">
          <Protocol
            value={control.protocol}
            onChange={(protocol) => onChange({ ...trigger, control: { ...control, protocol } })}
          />
        </DraftField>
        <DraftField layout="stack" label="to port">
          <FigureInput
            value={control.port}
            onChange={(port) => onChange({ ...trigger, control: { ...control, port } })}
          />
        </DraftField>
        <DraftField layout="stack" label="opens for">
          <Protocol
            value={opens.protocol}
            onChange={(protocol) => onChange({ ...trigger, opens: { ...opens, protocol } })}
          />
        </DraftField>
        <TypedField
          mono
          label="the ports"
          error={fault}
          text={rangeText(opens)}
          onText={(text) =>
            onChange({ ...trigger, opens: { ...opens, ...(rangeOf(text) ?? { from: 0, to: 0 }) } })
          }
        />
      </div>
      <div className="grid gap-2 sm:grid-cols-2">
        <TextInput
          aria-label="Note"
          value={comment}
          placeholder="RealAudio"
          onChange={(event) => onChange({ ...trigger, comment: event.target.value })}
        />
        <Switch
          label="Also for servers that were not asked"
          checked={anyServer}
          onChange={(event) => onChange({ ...trigger, anyServer: event.target.checked })}
        />
      </div>
    </div>
  )
}

interface ProtocolProps {
  value: 'tcp' | 'udp'
  onChange: (value: 'tcp' | 'udp') => void
}

function Protocol({ value, onChange }: ProtocolProps) {
  return (
    <Select value={value} onChange={(event) => onChange(event.target.value as 'tcp' | 'udp')}>
      <option value="tcp">TCP</option>
      <option value="udp">UDP</option>
    </Select>
  )
}

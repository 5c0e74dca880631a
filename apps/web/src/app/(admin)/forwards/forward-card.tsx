'use client'

import { type Fault, type Forward, type ForwardProtocol, portWords, targetWords } from '@bauta/config'
import { DraftField } from '../../../forms/draft-field.tsx'
import { messageAt, messageExactlyAt } from '../../../forms/faults.ts'
import { FigureInput } from '../../../forms/figure-input.tsx'
import { TextField } from '../../../forms/text-field.tsx'
import { TypedField } from '../../../forms/typed-field.tsx'
import { Button, Card, FormFault, Select, Switch } from '../../../ui/index.ts'
import { MACHINES } from './machines.tsx'
import { rangeOf, rangeText } from './port-text.ts'
import { TargetTest } from './target-test.tsx'

interface ForwardCardProps {
  forward: Forward
  /** Paths begin at the forward. */
  faults: readonly Fault[]
  onChange: (forward: Forward) => void
  onRemove: () => void
}

const PROTOCOLS: Record<Exclude<ForwardProtocol, 'all'>, string> = {
  tcp: 'TCP',
  udp: 'UDP',
  both: 'TCP and UDP',
}

/** One forward: what the Internet knows, who gets it, and who may come. */
export function ForwardCard({ forward, faults, onChange, onRemove }: ForwardCardProps) {
  const { protocol, targets, comment, enabled } = forward
  const set = (change: Partial<Forward>) => onChange({ ...forward, ...change })
  const dmz = protocol === 'all'
  const name = comment || (dmz ? 'DMZ host' : forward.ports ? portWords(forward) : 'New forward')
  return (
    <Card title={name} aside={enabled ? undefined : 'switched off'}>
      <div className="grid gap-3">
        <div className="flex flex-wrap items-center justify-between gap-2">
          <Switch
            label={dmz ? 'Everything else to one machine' : 'Forward'}
            checked={enabled}
            onChange={(event) => set({ enabled: event.target.checked })}
          />
          <Button kind="quiet" size="small" aria-label={`Remove ${name}`} onClick={onRemove}>
            Remove
          </Button>
        </div>
        {dmz && (
          <p className="text-sm text-mute">
            This machine then stands in the Internet as if there were no box before it. Forward single ports
            where that is enough.
          </p>
        )}
        {!dmz && <PortFields forward={forward} faults={faults} set={set} />}
        <Targets forward={forward} faults={faults} set={set} />
        <div className="grid gap-x-4 sm:grid-cols-2">
          <TextField
            mono
            label="Only from"
            hint="An address or a network of the Internet; empty: anybody."
            error={messageAt(faults, ['source'])}
            value={forward.source ?? ''}
            placeholder="203.0.113.0/24"
            onChange={(event) => set({ source: event.target.value.trim() || null })}
          />
          <TextField
            label="Note"
            error={messageAt(faults, ['comment'])}
            value={comment}
            placeholder="web server"
            onChange={(event) => set({ comment: event.target.value })}
          />
        </div>
        {targets.every(({ address }) => address !== '') && (dmz || forward.ports) && (
          <p className="text-sm text-mute">{`Leads ${portWords(forward)} to ${targetWords(forward)}.`}</p>
        )}
        <FormFault>{messageExactlyAt(faults, ['id']) ?? messageExactlyAt(faults, ['protocol'])}</FormFault>
      </div>
    </Card>
  )
}

interface PartProps {
  forward: Forward
  faults: readonly Fault[]
  set: (change: Partial<Forward>) => void
}

function PortFields({ forward, faults, set }: PartProps) {
  return (
    <div className="grid gap-x-4 sm:grid-cols-3">
      <DraftField layout="stack" label="Protocol">
        <Select
          value={forward.protocol}
          onChange={(event) => set({ protocol: event.target.value as ForwardProtocol })}
        >
          {Object.entries(PROTOCOLS).map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </Select>
      </DraftField>
      <TypedField
        mono
        label="Port outside"
        hint="Or a range: 5000-5010."
        error={messageAt(faults, ['ports'])}
        text={rangeText(forward.ports)}
        placeholder="80"
        onText={(text) => set({ ports: rangeOf(text) })}
      />
      <TextField
        mono
        inputMode="numeric"
        label="Port inside"
        hint="Empty: the same. Of a range: the first."
        error={messageAt(faults, ['targetPort'])}
        value={forward.targetPort ?? ''}
        placeholder={forward.ports ? String(forward.ports.from) : '8080'}
        onChange={(event) => set({ targetPort: rangeOf(event.target.value)?.from ?? null })}
      />
    </div>
  )
}

function Targets({ forward, faults, set }: PartProps) {
  const { targets, protocol, ports, targetPort } = forward
  const change = (i: number, fields: Partial<Forward['targets'][number]>) =>
    set({ targets: targets.with(i, { ...targets[i]!, ...fields }) })
  const several = targets.length > 1
  return (
    <div className="grid justify-items-start gap-2">
      {targets.map((target, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: machines have no other identity while they are typed
        <div key={i} className="flex w-full flex-wrap items-start gap-x-4 gap-y-1">
          <div className="min-w-48 flex-1">
            <TextField
              mono
              list={MACHINES}
              label={several ? `Machine ${i + 1}` : 'Machine'}
              error={messageAt(faults, ['targets', i, 'address'])}
              value={target.address}
              placeholder="192.168.77.20"
              onChange={(event) => change(i, { address: event.target.value.trim() })}
            />
          </div>
          {several && (
            <DraftField
              layout="stack"
              label="Connections in a row"
              error={messageAt(faults, ['targets', i, 'turns'])}
            >
              <FigureInput
                value={target.turns}
                onChange={(turns) => change(i, { turns })}
                className="max-w-24 flex-none!"
              />
            </DraftField>
          )}
          {ports && protocol !== 'all' && (
            <TargetTest
              protocol={protocol === 'udp' ? 'udp' : 'tcp'}
              address={target.address}
              port={targetPort ?? ports.from}
            />
          )}
          {several && (
            <Button
              kind="quiet"
              size="small"
              aria-label={`Remove machine ${i + 1}`}
              onClick={() => set({ targets: targets.toSpliced(i, 1) })}
              className="self-end"
            >
              Remove
            </Button>
          )}
        </div>
      ))}
      <FormFault>{messageExactlyAt(faults, ['targets'])}</FormFault>
      {protocol !== 'all' && (
        <Button
          size="small"
          kind="quiet"
          onClick={() => set({ targets: [...targets, { address: '', turns: 10 }] })}
        >
          Another machine in turn
        </Button>
      )}
    </div>
  )
}

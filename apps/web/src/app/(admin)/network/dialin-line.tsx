'use client'

import { asksForAccount, DIALIN_PROTOCOLS, type DialinLine, SERIAL_SPEEDS } from '@bauta/config'
import type { DialinLineStatus } from '@bauta/control/schemas'
import { DraftField } from '../../../forms/draft-field.tsx'
import { moment } from '../../../live/format.ts'
import { Button, Num, Select, Tag, TextInput } from '../../../ui/index.ts'
import { PROTOCOL_CHOICES, protocolHint, stateTag } from './dialin-draft.ts'

interface DialinLineFieldsProps {
  at: number
  line: DialinLine
  live: DialinLineStatus | undefined
  fault: (field: string) => string | undefined
  onChange: (line: DialinLine) => void
  onRemove: () => void
}

/** One serial line: where it is, who answers at it, and what the caller gets. */
export function DialinLineFields({ at, line, live, fault, onChange, onRemove }: DialinLineFieldsProps) {
  const set = (change: Partial<DialinLine>) => onChange({ ...line, ...change })
  const tag = live && stateTag(live)
  const hint = protocolHint(line)
  return (
    <fieldset className="min-w-0 border-t border-line pt-2">
      <legend className="sr-only">Line {at + 1}</legend>
      <div className="mb-1.5 flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="font-semibold">Line {at + 1}</span>
        {tag && <Tag tone={tag.tone}>{tag.word}</Tag>}
        <Button
          size="small"
          kind="quiet"
          className="ml-auto"
          aria-label={`Remove line ${at + 1}`}
          onClick={onRemove}
        >
          Remove
        </Button>
      </div>
      <div className="grid gap-x-3 gap-y-1 sm:grid-cols-2">
        <DraftField layout="stack" label="Serial line" error={fault('device')}>
          <TextInput mono value={line.device} onChange={(event) => set({ device: event.target.value })} />
        </DraftField>
        <DraftField layout="stack" label="Speed" error={fault('speed')}>
          <Select value={line.speed} onChange={(event) => set({ speed: speedOf(event.target.value) })}>
            {SERIAL_SPEEDS.map((speed) => (
              <option key={speed} value={speed}>
                {speed}
              </option>
            ))}
          </Select>
        </DraftField>
        <DraftField layout="stack" label="At its end" error={fault('kind')}>
          <Select value={line.kind} onChange={(event) => set({ kind: kindOf(event.target.value) })}>
            <option value="modem">a modem that answers</option>
            <option value="direct">a null-modem cable</option>
          </Select>
        </DraftField>
        <DraftField
          layout="stack"
          label="Protocol"
          hint={asksForAccount(line) ? hint : <span className="text-warn">{hint}</span>}
          error={fault('protocol')}
        >
          <Select
            value={line.protocol}
            onChange={(event) => set({ protocol: protocolOf(event.target.value) })}
          >
            {DIALIN_PROTOCOLS.map((protocol) => (
              <option key={protocol} value={protocol}>
                {PROTOCOL_CHOICES[protocol]}
              </option>
            ))}
          </Select>
        </DraftField>
        {line.kind === 'modem' && (
          <DraftField
            layout="stack"
            label="Told to the modem"
            hint="After ATZ. S0=1: it answers at the first ring."
            error={fault('init')}
          >
            <TextInput mono value={line.init} onChange={(event) => set({ init: event.target.value })} />
          </DraftField>
        )}
        <DraftField
          layout="stack"
          label="Address of the caller"
          hint="Of the home network, and not one that DHCP gives away."
          error={fault('address')}
        >
          <TextInput
            mono
            inputMode="decimal"
            value={line.address}
            onChange={(event) => set({ address: event.target.value.trim() })}
          />
        </DraftField>
      </div>
      {live && <Happening live={live} />}
    </fieldset>
  )
}

const speedOf = (text: string) => Number(text) as DialinLine['speed']
const protocolOf = (text: string) => text as DialinLine['protocol']
const kindOf = (text: string) => text as DialinLine['kind']

/** Who is on, what is wrong, and how the last call ended. */
function Happening({ live }: { live: DialinLineStatus }) {
  const { caller, problem, last, state } = live
  return (
    <div className="mt-1 text-sm text-mute">
      {caller && (
        <p>
          {caller.name} is on since <Num>{moment(caller.since, Date.now())}</Num>, as{' '}
          <Num>{live.address}</Num>; rules name this line <Num>{live.interface}</Num>.
        </p>
      )}
      {state === 'open' && (
        <p>
          Whoever is at the other end of the cable is in the house, as <Num>{live.address}</Num>; rules name
          this line <Num>{live.interface}</Num>.
        </p>
      )}
      {problem && <p className="text-bad">{problem}</p>}
      {last && (
        <p>
          <Num>{moment(last.at, Date.now())}</Num>: {last.text}.
        </p>
      )}
    </div>
  )
}

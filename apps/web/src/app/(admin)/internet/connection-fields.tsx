'use client'

import { type Fault, isPpp } from '@bauta/config'
import { messageAt } from '../../../forms/faults.ts'
import { FigureInput } from '../../../forms/figure-input.tsx'
import { SecretInput } from '../../../forms/secret-input.tsx'
import { ModemFields } from '../../../internet/modem-fields.tsx'
import { StaticFields } from '../../../internet/static-fields.tsx'
import { KINDS } from '../../../internet/words.ts'
import { Button, Field, FieldGroup, Select, TextInput } from '../../../ui/index.ts'
import { PairHead, PairRow } from '../dns/pair-row.tsx'
import type { ConnectionForm, Kind } from './internet-draft.ts'

interface ConnectionFieldsProps {
  form: ConnectionForm
  /** The box has the password already. */
  kept: boolean
  /** Paths begin at the connection. */
  faults: readonly Fault[]
  onChange: (change: Partial<ConnectionForm>) => void
}

const KIND_ORDER: readonly Kind[] = ['dhcp', 'pppoe', 'static', 'serial', 'system']

export function ConnectionFields({ form, kept, faults, onChange }: ConnectionFieldsProps) {
  const error = (...path: (string | number)[]) => messageAt(faults, path)
  const { kind, when } = form
  return (
    <>
      <Field layout="stack" label="Name" hint="Yours to choose: Fibre, Old modem." error={error('name')}>
        <TextInput value={form.name} onChange={(event) => onChange({ name: event.target.value })} />
      </Field>
      <Field layout="stack" label="Kind" hint={KIND_HINTS[kind]}>
        <Select value={kind} onChange={(event) => onChange({ kind: event.target.value as Kind })}>
          {KIND_ORDER.map((one) => (
            <option key={one} value={one}>
              {KINDS[one]}
            </option>
          ))}
        </Select>
      </Field>
      <MethodFields
        form={form}
        kept={kept}
        error={(...path) => error('method', ...path)}
        onChange={onChange}
      />
      {kind !== 'system' && (
        <Field layout="stack" label="When" hint={WHEN_HINTS[when]} error={error('when')}>
          <Select
            value={when}
            onChange={(event) => onChange({ when: event.target.value as ConnectionForm['when'] })}
          >
            <option value="always">Always up</option>
            {isPpp(kind) && <option value="demand">When somebody needs it</option>}
            <option value="manual">When somebody says so</option>
          </Select>
        </Field>
      )}
      {kind !== 'system' && when === 'demand' && (
        <Field
          layout="stack"
          label="Hang up after"
          unit="seconds without traffic"
          error={error('idleSeconds')}
        >
          <FigureInput
            className="max-w-28 flex-none!"
            value={form.idleSeconds}
            onChange={(idleSeconds) => onChange({ idleSeconds })}
          />
        </Field>
      )}
    </>
  )
}

const KIND_HINTS: Record<Kind, string> = {
  dhcp: 'The provider, or a router before the box, gives the address by itself.',
  pppoe: 'A login over the port to the Internet; DSL and some fibre.',
  static: 'The address stands in the provider’s letter.',
  serial: 'A modem, or another machine at a serial line.',
  system: 'The operating system brings the port up; Bauta only looks.',
}
const WHEN_HINTS: Record<ConnectionForm['when'], string> = {
  always: 'Comes up by itself, and again after it broke.',
  demand: 'The first packet brings it up.',
  manual: 'By the button “Connect”, here or on the page for the household.',
}

interface MethodFieldsProps extends Omit<ConnectionFieldsProps, 'faults'> {
  error: (...path: (string | number)[]) => string | undefined
}

function MethodFields({ form, kept, error, onChange }: MethodFieldsProps) {
  switch (form.kind) {
    case 'system':
      return null
    case 'dhcp':
      return (
        <>
          <Field
            layout="stack"
            label="Name told to the provider"
            hint="Only where the provider asks for one."
            error={error('hostname')}
          >
            <TextInput
              mono
              value={form.hostname}
              onChange={(event) => onChange({ hostname: event.target.value })}
            />
          </Field>
          <Field
            layout="stack"
            label="Hardware address"
            hint="Only where the provider knows another card; empty: the port’s own."
            error={error('mac')}
          >
            <TextInput
              mono
              value={form.mac}
              placeholder="3c:22:fb:10:20:30"
              onChange={(event) => onChange({ mac: event.target.value })}
            />
          </Field>
        </>
      )
    case 'static':
      return <StaticFields form={form} error={error} onChange={onChange} />
    case 'pppoe':
      return (
        <>
          <LoginFields form={form} kept={kept} error={error} onChange={onChange} />
          <Field
            layout="stack"
            label="Service name"
            hint="Empty: any, which is right for nearly everybody."
            error={error('service')}
          >
            <TextInput
              mono
              value={form.service}
              onChange={(event) => onChange({ service: event.target.value })}
            />
          </Field>
          <Field
            layout="stack"
            label="MTU"
            unit="bytes"
            hint="Empty: the box tries 1500 and takes 1492 where that does not pass."
            error={error('mtu')}
          >
            <TextInput
              mono
              inputMode="numeric"
              className="max-w-28 flex-none! text-right"
              value={form.mtu}
              placeholder="by trying"
              onChange={(event) => onChange({ mtu: event.target.value })}
            />
          </Field>
        </>
      )
    case 'serial':
      return (
        <>
          <ModemFields form={form} error={error} onChange={onChange} />
          <LoginFields form={form} kept={kept} error={error} onChange={onChange} />
          <ChatFields form={form} error={error} onChange={onChange} />
        </>
      )
  }
}

function LoginFields({ form, kept, error, onChange }: MethodFieldsProps) {
  return (
    <>
      <Field layout="stack" label="User name" error={error('user')}>
        <TextInput value={form.user} onChange={(event) => onChange({ user: event.target.value })} />
      </Field>
      <Field
        layout="stack"
        label="Password of the provider"
        hint="It goes into the box, and comes out only in a backup."
        error={error('password')}
      >
        <SecretInput value={form.password} kept={kept} onChange={(password) => onChange({ password })} />
      </Field>
    </>
  )
}

function ChatFields({ form, error, onChange }: Omit<MethodFieldsProps, 'kept'>) {
  const { chat } = form
  return (
    <FieldGroup legend="What is said before the number is dialled">
      <div className="grid justify-items-start gap-2">
        {chat.length > 0 && <PairHead left="Wait for" right="Then send" />}
        {chat.map((line, i) => (
          <PairRow
            // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other identity
            key={i}
            what={`line ${i + 1}`}
            left={{ label: 'Wait for', value: line.expect, placeholder: 'OK' }}
            right={{ label: 'Then send', value: line.send, placeholder: 'ATZ' }}
            faults={{ left: error('chat', i, 'expect'), right: error('chat', i, 'send') }}
            onLeft={(expect) => onChange({ chat: chat.with(i, { ...line, expect }) })}
            onRight={(send) => onChange({ chat: chat.with(i, { ...line, send }) })}
            onRemove={() => onChange({ chat: chat.toSpliced(i, 1) })}
          />
        ))}
        {chat.length === 0 && <p className="text-sm text-mute">Nothing; most modems need nothing.</p>}
        <Button size="small" onClick={() => onChange({ chat: [...chat, { expect: '', send: '' }] })}>
          Add line
        </Button>
      </div>
    </FieldGroup>
  )
}

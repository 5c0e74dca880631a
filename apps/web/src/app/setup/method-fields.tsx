'use client'

import type { Fault } from '@bauta/config'
import { messageAt } from '../../forms/faults.ts'
import { FigureInput } from '../../forms/figure-input.tsx'
import { Field } from '../../ui/field.tsx'
import { Select, TextInput } from '../../ui/inputs.tsx'
import type { InternetForm } from './finding.ts'

interface MethodFieldsProps {
  form: InternetForm
  /** Paths begin at the method. */
  faults: readonly Fault[]
  onChange: (part: Partial<InternetForm>) => void
}

const SPEEDS = [9600, 19_200, 38_400, 57_600, 115_200, 230_400, 460_800, 921_600]

/** What this kind of connection needs to know. */
export function MethodFields({ form, faults, onChange }: MethodFieldsProps) {
  const error = (field: string) => messageAt(faults, [field])
  if (form.method === 'dhcp') return null
  if (form.method === 'static')
    return (
      <>
        <div className="grid grid-cols-[minmax(0,1fr)_6rem] gap-3">
          <Field layout="stack" label="Address" error={error('address')}>
            <TextInput
              mono
              className="h-10!"
              placeholder="198.51.100.7"
              value={form.address}
              onChange={(event) => onChange({ address: event.target.value })}
            />
          </Field>
          <Field layout="stack" label="Prefix" error={error('bits')}>
            <FigureInput className="h-10!" value={form.bits} onChange={(bits) => onChange({ bits })} />
          </Field>
        </div>
        <Field layout="stack" label="Gateway" error={error('gateway')}>
          <TextInput
            mono
            className="h-10!"
            placeholder="198.51.100.1"
            value={form.gateway}
            onChange={(event) => onChange({ gateway: event.target.value })}
          />
        </Field>
        <Field
          layout="stack"
          label="DNS servers"
          hint="One or two addresses with a comma between them."
          error={error('dnsServers')}
        >
          <TextInput
            mono
            className="h-10!"
            placeholder="9.9.9.9, 149.112.112.112"
            value={form.dns}
            onChange={(event) => onChange({ dns: event.target.value })}
          />
        </Field>
      </>
    )
  return (
    <>
      {form.method === 'serial' && (
        <>
          <div className="grid grid-cols-2 gap-3">
            <Field layout="stack" label="Serial line" error={error('device')}>
              <TextInput
                mono
                className="h-10!"
                value={form.line}
                onChange={(event) => onChange({ line: event.target.value })}
              />
            </Field>
            <Field layout="stack" label="Speed" error={error('speed')}>
              <Select
                className="h-10!"
                value={form.speed}
                onChange={(event) => onChange({ speed: Number(event.target.value) })}
              >
                {SPEEDS.map((speed) => (
                  <option key={speed} value={speed}>
                    {speed}
                  </option>
                ))}
              </Select>
            </Field>
          </div>
          <Field
            layout="stack"
            label="Phone number"
            hint="Empty where there is no modem but a plain line."
            error={error('phone')}
          >
            <TextInput
              mono
              inputMode="tel"
              className="h-10!"
              value={form.phone}
              onChange={(event) => onChange({ phone: event.target.value })}
            />
          </Field>
        </>
      )}
      <Field layout="stack" label="User name" error={error('user')}>
        <TextInput
          className="h-10!"
          value={form.user}
          onChange={(event) => onChange({ user: event.target.value })}
        />
      </Field>
      <Field
        layout="stack"
        label="Password of the provider"
        hint="Shown while you type: it comes from a letter."
        error={error('password')}
      >
        <TextInput
          mono
          className="h-10!"
          value={form.password}
          onChange={(event) => onChange({ password: event.target.value })}
        />
      </Field>
    </>
  )
}

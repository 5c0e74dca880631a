'use client'

import type { Fault } from '@bauta/config'
import { messageAt } from '../../forms/faults.ts'
import { ModemFields } from '../../internet/modem-fields.tsx'
import { StaticFields } from '../../internet/static-fields.tsx'
import { Field } from '../../ui/field.tsx'
import { TextInput } from '../../ui/inputs.tsx'
import type { InternetForm } from './finding.ts'

interface MethodFieldsProps {
  form: InternetForm
  /** Paths begin at the method. */
  faults: readonly Fault[]
  onChange: (part: Partial<InternetForm>) => void
}

const TALL = 'h-10!'

/** What this kind of connection needs to know. */
export function MethodFields({ form, faults, onChange }: MethodFieldsProps) {
  const error = (field: string) => messageAt(faults, [field])
  if (form.method === 'dhcp') return null
  if (form.method === 'static')
    return <StaticFields form={form} error={error} onChange={onChange} className={TALL} />
  return (
    <>
      {form.method === 'serial' && (
        <ModemFields
          form={{ ...form, device: form.line }}
          error={error}
          onChange={({ device, ...part }) => onChange(device === undefined ? part : { line: device })}
          className={TALL}
        />
      )}
      <Field layout="stack" label="User name" error={error('user')}>
        <TextInput
          className={TALL}
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
          className={TALL}
          value={form.password}
          onChange={(event) => onChange({ password: event.target.value })}
        />
      </Field>
    </>
  )
}

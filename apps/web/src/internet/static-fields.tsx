'use client'

import { FigureInput } from '../forms/figure-input.tsx'
import { Field } from '../ui/field.tsx'
import { TextInput } from '../ui/inputs.tsx'

export interface StaticForm {
  address: string
  bits: number
  gateway: string
  /** Addresses with commas between them. */
  dns: string
}

interface StaticFieldsProps {
  form: StaticForm
  error: (field: string) => string | undefined
  onChange: (part: Partial<StaticForm>) => void
  /** Of the inputs: the first run has taller ones. */
  className?: string
}

/** What stands in the provider’s letter where the address is fixed. */
export function StaticFields({ form, error, onChange, className = '' }: StaticFieldsProps) {
  return (
    <>
      <div className="grid grid-cols-[minmax(0,1fr)_6rem] gap-3">
        <Field layout="stack" label="Address" error={error('address')}>
          <TextInput
            mono
            className={className}
            placeholder="198.51.100.7"
            value={form.address}
            onChange={(event) => onChange({ address: event.target.value })}
          />
        </Field>
        <Field layout="stack" label="Prefix" error={error('bits')}>
          <FigureInput className={className} value={form.bits} onChange={(bits) => onChange({ bits })} />
        </Field>
      </div>
      <Field layout="stack" label="Gateway" error={error('gateway')}>
        <TextInput
          mono
          className={className}
          placeholder="198.51.100.1"
          value={form.gateway}
          onChange={(event) => onChange({ gateway: event.target.value })}
        />
      </Field>
      <Field
        layout="stack"
        label="DNS servers"
        hint="Up to four, with commas between them."
        error={error('dnsServers')}
      >
        <TextInput
          mono
          className={className}
          placeholder="9.9.9.9, 149.112.112.112"
          value={form.dns}
          onChange={(event) => onChange({ dns: event.target.value })}
        />
      </Field>
    </>
  )
}

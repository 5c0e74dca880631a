'use client'

import { Field } from '../ui/field.tsx'
import { Select, TextInput } from '../ui/inputs.tsx'

export interface ModemForm {
  /** The serial line: /dev/ttyS0. */
  device: string
  /** Bits a second on the line. */
  speed: number
  phone: string
}

interface ModemFieldsProps {
  form: ModemForm
  error: (field: string) => string | undefined
  onChange: (part: Partial<ModemForm>) => void
  /** Of the inputs: the first run has taller ones. */
  className?: string
}

const SPEEDS = [9600, 19_200, 38_400, 57_600, 115_200, 230_400, 460_800, 921_600]

/** Where the modem is, and whom it calls. */
export function ModemFields({ form, error, onChange, className = '' }: ModemFieldsProps) {
  return (
    <>
      <div className="grid grid-cols-2 gap-3">
        <Field layout="stack" label="Serial line" error={error('device')}>
          <TextInput
            mono
            className={className}
            value={form.device}
            onChange={(event) => onChange({ device: event.target.value })}
          />
        </Field>
        <Field layout="stack" label="Speed" error={error('speed')}>
          <Select
            className={className}
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
          className={className}
          value={form.phone}
          onChange={(event) => onChange({ phone: event.target.value })}
        />
      </Field>
    </>
  )
}

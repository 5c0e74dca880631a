'use client'

import { type ComponentProps, useState } from 'react'
import { TextField } from './text-field.tsx'

interface TypedFieldProps
  extends Omit<ComponentProps<typeof TextField>, 'value' | 'onChange' | 'onFocus' | 'onBlur'> {
  /** The value as it is written when nobody is typing. */
  text: string
  /** Of what is being typed: a list or a range begins as half of one. */
  onText: (text: string) => void
}

/**
 * A text that stands for something else, such as a range of ports: what is typed stays as it is until the field is left, and where it
 * is wrong until it is right or the value has become another one.
 */
export function TypedField({ text, onText, ...field }: TypedFieldProps) {
  const [typed, setTyped] = useState<string | null>(null)
  const [here, setHere] = useState(false)
  const keeps = typed !== null && (here || Boolean(field.error))
  return (
    <TextField
      {...field}
      value={keeps ? typed : text}
      onChange={(event) => {
        setTyped(event.target.value)
        onText(event.target.value)
      }}
      onFocus={() => {
        setHere(true)
        if (!keeps) setTyped(null)
      }}
      onBlur={() => setHere(false)}
    />
  )
}

'use client'

import { type ComponentProps, useState } from 'react'
import { TextField } from './text-field.tsx'

interface TypedFieldProps extends Omit<ComponentProps<typeof TextField>, 'value' | 'onChange' | 'onBlur'> {
  /** The value as it is written when nobody is typing. */
  text: string
  /** Of what is being typed: a list or a range begins as half of one. */
  onText: (text: string) => void
}

/** A text that stands for something else, such as a range of ports: what is typed stays as it is until the field is left. */
export function TypedField({ text, onText, ...field }: TypedFieldProps) {
  const [typed, setTyped] = useState<string | null>(null)
  return (
    <TextField
      {...field}
      value={typed ?? text}
      onChange={(event) => {
        setTyped(event.target.value)
        onText(event.target.value)
      }}
      onBlur={() => setTyped(null)}
    />
  )
}

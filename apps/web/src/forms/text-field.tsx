'use client'

import type { ComponentProps, ReactNode } from 'react'
import { TextInput } from '../ui/index.ts'
import { DraftField } from './draft-field.tsx'

interface TextFieldProps extends ComponentProps<typeof TextInput> {
  label: ReactNode
  hint?: ReactNode
  error?: string | undefined
}

/** A line of text in a draft, under its label. */
export function TextField({ label, hint, error, ...input }: TextFieldProps) {
  return (
    <DraftField layout="stack" label={label} hint={hint} error={error}>
      <TextInput {...input} />
    </DraftField>
  )
}

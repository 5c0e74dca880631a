'use client'

import { SECRET_KEPT } from '@bauta/config'
import { TextInput } from '../ui/index.ts'

interface SecretInputProps {
  value: string
  /** The box has one already: an empty field keeps it. */
  kept: boolean
  onChange: (value: string) => void
}

/** A password from a letter: shown while it is typed, never shown again once the box has it. */
export function SecretInput({ value, kept, onChange }: SecretInputProps) {
  return (
    <TextInput
      mono
      value={value === SECRET_KEPT ? '' : value}
      placeholder={kept ? 'kept; type to replace it' : undefined}
      onChange={(event) => onChange(event.target.value === '' && kept ? SECRET_KEPT : event.target.value)}
    />
  )
}

'use client'

import { useState } from 'react'
import { PasswordInput } from '../ui/password-input.tsx'
import { strengthOf } from './password-strength.ts'
import { StrengthBars } from './strength-bars.tsx'

export interface NewPasswordErrors {
  password?: string
  again?: string
}

/** @returns what is wrong with a new password and its repetition; the box judges it once more */
export function newPasswordErrors(password: string, again: string, name: string): NewPasswordErrors {
  if (!strengthOf(password, name).enough)
    return { password: password ? 'Not enough yet.' : 'Choose a password.' }
  return password === again ? {} : { again: 'This is not the same password.' }
}

interface NewPasswordProps {
  label?: string
  /** Counts for nothing inside the password. */
  owner: string
  errors: NewPasswordErrors
  autoFocus?: boolean
}

/** A new password, how long it stands, and once more against slips; the form finds them as `password` and `again`. */
export function NewPassword({ label = 'Password', owner, errors, autoFocus }: NewPasswordProps) {
  const [password, setPassword] = useState('')
  return (
    <>
      <PasswordInput
        label={label}
        name="password"
        autoComplete="new-password"
        autoFocus={autoFocus}
        error={errors.password}
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
      <StrengthBars strength={strengthOf(password, owner)} />
      <PasswordInput label={`${label} again`} name="again" autoComplete="new-password" error={errors.again} />
    </>
  )
}

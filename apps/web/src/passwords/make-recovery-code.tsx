'use client'

import { type FormEvent, useState } from 'react'
import { api } from '../live/api.ts'
import { Button } from '../ui/button.tsx'
import { FormFault } from '../ui/field.tsx'
import { PasswordInput } from '../ui/password-input.tsx'
import { fieldErrors } from './field-errors.ts'

interface MakeRecoveryCodeProps {
  /** On the button. */
  label: string
  onCode: (code: string) => void
}

/** Whoever finds an open page must not walk away with a code: the password is asked. */
export function MakeRecoveryCode({ label, onCode }: MakeRecoveryCodeProps) {
  const [errors, setErrors] = useState<Record<string, string>>({})
  const [busy, setBusy] = useState(false)
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (busy) return
    const password = String(new FormData(event.currentTarget).get('password'))
    setErrors(password ? {} : { password: 'Write the password that you have now.' })
    if (!password) return
    setBusy(true)
    try {
      onCode((await api.post<{ recovery: string }>('/api/account/recovery', { password })).recovery)
    } catch (error) {
      setErrors(fieldErrors(error, ['password']))
    } finally {
      setBusy(false)
    }
  }
  return (
    <form onSubmit={(event) => void submit(event)} noValidate className="grid gap-1">
      <PasswordInput
        label="Your password"
        name="password"
        autoComplete="current-password"
        error={errors.password}
      />
      <FormFault>{errors.form}</FormFault>
      <Button type="submit" busy={busy} className="justify-self-start">
        {label}
      </Button>
    </form>
  )
}

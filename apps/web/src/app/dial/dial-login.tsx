'use client'

import Link from 'next/link'
import { type FormEvent, useState } from 'react'
import { ApiError, api, messageOf } from '../../live/api.ts'
import { Button } from '../../ui/button.tsx'
import { Field, FormFault } from '../../ui/field.tsx'
import { TextInput } from '../../ui/inputs.tsx'
import { PasswordInput } from '../../ui/password-input.tsx'
import { useCountdown } from '../login/use-countdown.ts'

export function DialLogin({ onIn }: { onIn: () => Promise<unknown> }) {
  const [fault, setFault] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const [secondsLeft, lockFor] = useCountdown()
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (busy || secondsLeft > 0) return
    const data = new FormData(event.currentTarget)
    setFault(null)
    setBusy(true)
    try {
      await api.post('/api/dial/login', { name: data.get('username'), password: data.get('password') })
      await onIn()
    } catch (error) {
      const wait = error instanceof ApiError ? error.retryAfter : null
      if (wait !== null) lockFor(wait)
      setFault(messageOf(error))
      setBusy(false)
    }
  }
  return (
    <form onSubmit={(event) => void submit(event)} className="grid gap-1">
      <Field layout="stack" label="Your name">
        <TextInput name="username" autoComplete="username" required autoFocus className="h-11!" />
      </Field>
      <PasswordInput
        label="Password"
        name="password"
        autoComplete="current-password"
        required
        className="h-11!"
      />
      <Button kind="primary" type="submit" busy={busy} disabled={secondsLeft > 0} className="mt-2 h-11!">
        {secondsLeft > 0 ? `Next try in ${secondsLeft} s` : 'Log in'}
      </Button>
      <div className="mt-3 empty:hidden">
        <FormFault>{fault}</FormFault>
      </div>
      <p className="mt-3 text-sm text-mute">
        The administrator of the box gives name and password.{' '}
        <Link
          href="/login"
          prefetch={false}
          className="text-ink underline decoration-edge hover:decoration-current"
        >
          Administration
        </Link>
      </p>
    </form>
  )
}

'use client'

import { type FormEvent, type ReactNode, useRef, useState } from 'react'
import { ApiError, messageOf } from '../live/api.ts'
import { Button } from '../ui/button.tsx'
import { Field, FormFault } from '../ui/field.tsx'
import { TextInput } from '../ui/inputs.tsx'
import { PasswordInput } from '../ui/password-input.tsx'
import { useCountdown } from './use-countdown.ts'

interface NameAndPasswordProps {
  /** Of the field with the name. */
  label: string
  /** @throws what the box says, when they are wrong */
  onTry: (name: string, password: string) => Promise<unknown>
  /** Below the button. */
  children: ReactNode
}

/** A login: by whom, and with what; the box makes whoever guesses wait. */
export function NameAndPassword({ label, onTry, children }: NameAndPasswordProps) {
  const [fault, setFault] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const [secondsLeft, lockFor] = useCountdown()
  const password = useRef<HTMLInputElement>(null)
  const refused = (error: unknown) => {
    setBusy(false)
    const wait = error instanceof ApiError ? error.retryAfter : null
    if (wait === null) setFault(messageOf(error))
    else lockFor(wait)
    password.current?.select()
    password.current?.focus()
  }
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (busy || secondsLeft > 0) return
    const data = new FormData(event.currentTarget)
    setFault(null)
    setBusy(true)
    await onTry(String(data.get('username')).trim(), String(data.get('password'))).catch(refused)
  }
  return (
    <form onSubmit={(event) => void submit(event)} className="grid gap-1">
      <Field layout="stack" label={label}>
        <TextInput name="username" autoComplete="username" required autoFocus className="h-11!" />
      </Field>
      <PasswordInput
        ref={password}
        label="Password"
        name="password"
        autoComplete="current-password"
        required
        className="h-11!"
      />
      <Button kind="primary" type="submit" busy={busy} disabled={secondsLeft > 0} className="mt-2 h-11!">
        Log in
      </Button>
      {children}
      <div className="mt-3 empty:hidden">
        {secondsLeft > 0 ? <Locked secondsLeft={secondsLeft} /> : <FormFault>{fault}</FormFault>}
      </div>
    </form>
  )
}

/** Said once; the figure counts down in silence. */
function Locked({ secondsLeft }: { secondsLeft: number }) {
  return (
    <div className="rounded-control border border-warn/40 bg-warn-soft px-3 py-2 text-warn">
      <p role="alert">
        Too many wrong passwords. The box takes its time now, so that nobody can try them all.
      </p>
      <p className="mt-1" aria-live="off">
        Next try in <span className="num font-semibold">{secondsLeft} s</span>
      </p>
    </div>
  )
}

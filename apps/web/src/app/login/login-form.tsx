'use client'

import { useQueryClient } from '@tanstack/react-query'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { ApiError, api, messageOf } from '../../live/api.ts'
import { SESSION_KEY, useSession } from '../../live/session.ts'
import { Button } from '../../ui/button.tsx'
import { Field, FormFault } from '../../ui/field.tsx'
import { TextInput } from '../../ui/inputs.tsx'
import { PasswordInput } from '../../ui/password-input.tsx'
import { useCountdown } from './use-countdown.ts'

export function LoginForm({ next }: { next: string }) {
  const router = useRouter()
  const client = useQueryClient()
  const { data: session } = useSession()
  const [fault, setFault] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const [secondsLeft, lockFor] = useCountdown()
  const password = useRef<HTMLInputElement>(null)

  useEffect(() => {
    // A first run that is not over goes on where it was, unless somebody wanted to go elsewhere.
    const unfinished = session?.setup && !session.setup.aside && next === '/'
    if (session?.state === 'in') router.replace(unfinished ? '/setup' : next)
    if (session?.state === 'unclaimed') router.replace('/setup')
  }, [session, next, router])

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
    try {
      await api.post('/api/login', {
        name: String(data.get('username')).trim(),
        password: data.get('password'),
      })
      await client.invalidateQueries({ queryKey: SESSION_KEY })
    } catch (error) {
      refused(error)
    }
  }

  return (
    <form onSubmit={(event) => void submit(event)} className="grid gap-1">
      <Field layout="stack" label="Name">
        <TextInput name="username" autoComplete="username" required autoFocus className="h-10!" />
      </Field>
      <PasswordInput
        ref={password}
        label="Password"
        name="password"
        autoComplete="current-password"
        required
      />
      <Button kind="primary" type="submit" busy={busy} disabled={secondsLeft > 0} className="mt-2 h-10!">
        Log in
      </Button>
      <p className="mt-2 text-center text-sm text-mute">
        <Link href="/recover" prefetch={false} className="underline decoration-edge hover:decoration-current">
          Forgotten the password?
        </Link>
        <span aria-hidden> · </span>
        <Link href="/dial" prefetch={false} className="underline decoration-edge hover:decoration-current">
          Only connect or hang up
        </Link>
      </p>
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

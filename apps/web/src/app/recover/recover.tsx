'use client'

import { useQueryClient } from '@tanstack/react-query'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { type FormEvent, useRef, useState } from 'react'
import { ApiError, api } from '../../live/api.ts'
import { SESSION_KEY } from '../../live/session.ts'
import { fieldErrors } from '../../passwords/field-errors.ts'
import { NewPassword, newPasswordErrors } from '../../passwords/new-password.tsx'
import { RecoveryCode } from '../../passwords/recovery-code.tsx'
import { useCountdown } from '../../passwords/use-countdown.ts'
import { useFaultFocus } from '../../passwords/use-fault-focus.ts'
import { Button } from '../../ui/button.tsx'
import { Entrance } from '../../ui/entrance.tsx'
import { Field, FormFault } from '../../ui/field.tsx'
import { TextInput } from '../../ui/inputs.tsx'

interface Errors {
  code?: string
  password?: string
  again?: string
  form?: string
}

/** A new password with the recovery code; then the next code. */
export function Recover() {
  const client = useQueryClient()
  const router = useRouter()
  const form = useRef<HTMLFormElement>(null)
  const [errors, setErrors] = useState<Errors>({})
  const [busy, setBusy] = useState(false)
  const [next, setNext] = useState<string | null>(null)
  const [secondsLeft, lockFor] = useCountdown()
  useFaultFocus(form, errors)

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (busy || secondsLeft > 0) return
    const data = new FormData(event.currentTarget)
    const [code, password] = [String(data.get('code')).trim(), String(data.get('password'))]
    const found: Errors = {
      ...(code ? {} : { code: 'Write the code that was shown when the box was claimed.' }),
      ...newPasswordErrors(password, String(data.get('again')), ''),
    }
    setErrors(found)
    if (Object.keys(found).length > 0) return
    setBusy(true)
    try {
      const { recovery } = await api.post<{ recovery: string }>('/api/recover', { code, password })
      setNext(recovery)
    } catch (error) {
      if (error instanceof ApiError && error.retryAfter !== null) lockFor(error.retryAfter)
      if (error instanceof ApiError && error.status === 401) setErrors({ code: error.message })
      else setErrors(fieldErrors(error, ['code', 'password']))
    } finally {
      setBusy(false)
    }
  }
  const enter = () => {
    // Nobody watches the session here: what this page knew of it is forgotten, and Home asks anew.
    client.removeQueries({ queryKey: SESSION_KEY })
    router.replace('/')
  }

  if (next)
    return (
      <Entrance
        title="Keep the next recovery code"
        lead="The password is changed, every other browser is logged out, and the old code is used up. This is the new one; it is shown only now."
      >
        <RecoveryCode code={next} />
        <Button kind="primary" autoFocus onClick={enter} className="mt-5 h-10! w-full">
          I have it, go to Home
        </Button>
      </Entrance>
    )
  return (
    <Entrance
      title="Set a new password"
      lead="With the recovery code that the box showed when it was claimed. This works from the home network only."
    >
      <form ref={form} onSubmit={(event) => void submit(event)} noValidate className="grid gap-2">
        <Field layout="stack" label="Recovery code" error={errors.code}>
          <TextInput mono name="code" autoFocus placeholder="0A1B2-C3D4E-F5G6H-J7K8M" className="h-10!" />
        </Field>
        <NewPassword label="New password" owner="" errors={errors} />
        <FormFault>{errors.form}</FormFault>
        <Button kind="primary" type="submit" busy={busy} disabled={secondsLeft > 0} className="mt-1 h-10!">
          {secondsLeft > 0 ? `Next try in ${secondsLeft} s` : 'Set the password'}
        </Button>
        <p className="mt-2 text-sm text-mute">
          Without a code there is one way left: reset the box to its factory state, which forgets all
          settings.{' '}
          <Link
            href="/login"
            prefetch={false}
            className="text-ink underline decoration-edge hover:decoration-current"
          >
            Back to the login
          </Link>
        </p>
      </form>
    </Entrance>
  )
}

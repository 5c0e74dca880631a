'use client'

import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { ApiError, api, messageOf } from '../../live/api.ts'
import { SESSION_KEY, useSession } from '../../live/session.ts'
import { Button } from '../../ui/button.tsx'
import { Field, FormFault } from '../../ui/field.tsx'
import { TextInput } from '../../ui/inputs.tsx'
import { PasswordInput } from '../../ui/password-input.tsx'
import { strengthOf } from './password-strength.ts'
import { StrengthBars } from './strength-bars.tsx'

interface Errors {
  name?: string
  password?: string
  again?: string
  form?: string
}

function faultsOf(error: unknown): Errors {
  if (!(error instanceof ApiError) || error.faults.length === 0) return { form: messageOf(error) }
  const errors: Errors = {}
  for (const { path, message } of error.faults) {
    const field = path[0]
    errors[field === 'name' || field === 'password' ? field : 'form'] ??= message
  }
  return errors
}

function check(name: string, password: string, again: string): Errors {
  const errors: Errors = {}
  if (!name) errors.name = 'Choose a name to log in with.'
  const strength = strengthOf(password, name)
  if (!strength.enough) errors.password = password ? 'Not enough yet.' : 'Choose a password.'
  else if (password !== again) errors.again = 'This is not the same password.'
  return errors
}

export function SetupForm() {
  const router = useRouter()
  const client = useQueryClient()
  const { data: session } = useSession()
  const form = useRef<HTMLFormElement>(null)
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const [errors, setErrors] = useState<Errors>({})
  const [busy, setBusy] = useState(false)

  useEffect(() => {
    if (session?.state === 'in') router.replace('/')
    if (session?.state === 'anonymous') router.replace('/login')
  }, [session?.state, router])

  // The first field with a fault takes the focus, so that it is read out.
  useEffect(() => {
    if (Object.keys(errors).length > 0) form.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus()
  }, [errors])

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (busy) return
    const again = String(new FormData(event.currentTarget).get('again') ?? '')
    const found = check(name.trim(), password, again)
    setErrors(found)
    if (Object.keys(found).length > 0) return
    setBusy(true)
    try {
      await api.post('/api/setup', { name: name.trim(), password })
      await client.invalidateQueries({ queryKey: SESSION_KEY })
    } catch (error) {
      setErrors(faultsOf(error))
      setBusy(false)
    }
  }

  return (
    <form ref={form} onSubmit={(event) => void submit(event)} noValidate className="grid gap-2">
      <Field layout="stack" label="Name" error={errors.name}>
        <TextInput
          name="username"
          autoComplete="username"
          autoFocus
          className="h-10!"
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
      </Field>
      <PasswordInput
        label="Password"
        name="password"
        autoComplete="new-password"
        error={errors.password}
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
      <StrengthBars strength={strengthOf(password, name.trim())} />
      <PasswordInput label="Password again" name="again" autoComplete="new-password" error={errors.again} />
      <FormFault>{errors.form}</FormFault>
      <Button kind="primary" type="submit" busy={busy} className="mt-1 h-10!">
        Create administrator
      </Button>
      <p className="mt-2 text-sm text-mute">
        The password is kept on the box only, as a hash. Nobody can tell it to you again: write it down or
        keep it in a password manager.
      </p>
    </form>
  )
}

'use client'

import { type FormEvent, useRef, useState } from 'react'
import { ApiError, api } from '../../live/api.ts'
import { fieldErrors } from '../../passwords/field-errors.ts'
import { NewPassword, newPasswordErrors } from '../../passwords/new-password.tsx'
import { useFaultFocus } from '../../passwords/use-fault-focus.ts'
import { Button } from '../../ui/button.tsx'
import { Field, FormFault } from '../../ui/field.tsx'
import { TextInput } from '../../ui/inputs.tsx'
import { StepFrame } from './step-frame.tsx'

interface Errors {
  name?: string
  password?: string
  again?: string
  form?: string
}

/** The first administrator: whoever is first on the home network. */
export function OwnStep({ onOwned }: { onOwned: (recovery: string) => void }) {
  const form = useRef<HTMLFormElement>(null)
  const [name, setName] = useState('admin')
  const [errors, setErrors] = useState<Errors>({})
  const [taken, setTaken] = useState(false)
  const [busy, setBusy] = useState(false)
  useFaultFocus(form, errors)

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (busy) return
    const data = new FormData(event.currentTarget)
    const password = String(data.get('password'))
    const found: Errors = newPasswordErrors(password, String(data.get('again')), name.trim())
    if (!name.trim()) found.name = 'Choose a name to log in with.'
    setErrors(found)
    if (Object.keys(found).length > 0) return
    setBusy(true)
    try {
      const { recovery } = await api.post<{ recovery: string }>('/api/setup', { name: name.trim(), password })
      onOwned(recovery)
    } catch (error) {
      setTaken(error instanceof ApiError && error.status === 409)
      setErrors(fieldErrors(error, ['name', 'password']))
      setBusy(false)
    }
  }

  return (
    <StepFrame
      step={1}
      wide={false}
      title="Make this box yours"
      lead="It has no password yet, and no factory one either. The first administrator is made here, once, and only from the home network."
    >
      <form ref={form} onSubmit={(event) => void submit(event)} noValidate className="grid gap-2">
        <Field layout="stack" label="Name" hint="What you log in with; this one will do." error={errors.name}>
          <TextInput
            name="username"
            autoComplete="username"
            className="h-10!"
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </Field>
        <NewPassword owner={name.trim()} errors={errors} autoFocus />
        <FormFault>{errors.form}</FormFault>
        {taken ? (
          <>
            <p className="text-mute">
              Somebody else on the home network was faster. If that was not one of you, reset the box to its
              factory state and begin again.
            </p>
            {/* a fresh page: this one still believes that the box is nobody's */}
            <a
              href="/login"
              className="mt-1 inline-flex h-10 items-center justify-center rounded-control bg-ink px-3 font-medium text-paper no-underline hover:bg-ink/85"
            >
              Log in
            </a>
          </>
        ) : (
          <Button kind="primary" type="submit" busy={busy} className="mt-1 h-10!">
            Create administrator
          </Button>
        )}
        <p className="mt-2 text-sm text-mute">
          The password is kept on the box only, as a hash. In case you forget it, the box makes a recovery
          code for you next.
        </p>
      </form>
    </StepFrame>
  )
}

'use client'

import { type FormEvent, useRef, useState } from 'react'
import { api } from '../../../live/api.ts'
import { useSession } from '../../../live/session.ts'
import { fieldErrors } from '../../../passwords/field-errors.ts'
import { NewPassword, newPasswordErrors } from '../../../passwords/new-password.tsx'
import { useFaultFocus } from '../../../passwords/use-fault-focus.ts'
import { Button, Card, FormFault, toast } from '../../../ui/index.ts'
import { PasswordInput } from '../../../ui/password-input.tsx'

interface Errors {
  old?: string
  password?: string
  again?: string
  form?: string
}

export function PasswordCard() {
  const name = useSession().data?.name ?? ''
  const form = useRef<HTMLFormElement>(null)
  const [errors, setErrors] = useState<Errors>({})
  const [busy, setBusy] = useState(false)
  /** Another number is an empty form. */
  const [round, setRound] = useState(0)
  useFaultFocus(form, errors)

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (busy) return
    const data = new FormData(event.currentTarget)
    const [old, password] = [String(data.get('old')), String(data.get('password'))]
    const found: Errors = {
      ...(old ? {} : { old: 'Write the password that you have now.' }),
      ...newPasswordErrors(password, String(data.get('again')), name),
    }
    setErrors(found)
    if (Object.keys(found).length > 0) return
    setBusy(true)
    try {
      await api.post('/api/account/password', { old, password })
      setRound(round + 1)
      toast.success('The password is changed', 'Every other browser that was logged in is logged out.')
    } catch (error) {
      setErrors(fieldErrors(error, ['old', 'password']))
    } finally {
      setBusy(false)
    }
  }
  return (
    <Card title="Change the password">
      <form
        key={round}
        ref={form}
        onSubmit={(event) => void submit(event)}
        noValidate
        className="grid max-w-md gap-1"
      >
        <input type="hidden" name="username" autoComplete="username" value={name} readOnly />
        <PasswordInput
          label="Present password"
          name="old"
          autoComplete="current-password"
          error={errors.old}
        />
        <NewPassword label="New password" owner={name} errors={errors} />
        <FormFault>{errors.form}</FormFault>
        <Button kind="primary" type="submit" busy={busy} className="mt-1 justify-self-start">
          Change password
        </Button>
      </form>
    </Card>
  )
}

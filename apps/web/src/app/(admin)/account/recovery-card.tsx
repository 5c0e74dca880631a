'use client'

import { type FormEvent, useState } from 'react'
import { api } from '../../../live/api.ts'
import { fieldErrors } from '../../../passwords/field-errors.ts'
import { RecoveryCode } from '../../../passwords/recovery-code.tsx'
import { Button, Card, FormFault, Notice } from '../../../ui/index.ts'
import { PasswordInput } from '../../../ui/password-input.tsx'

export function RecoveryCard() {
  const [code, setCode] = useState<string | null>(null)
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
      setCode((await api.post<{ recovery: string }>('/api/account/recovery', { password })).recovery)
    } catch (error) {
      setErrors(fieldErrors(error, ['password']))
    } finally {
      setBusy(false)
    }
  }
  return (
    <Card title="Recovery code">
      {code ? (
        <div className="grid gap-3">
          <RecoveryCode code={code} />
          <Notice tone="warn" title="It is shown only now">
            Write it down, or keep it in a password manager. The code before it is worth nothing any more.
          </Notice>
        </div>
      ) : (
        <form onSubmit={(event) => void submit(event)} noValidate className="grid max-w-md gap-1">
          <p className="mb-2 text-mute">
            Who forgets the password can set a new one with this code, once, from the home network. A new code
            takes the place of the one before.
          </p>
          <PasswordInput
            label="Your password"
            name="password"
            autoComplete="current-password"
            error={errors.password}
          />
          <FormFault>{errors.form}</FormFault>
          <Button type="submit" busy={busy} className="justify-self-start">
            Make a new code
          </Button>
        </form>
      )}
    </Card>
  )
}

'use client'

import { type Dialer, type Fault, faultsOf, hashToCome, type Internet, internetSchema } from '@bauta/config'
import { type FormEvent, useId, useRef, useState } from 'react'
import { faultsBelow, messageAt } from '../../../forms/faults.ts'
import { ApiError, api, messageOf } from '../../../live/api.ts'
import { useFaultFocus } from '../../../passwords/use-fault-focus.ts'
import { Button, Drawer, Field, FieldGroup, FormFault, Switch, TextInput } from '../../../ui/index.ts'
import { PasswordInput } from '../../../ui/password-input.tsx'
import { keepDialer, toJudge } from './internet-draft.ts'

interface DialerDrawerProps {
  internet: Internet
  /** null: a new one */
  at: number | null
  onClose: () => void
  onKeep: (dialer: Dialer) => void
}

const NOBODY: Dialer = { name: '', passwordHash: '', connections: [] }

/** One person: name, password, connections. The box makes a hash of the password at once: the draft never holds it. */
export function DialerDrawer({ internet, at, onClose, onKeep }: DialerDrawerProps) {
  const formId = useId()
  const element = useRef<HTMLFormElement>(null)
  const before = at === null ? NOBODY : internet.dialers[at]!
  const [name, setName] = useState(before.name)
  const [connections, setConnections] = useState(before.connections)
  const [faults, setFaults] = useState<readonly Fault[]>([])
  const [busy, setBusy] = useState(false)
  useFaultFocus(element, faults)

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (busy) return
    const password = String(new FormData(event.currentTarget).get('password'))
    const dialer = { name: name.trim(), passwordHash: before.passwordHash, connections }
    const found = faultsInPlace(internet, at, {
      ...dialer,
      passwordHash: password ? hashToCome() : dialer.passwordHash,
    })
    setFaults(found)
    if (found.length > 0) return
    if (!password) return onKeep(dialer)
    setBusy(true)
    try {
      const { passwordHash } = await api.post<{ passwordHash: string }>('/api/internet/password-hash', {
        name: dialer.name,
        password,
      })
      onKeep({ ...dialer, passwordHash })
    } catch (error) {
      const told =
        error instanceof ApiError
          ? error.faults.map(({ message }) => ({ path: ['passwordHash'], message }))
          : []
      setFaults(told.length > 0 ? told : [{ path: [], message: messageOf(error) }])
      setBusy(false)
    }
  }
  return (
    <Drawer
      open
      onOpenChange={(open) => !open && onClose()}
      title={at === null ? 'Somebody who may dial' : `Edit ${before.name}`}
      description="It goes into the draft; you apply it at the top of the page."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form={formId} busy={busy}>
            Keep in the draft
          </Button>
        </>
      }
    >
      <form
        id={formId}
        ref={element}
        onSubmit={(event) => void submit(event)}
        noValidate
        className="grid gap-3"
      >
        <Field
          layout="stack"
          label="Name"
          hint="Small letters: lea, max, kitchen."
          error={messageAt(faults, ['name'])}
        >
          <TextInput
            className="h-10!"
            value={name}
            onChange={(event) => setName(event.target.value.toLowerCase())}
          />
        </Field>
        <div>
          <PasswordInput
            label={before.passwordHash ? 'New password' : 'Password'}
            name="password"
            autoComplete="new-password"
            placeholder={before.passwordHash ? 'kept; type to replace it' : undefined}
            error={messageAt(faults, ['passwordHash'])}
          />
          <p className="text-sm text-mute">At least 10 characters. The box keeps only its hash.</p>
        </div>
        <FieldGroup legend="May connect and hang up">
          {internet.connections.map((connection) => (
            <Switch
              key={connection.name}
              label={connection.name}
              disabled={connection.method.kind === 'system'}
              checked={connections.includes(connection.name)}
              onChange={(event) =>
                setConnections(
                  event.target.checked
                    ? [...connections, connection.name]
                    : connections.filter((one) => one !== connection.name),
                )
              }
            />
          ))}
          <p className="text-sm text-mute">With none, this person may only look.</p>
        </FieldGroup>
        <FormFault>{faults.find(({ path }) => path.length === 0)?.message}</FormFault>
      </form>
    </Drawer>
  )
}

function faultsInPlace(internet: Internet, at: number | null, dialer: Dialer): Fault[] {
  const next = keepDialer(internet, at, dialer)
  const judged = internetSchema.safeParse(toJudge(next))
  return judged.success ? [] : faultsBelow(faultsOf(judged.error), ['dialers', at ?? next.dialers.length - 1])
}

'use client'

import { faultsOf, type Internet, type InternetConnection, internetSchema, SECRET_KEPT } from '@bauta/config'
import { type FormEvent, useId, useMemo, useRef, useState } from 'react'
import { faultsBelow } from '../../../forms/faults.ts'
import { useFaultFocus } from '../../../passwords/use-fault-focus.ts'
import { Button, Drawer, FormFault } from '../../../ui/index.ts'
import { ConnectionFields } from './connection-fields.tsx'
import {
  type ConnectionForm,
  connectionOf,
  formOf,
  keepConnection,
  NEW_FORM,
  toJudge,
} from './internet-draft.ts'

interface ConnectionDrawerProps {
  internet: Internet
  /** null: a new one */
  at: number | null
  onClose: () => void
  onKeep: (connection: InternetConnection) => void
}

/** One connection with every field. What is kept here lands in the draft; nothing is applied yet. */
export function ConnectionDrawer({ internet, at, onClose, onKeep }: ConnectionDrawerProps) {
  const formId = useId()
  const element = useRef<HTMLFormElement>(null)
  const before = at === null ? null : internet.connections[at]!
  const [form, setForm] = useState<ConnectionForm>(before ? formOf(before) : NEW_FORM)
  const [tried, setTried] = useState(0)
  const kept = before !== null && 'password' in before.method && before.method.password === SECRET_KEPT
  const connection = connectionOf(form)
  const faults = faultsInPlace(internet, at, connection)
  const shown = tried > 0 ? faults : []
  // Another object for each press on “Keep”: the focus goes to the first fault each time.
  useFaultFocus(
    element,
    useMemo(() => (tried === 0 ? {} : { tried }), [tried]),
  )

  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTried(tried + 1)
    if (faults.length === 0) onKeep(connection)
  }
  return (
    <Drawer
      open
      onOpenChange={(open) => !open && onClose()}
      title={before ? `Edit ${before.name}` : 'New connection'}
      description="It goes into the draft; you apply it at the top of the page."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form={formId}>
            Keep in the draft
          </Button>
        </>
      }
    >
      <form id={formId} ref={element} onSubmit={submit} noValidate className="grid gap-2">
        <ConnectionFields
          form={form}
          kept={kept}
          faults={shown}
          onChange={(change) => setForm({ ...form, ...change })}
        />
        <FormFault>{shown.find(({ path }) => path.length === 0)?.message}</FormFault>
      </form>
    </Drawer>
  )
}

/** What the schema says about this connection among the others. */
function faultsInPlace(internet: Internet, at: number | null, connection: InternetConnection) {
  const next = keepConnection(internet, at, connection)
  const judged = internetSchema.safeParse(toJudge(next))
  if (judged.success) return []
  const faults = faultsOf(judged.error)
  const own = faultsBelow(faults, ['connections', at ?? next.connections.length - 1])
  const whole = faults.filter(({ path }) => path.length === 1 && path[0] === 'connections')
  return [...own, ...whole.map(({ message }) => ({ path: [], message }))]
}

'use client'

import { normalMac } from '@bauta/config'
import { type FormEvent, useState } from 'react'
import { Button, Field, TextInput } from '../../../ui/index.ts'

interface AddReservationProps {
  taken: readonly string[]
  onAdd: (mac: string) => void
  onCancel: () => void
}

/** A machine that was not here yet, by the address printed on it. */
export function AddReservation({ taken, onAdd, onCancel }: AddReservationProps) {
  const [text, setText] = useState('')
  const [fault, setFault] = useState<string>()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const mac = normalMac(text)
    if (mac === null) setFault('A hardware address has six pairs of hexadecimal digits: 3c:22:fb:10:20:30.')
    else if (taken.includes(mac)) setFault(`${mac} is in the list already.`)
    else onAdd(mac)
  }
  return (
    <form onSubmit={submit}>
      <Field
        layout="stack"
        label="Hardware address"
        hint="Printed on the machine as MAC or Ethernet address."
        error={fault}
      >
        <div className="flex flex-wrap gap-2">
          <TextInput
            mono
            autoFocus
            value={text}
            placeholder="3c:22:fb:10:20:30"
            onChange={(event) => setText(event.target.value)}
            className="max-w-56"
          />
          <Button type="submit">Add</Button>
          <Button kind="quiet" onClick={onCancel}>
            Cancel
          </Button>
        </div>
      </Field>
    </form>
  )
}

'use client'

import { interfaceName } from '@bauta/config'
import { type FormEvent, useState } from 'react'
import { Button, Field, TextInput } from '../../../ui/index.ts'

interface AddInterfaceProps {
  taken: readonly string[]
  onAdd: (name: string) => void
}

/** A device that is not there yet may have its role already: ppp0 comes with the line. */
export function AddInterface({ taken, onAdd }: AddInterfaceProps) {
  const [name, setName] = useState('')
  const [tried, setTried] = useState(false)
  const fault = faultOf(name, taken)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (fault) return
    onAdd(name)
    setName('')
    setTried(false)
  }
  return (
    <form onSubmit={submit} className="mt-4 border-t border-line pt-4">
      <Field
        layout="stack"
        className="max-w-md"
        label="Another interface"
        hint="One that is not there yet, such as ppp0, can have its role already."
        error={tried ? fault : undefined}
      >
        <div className="flex gap-2">
          <TextInput
            mono
            value={name}
            placeholder="ppp0"
            onChange={(event) => setName(event.target.value.trim())}
          />
          <Button type="submit">Add</Button>
        </div>
      </Field>
    </form>
  )
}

function faultOf(name: string, taken: readonly string[]): string | undefined {
  const parsed = interfaceName.safeParse(name)
  if (!parsed.success) return parsed.error.issues[0]?.message
  return taken.includes(name) ? `${name} is in the list already` : undefined
}

'use client'

import { CHAIN_NAME_LENGTH, chainLabel, chainNameIn, type Rules, TABLES, type Table } from '@bauta/config'
import { type FormEvent, useState } from 'react'
import { Button, Dialog, DialogActions, Field, Segmented, TextInput } from '../../../ui/index.ts'
import { chainAt } from './draft-operations.ts'

interface ChainDialogProps {
  /** Label of the chain to rename; null: a new one. */
  name: string | null
  rules: Rules
  onClose: () => void
  onKeep: (name: string, table: Table) => void
}

export function ChainDialog({ name, rules, onClose, onKeep }: ChainDialogProps) {
  const old = name === null ? undefined : chainAt(rules, name)
  const [text, setText] = useState(old?.name ?? '')
  const [table, setTable] = useState<Table>(old?.table ?? 'filter')
  const [tried, setTried] = useState(false)
  const fault = faultOf(text, table, name, rules)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (!fault) onKeep(text, table)
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={name === null ? 'New chain' : `Rename ${name}`}
      description={
        name === null
          ? 'A chain of your own holds rules that several others jump to. At its end a packet goes back to where it came from.'
          : 'Rules that jump to it follow the new name.'
      }
    >
      <form onSubmit={submit} className="mt-4">
        <Field
          layout="stack"
          label="Name"
          hint={`1 to ${CHAIN_NAME_LENGTH[rules.dialect]} letters, digits or . _ -`}
          error={tried ? fault : undefined}
        >
          <TextInput
            mono
            autoFocus
            maxLength={CHAIN_NAME_LENGTH[rules.dialect] + 4}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        </Field>
        {rules.dialect === 'netfilter' && name === null && (
          <Segmented
            label="Table"
            value={table}
            options={TABLES.map((value) => ({ value, label: value }))}
            onChange={(value) => setTable(value as Table)}
          />
        )}
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit">
            {name === null ? 'Add to the draft' : 'Rename in the draft'}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}

function faultOf(text: string, table: Table, old: string | null, rules: Rules): string | undefined {
  const parsed = chainNameIn(rules.dialect).safeParse(text)
  if (!parsed.success) return parsed.error.issues[0]?.message
  const label = chainLabel({ table, name: text })
  if (label !== old && chainAt(rules, label)) return `chain ${label} exists already`
}

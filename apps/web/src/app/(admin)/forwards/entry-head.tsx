'use client'

import { Button, Switch } from '../../../ui/index.ts'

interface Entry {
  enabled: boolean
  comment: string
}

interface EntryHeadProps<T extends Entry> {
  entry: T
  /** “trigger”, “mark” */
  what: string
  onChange: (entry: T) => void
  onRemove: () => void
}

/** Above the fields of an entry: whether it is in use, by its note, and how to be rid of it. */
export function EntryHead<T extends Entry>({ entry, what, onChange, onRemove }: EntryHeadProps<T>) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-2">
      <Switch
        label={entry.comment || 'In use'}
        checked={entry.enabled}
        onChange={({ target }) => onChange({ ...entry, enabled: target.checked })}
      />
      <Button kind="quiet" size="small" aria-label={`Remove ${what}`} onClick={onRemove}>
        Remove
      </Button>
    </div>
  )
}

'use client'

import type { Dialer, Internet } from '@bauta/config'
import { useState } from 'react'
import type { DraftOf } from '../../../forms/use-draft.ts'
import { Button, Card, Num, SkeletonRows } from '../../../ui/index.ts'
import { DialerDrawer } from './dialer-drawer.tsx'
import { keepDialer } from './internet-draft.ts'

interface DialersCardProps {
  draft: DraftOf<'internet'>
  value: Internet | undefined
}

/** Who of the household may look, and press the buttons, without being an administrator. */
export function DialersCard({ draft, value }: DialersCardProps) {
  const [editing, setEditing] = useState<{ at: number | null } | null>(null)
  return (
    <Card
      title="People who may dial"
      aside={
        value && (
          <Button size="small" onClick={() => setEditing({ at: null })}>
            Add person
          </Button>
        )
      }
    >
      {!value && <SkeletonRows rows={2} />}
      {value && (
        <p className="text-mute">
          They see state and load at <Num>/dial</Num> and press Connect and Hang up there, with a name and a
          password of their own and no other rights.
        </p>
      )}
      {value && value.dialers.length > 0 && (
        <ul className="mt-2 -mb-1">
          {value.dialers.map((dialer, at) => (
            <li
              key={dialer.name}
              className="flex flex-wrap items-center gap-x-3 gap-y-1 border-t border-line py-2"
            >
              <div className="min-w-0 flex-1 basis-40">
                <p className="font-medium">{dialer.name}</p>
                <p className="text-sm text-mute">{rightsWords(dialer)}</p>
              </div>
              <Button size="small" onClick={() => setEditing({ at })} aria-label={`Edit ${dialer.name}`}>
                Edit
              </Button>
              <Button
                size="small"
                kind="quiet"
                aria-label={`Remove ${dialer.name}`}
                onClick={() => draft.set({ ...value, dialers: value.dialers.toSpliced(at, 1) })}
              >
                Remove
              </Button>
            </li>
          ))}
        </ul>
      )}
      {editing && value && (
        <DialerDrawer
          internet={value}
          at={editing.at}
          onClose={() => setEditing(null)}
          onKeep={(dialer) => {
            draft.set(keepDialer(value, editing.at, dialer))
            setEditing(null)
          }}
        />
      )}
    </Card>
  )
}

const rightsWords = ({ connections }: Dialer): string =>
  connections.length === 0 ? 'may only look' : `may dial ${connections.join(', ')}`

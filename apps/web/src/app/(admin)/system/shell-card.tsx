'use client'

import { faultsBelow, messageExactlyAt } from '../../../forms/faults.ts'
import { TextList } from '../../../forms/text-list.tsx'
import type { DraftOf } from '../../../forms/use-draft.ts'
import { Card, FormFault, SkeletonRows, Switch } from '../../../ui/index.ts'

/** SSH: closed until somebody opens it, from the home network only, with keys only. */
export function ShellCard({ draft, guest }: { draft: DraftOf<'access'>; guest: boolean }) {
  const { value } = draft
  if (!value)
    return (
      <Card title="Shell">
        <SkeletonRows rows={2} />
      </Card>
    )
  return (
    <Card title="Shell" aside={value.ssh ? undefined : 'closed'}>
      {guest && !value.ssh ? (
        <p className="text-mute">
          Bauta is a guest on this machine, which has its own ways in; Bauta opens none besides.
        </p>
      ) : (
        <div className="grid gap-2">
          <Switch
            label="Let administrators in by SSH"
            checked={value.ssh}
            onChange={(event) => draft.set({ ...value, ssh: event.target.checked })}
          />
          <p className="text-sm text-mute">
            From the home network only, as <span className="num">root</span>, and with a key: no password
            opens it.
          </p>
          <TextList
            what="key"
            values={value.keys}
            onChange={(keys) => draft.set({ ...value, keys })}
            faults={faultsBelow(draft.faults, ['keys'])}
            placeholder="ssh-ed25519 AAAA… anna@laptop"
            empty="No key yet: paste the line of a .pub file."
          />
          <FormFault>{messageExactlyAt(draft.faults, ['keys'])}</FormFault>
        </div>
      )}
    </Card>
  )
}

'use client'

import type { Dns } from '@bauta/config'
import { DraftField } from '../../../forms/draft-field.tsx'
import { messageAt } from '../../../forms/faults.ts'
import { FigureInput } from '../../../forms/figure-input.tsx'
import type { DraftOf } from '../../../forms/use-draft.ts'
import { Card, Switch, TextInput } from '../../../ui/index.ts'

export interface DnsCardProps {
  draft: DraftOf<'dns'>
  value: Dns
}

export function ForwardingCard({ draft, value }: DnsCardProps) {
  const set = (change: Partial<Dns>) => draft.set({ ...value, ...change })
  return (
    <Card title="Forwarding">
      <div className="grid gap-2">
        <Switch
          label="Answer DNS questions of the household"
          checked={value.enabled}
          onChange={(event) => set({ enabled: event.target.checked })}
        />
        <p className="text-sm text-mute">
          Only for the LAN: from the Internet it cannot be reached. Switched off, machines need another DNS
          server.
        </p>
        <DraftField
          layout="stack"
          label="Cache"
          unit="names"
          hint="How many answers are kept; 0 switches the cache off. A change begins with an empty cache."
          error={messageAt(draft.faults, ['cacheSize'])}
        >
          <FigureInput
            value={value.cacheSize}
            onChange={(cacheSize) => set({ cacheSize })}
            className="max-w-28 flex-none!"
          />
        </DraftField>
        <DraftField
          layout="stack"
          label="Local domain"
          hint="Where the names of the household live. RFC 8375 sets home.arpa aside for this."
          error={messageAt(draft.faults, ['localDomain'])}
        >
          <TextInput
            mono
            value={value.localDomain}
            onChange={(event) => set({ localDomain: event.target.value.trim() })}
            className="max-w-64"
          />
        </DraftField>
      </div>
    </Card>
  )
}

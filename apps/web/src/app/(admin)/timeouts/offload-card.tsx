'use client'

import { OFFLOAD_AT_FIRST, type OffloadMode } from '@bauta/config'
import clsx from 'clsx'
import type { DraftOf } from '../../../forms/use-draft.ts'
import { Card, Segmented } from '../../../ui/index.ts'

const EXPLAIN: Record<OffloadMode, string> = {
  auto: 'A connection that lasts is handed to the kernel after its first packets, which carries them on by itself, also while the dataplane restarts. Short ones are not worth it.',
  on: 'Every connection is handed to the kernel as soon as it is decided, also one of two packets.',
  off: 'Every packet passes through the packet thread. Slower; for whoever wants to see it at work.',
}

/** Who carries the packets of connections that are decided. */
export function OffloadCard({ draft }: { draft: DraftOf<'offload'> }) {
  const value = draft.value ?? OFFLOAD_AT_FIRST
  return (
    <Card title="Carried by the kernel">
      <div className={clsx('flex flex-wrap items-start gap-x-5 gap-y-2', !draft.value && 'invisible')}>
        <Segmented
          label="Connections that the kernel carries"
          value={value.mode}
          options={[
            { value: 'auto', label: 'Those that last' },
            { value: 'on', label: 'All' },
            { value: 'off', label: 'None' },
          ]}
          onChange={(mode) => draft.set({ mode })}
        />
        <p className="min-h-11 max-w-[70ch] flex-1 basis-72 text-mute">{EXPLAIN[value.mode]}</p>
      </div>
      <p className="mt-2 max-w-[80ch] text-sm text-mute">
        Rules, counters and timeouts hold either way. What a rule, a helper or a watcher has to see packet by
        packet stays with the packet thread; a connection says which in the list of connections.
      </p>
    </Card>
  )
}

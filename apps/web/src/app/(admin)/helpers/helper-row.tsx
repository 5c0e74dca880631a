'use client'

import { type Fault, HELPER_TITLES, HELPERS, type Helper, MAX_HELPER_PORTS } from '@bauta/config'
import clsx from 'clsx'
import { useState } from 'react'
import { DraftField } from '../../../forms/draft-field.tsx'
import { messageAt } from '../../../forms/faults.ts'
import { count } from '../../../live/format.ts'
import { Num, Switch, TextInput } from '../../../ui/index.ts'
import { portsOf, portsText } from './port-list.ts'
import { PURPOSES } from './purposes.ts'

interface HelperRowProps {
  helper: Helper
  /** Paths begin at the helper. */
  faults: readonly Fault[]
  /** Connections that it reads along with now; null: not known yet. */
  attached: number | null
  onChange: (helper: Helper) => void
}

/** One helper: what it is for, whether it is on, where it listens, and how many use it now. */
export function HelperRow({ helper, faults, attached, onChange }: HelperRowProps) {
  /** As it is being typed. */
  const [typed, setTyped] = useState<string | null>(null)
  const { name, enabled, ports } = helper
  const { what, text } = PURPOSES[name]
  const { protocol, ports: usual } = HELPERS[name]
  const changed = portsText(ports) !== portsText(usual)
  return (
    <li
      aria-label={HELPER_TITLES[name]}
      className="grid gap-x-6 gap-y-2 border-t border-line py-3 first:border-t-0 md:grid-cols-[minmax(0,1fr)_15rem]"
    >
      <div className="min-w-0">
        <Switch
          label={
            <>
              <span className="font-semibold">{HELPER_TITLES[name]}</span>
              <span className="ml-2 text-mute">{what}</span>
            </>
          }
          checked={enabled}
          onChange={(event) => onChange({ ...helper, enabled: event.target.checked })}
        />
        <p className="mt-1 max-w-[68ch] text-sm text-mute">{text}</p>
        <InUse enabled={enabled} attached={attached} />
      </div>
      <DraftField
        layout="stack"
        label={
          <>
            {protocol.toUpperCase()} ports
            <span className="sr-only"> of {HELPER_TITLES[name]}</span>
          </>
        }
        hint={changed ? `Usually ${portsText(usual)}.` : `Up to ${MAX_HELPER_PORTS}, with commas.`}
        error={messageAt(faults, ['ports'])}
      >
        <TextInput
          mono
          value={typed ?? portsText(ports)}
          onChange={(event) => {
            setTyped(event.target.value)
            onChange({ ...helper, ports: portsOf(event.target.value) })
          }}
          onBlur={() => setTyped(null)}
        />
      </DraftField>
    </li>
  )
}

function InUse({ enabled, attached }: { enabled: boolean; attached: number | null }) {
  if (attached === null || (!enabled && attached === 0)) return null
  return (
    <p className={clsx('mt-1 text-sm', attached > 0 && 'font-medium')}>
      {attached === 0 ? (
        'not in use now'
      ) : (
        <>
          in use by <Num>{count(attached)}</Num> {attached === 1 ? 'connection' : 'connections'}
        </>
      )}
    </p>
  )
}

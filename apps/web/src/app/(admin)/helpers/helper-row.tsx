'use client'

import { type Fault, HELPER_TITLES, HELPERS, type Helper, MAX_HELPER_PORTS } from '@bauta/config'
import clsx from 'clsx'
import { messageAt } from '../../../forms/faults.ts'
import { TypedField } from '../../../forms/typed-field.tsx'
import { count } from '../../../live/format.ts'
import { Num, Switch } from '../../../ui/index.ts'
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
      <TypedField
        mono
        label={
          <>
            {protocol.toUpperCase()} ports
            <span className="sr-only"> of {HELPER_TITLES[name]}</span>
          </>
        }
        hint={changed ? `Usually ${portsText(usual)}.` : `Up to ${MAX_HELPER_PORTS}, with commas.`}
        error={messageAt(faults, ['ports'])}
        text={portsText(ports)}
        onText={(typed) => onChange({ ...helper, ports: portsOf(typed) })}
      />
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

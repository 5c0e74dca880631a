'use client'

import { TIMEOUT_PRESETS, type Timeouts } from '@bauta/config'
import clsx from 'clsx'
import { DraftField } from '../../../forms/draft-field.tsx'
import { durationWords } from '../../../forms/duration.ts'
import { messageAt } from '../../../forms/faults.ts'
import { FigureInput } from '../../../forms/figure-input.tsx'
import type { DraftOf } from '../../../forms/use-draft.ts'
import { Card, Field, Num, Switch } from '../../../ui/index.ts'
import { timeoutPreset } from './preset.ts'
import { PresetChoice } from './preset-choice.tsx'

const FIELDS: readonly { key: Exclude<keyof Timeouts, 'refreshInbound'>; label: string; hint: string }[] = [
  {
    key: 'tcp',
    label: 'TCP, idle',
    hint: 'An open connection with nothing on it. RFC 5382 asks for at least 2 h 4 min, so that keep-alives of two hours find their way.',
  },
  {
    key: 'tcpfin',
    label: 'TCP, closing',
    hint: 'One side has said goodbye, or it is only half open. RFC 5382: at least 4 min.',
  },
  {
    key: 'udp',
    label: 'UDP',
    hint: 'RFC 4787: never under 2 min, 5 min recommended. Games and calls live here.',
  },
  { key: 'icmp', label: 'ICMP', hint: 'Pings and other questions. RFC 5508: at least 60 s.' },
]

const EXPLAIN = {
  standard:
    'What the RFCs ask of a good masquerader: TCP 2 h 4 min and 4 min for closing (RFC 5382), UDP 5 min (RFC 4787), ICMP 60 s (RFC 5508). Long quiet connections live.',
  classic:
    'The values of Linux 2.2 (the masq timeout table of ip_masq.c): TCP 15 min, closing 2 min, UDP 5 min, ICMP 60 s. Frugal with ports; quiet TCP connections die after a quarter of an hour.',
  own: 'Values of your own. A preset puts all four back.',
}

export function TimeoutsCard({ draft }: { draft: DraftOf<'timeouts'> }) {
  // While loading, the form is laid out with the standard values and not shown: it takes its room, and nothing jumps.
  const value = draft.value ?? TIMEOUT_PRESETS.standard
  return (
    <Card title="Idle timeouts">
      <div className={clsx(!draft.value && 'invisible')}>
        <PresetChoice
          of="the timeouts"
          chosen={timeoutPreset(value)}
          explain={EXPLAIN}
          onChoose={(name) => draft.set({ ...TIMEOUT_PRESETS[name] })}
        />
        <div className="grid gap-3">
          {FIELDS.map(({ key, label, hint }) => (
            <DraftField
              key={key}
              label={label}
              hint={hint}
              unit={<Reading seconds={value[key]} />}
              error={messageAt(draft.faults, [key])}
            >
              <FigureInput
                value={value[key]}
                onChange={(seconds) => draft.set({ ...value, [key]: seconds })}
                className="max-w-28"
              />
            </DraftField>
          ))}
          <Field
            label="What comes in counts"
            hint="Packets from outside keep a UDP or ICMP connection alive, too. Switched off, only what its machine sends does: nobody outside can hold a port open (RFC 7857 §7)."
          >
            <Switch
              checked={value.refreshInbound}
              onChange={({ target }) => draft.set({ ...value, refreshInbound: target.checked })}
            />
          </Field>
        </div>
        <p className="mt-3 text-sm text-mute">
          A change meets a connection at its next packet. A connection that got a shorter time is not cut
          before.
        </p>
      </div>
    </Card>
  )
}

/** Keeps its width: what is read beside the figure must not move the field. */
function Reading({ seconds }: { seconds: number }) {
  const words = durationWords(seconds)
  return (
    <span className="inline-block w-30 text-ink">
      s{words && words !== `${seconds} s` ? <Num className="text-mute"> = {words}</Num> : null}
    </span>
  )
}

'use client'

import { PORT_PRESETS, type Ports } from '@bauta/config'
import type { Status } from '@bauta/control/schemas'
import clsx from 'clsx'
import type { ReactNode } from 'react'
import { DraftField } from '../../../forms/draft-field.tsx'
import { messageAt } from '../../../forms/faults.ts'
import { FigureInput } from '../../../forms/figure-input.tsx'
import type { DraftOf } from '../../../forms/use-draft.ts'
import { count } from '../../../live/format.ts'
import { Card, Meter, Num, Skeleton } from '../../../ui/index.ts'
import { ExplainedChoice } from './explained-choice.tsx'
import { portPreset, portsIn } from './preset.ts'
import { PresetChoice } from './preset-choice.tsx'

const EXPLAIN = {
  standard:
    'Every port that is not privileged, 1024 to 65535, and free ports counted as they are. A port is kept where it is free, otherwise a random one is taken.',
  classic:
    'Linux 2.2: 61000 to 65095 (PORT_MASQ_BEGIN, PORT_MASQ_END). 4096 ports for TCP, UDP and ICMP each; old scripts and firewalls in front may expect just these. One after the other is taken, TCP ports again toward other servers; when all are in use, nobody is told.',
  own: 'A choice of your own. A preset puts range and counting back, and all that stands under Masquerading.',
}

const COUNTING = {
  exact:
    'A port is one machine’s alone, toward every server. Free is what is free: the range less the ports in use.',
  classic:
    'One cursor for all; a TCP port serves several machines toward different servers. Free is as 2.2 printed it: ten times the range, less one for every connection.',
}

export function PortsCard({ draft, status }: { draft: DraftOf<'ports'>; status: Status | null }) {
  const value = draft.value ?? PORT_PRESETS.standard
  return (
    <Card title="Masquerade ports">
      <div className={clsx(!draft.value && 'invisible')}>
        <PresetChoice
          of="the ports"
          chosen={portPreset(value)}
          explain={EXPLAIN}
          onChoose={(name) => draft.set({ ...PORT_PRESETS[name] })}
        />
        <div className="grid gap-3">
          <Edge
            draft={draft}
            value={value}
            name="from"
            label="First port"
            hint="1024 or higher: lower ports are the box’s own."
          />
          <Edge draft={draft} value={value} name="to" label="Last port" hint={<RangeSize value={value} />} />
          <ExplainedChoice
            title="Counting"
            explain={COUNTING}
            label="Counting of free ports"
            value={value.counting}
            options={[
              { value: 'exact', label: 'Exact' },
              { value: 'classic', label: 'As 2.2' },
            ]}
            onChange={(counting) => draft.set({ ...value, counting })}
          />
        </div>
      </div>
      <FreePorts status={status} counting={draft.stored?.counting} />
    </Card>
  )
}

interface EdgeProps {
  draft: DraftOf<'ports'>
  value: Ports
  name: 'from' | 'to'
  label: string
  hint: ReactNode
}

function Edge({ draft, value, name, label, hint }: EdgeProps) {
  return (
    <DraftField label={label} hint={hint} error={messageAt(draft.faults, [name])}>
      <FigureInput
        value={value[name]}
        onChange={(port) => draft.set({ ...value, [name]: port })}
        className="max-w-28 flex-none!"
      />
    </DraftField>
  )
}

function RangeSize({ value }: { value: Ports }) {
  const size = portsIn(value)
  if (size === null) return null
  return (
    <>
      <Num>{count(size)}</Num> ports, for TCP, UDP and ICMP each.
    </>
  )
}

const KINDS = ['tcp', 'udp', 'icmp'] as const

/** What is free now, under the range in force. */
function FreePorts({ status, counting }: { status: Status | null; counting: Ports['counting'] | undefined }) {
  return (
    <div className="mt-4 grid gap-x-6 gap-y-3 border-t border-line pt-3 sm:grid-cols-3">
      {KINDS.map((kind) => {
        const free = status?.freePorts[kind] ?? 0
        const capacity = (status?.freePorts.capacity ?? 0) * (counting === 'classic' ? 10 : 1)
        return (
          <div key={kind}>
            <p className="mb-1 flex items-baseline justify-between gap-2">
              <span className="text-mute">Free for {kind.toUpperCase()} now</span>
              {status ? (
                <Num className="font-semibold">{count(free)}</Num>
              ) : (
                <Skeleton className="h-3 w-12" />
              )}
            </p>
            <Meter
              label={`Ports in use for ${kind.toUpperCase()}`}
              value={Math.max(0, capacity - free)}
              max={capacity}
              text={`${free} of ${capacity} free`}
            />
          </div>
        )
      })}
    </div>
  )
}

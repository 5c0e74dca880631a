'use client'

import type { Dhcp } from '@bauta/config'
import type { LanStatus } from '@bauta/control/schemas'
import { DraftField } from '../../../forms/draft-field.tsx'
import { durationWords } from '../../../forms/duration.ts'
import { faultsBelow, messageAt, messageExactlyAt } from '../../../forms/faults.ts'
import { FigureInput } from '../../../forms/figure-input.tsx'
import { TextList } from '../../../forms/text-list.tsx'
import type { DraftOf } from '../../../forms/use-draft.ts'
import { count, plural } from '../../../live/format.ts'
import { Card, FormFault, Meter, Notice, SkeletonRows, Switch, TextInput } from '../../../ui/index.ts'
import { rangeSize } from './lan-words.ts'

interface DhcpCardProps {
  draft: DraftOf<'dhcp'>
  live: LanStatus | undefined
}

/** Who gets an address, which, for how long, and what else the box tells them. */
export function DhcpCard({ draft, live }: DhcpCardProps) {
  const { value } = draft
  if (!value)
    return (
      <Card title="Addresses for machines">
        <SkeletonRows rows={5} />
      </Card>
    )
  const set = (change: Partial<Dhcp>) => draft.set({ ...value, ...change })
  const size = rangeSize(value.from, value.to)
  return (
    <Card title="Addresses for machines" aside={value.enabled ? 'DHCP' : 'DHCP is off'}>
      <div className="grid gap-2">
        <Switch
          label="Give addresses to machines that ask"
          checked={value.enabled}
          onChange={(event) => set({ enabled: event.target.checked })}
        />
        <FormFault>{messageExactlyAt(draft.faults, ['enabled'])}</FormFault>
        {!value.enabled && (
          <p className="text-sm text-mute">
            Every machine then needs an address of its own making, or another DHCP server.
          </p>
        )}
        {value.enabled && live && <Free dhcp={live.dhcp} />}
        {value.enabled && (
          <>
            <div className="grid gap-x-4 sm:grid-cols-2">
              <DraftField
                layout="stack"
                label="First address"
                error={messageAt(draft.faults, ['from'])}
                hint={size > 0 ? plural(size, 'address', 'addresses') : undefined}
              >
                <TextInput
                  mono
                  value={value.from}
                  onChange={(event) => set({ from: event.target.value.trim() })}
                />
              </DraftField>
              <DraftField layout="stack" label="Last address" error={messageAt(draft.faults, ['to'])}>
                <TextInput
                  mono
                  value={value.to}
                  onChange={(event) => set({ to: event.target.value.trim() })}
                />
              </DraftField>
            </div>
            <DraftField
              layout="stack"
              label="A lease holds"
              unit="seconds"
              hint={durationWords(value.leaseSeconds) || 'A machine asks again when half of it is over.'}
              error={messageAt(draft.faults, ['leaseSeconds'])}
            >
              <FigureInput
                value={value.leaseSeconds}
                onChange={(leaseSeconds) => set({ leaseSeconds })}
                className="max-w-28 flex-none!"
              />
            </DraftField>
            <div className="grid items-start gap-4 sm:grid-cols-2">
              <Told
                title="DNS servers they are told"
                what="DNS server"
                values={value.dnsServers}
                faults={faultsBelow(draft.faults, ['dnsServers'])}
                onChange={(dnsServers) => set({ dnsServers })}
              />
              <Told
                title="Time servers they are told"
                what="time server"
                values={value.ntpServers}
                faults={faultsBelow(draft.faults, ['ntpServers'])}
                onChange={(ntpServers) => set({ ntpServers })}
              />
            </div>
          </>
        )}
      </div>
    </Card>
  )
}

function Free({ dhcp: { running, problem, size, free } }: Pick<LanStatus, 'dhcp'>) {
  if (!running)
    return (
      <Notice tone="bad" title="Nobody gets an address now">
        {problem ?? 'The server for addresses does not run; the box starts it again by itself.'}
      </Notice>
    )
  const text = `${count(size - free)} of ${count(size)} given, ${count(free)} free`
  return (
    <div className="mb-1">
      <Meter label="Addresses given" value={size - free} max={size} text={text} tone="mute" />
      <p className="mt-1 text-sm text-mute">{text}</p>
    </div>
  )
}

interface ToldProps {
  title: string
  what: string
  values: readonly string[]
  faults: Parameters<typeof TextList>[0]['faults']
  onChange: (values: string[]) => void
}

function Told({ title, ...list }: ToldProps) {
  return (
    <div>
      <h3 className="mb-1 font-medium">{title}</h3>
      <TextList {...list} placeholder="192.168.77.1" empty="The box itself." />
    </div>
  )
}

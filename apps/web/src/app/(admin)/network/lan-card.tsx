'use client'

import type { Lan } from '@bauta/config'
import type { LanStatus } from '@bauta/control/schemas'
import { DraftField } from '../../../forms/draft-field.tsx'
import { messageAt } from '../../../forms/faults.ts'
import type { DraftOf } from '../../../forms/use-draft.ts'
import { count } from '../../../live/format.ts'
import { Card, Num, Select, SkeletonRows, Switch, TextInput } from '../../../ui/index.ts'
import { SIZES, sizeOf } from './lan-words.ts'

interface LanCardProps {
  draft: DraftOf<'lan'>
  domain: string
  live: LanStatus | undefined
}

/** The box’s own address in the house, and who makes the network. */
export function LanCard({ draft, domain, live }: LanCardProps) {
  const { value } = draft
  if (!value)
    return (
      <Card title="Home network">
        <SkeletonRows rows={4} />
      </Card>
    )
  const set = (change: Partial<Lan>) => draft.set({ ...value, ...change })
  const size = sizeOf(value)
  const own = value.addressing === 'box'
  return (
    <Card title="Home network" aside={live?.address && <Num>{live.address}</Num>}>
      <div className="grid gap-2">
        <Switch
          label="The box makes the home network"
          checked={own}
          onChange={(event) => set({ addressing: event.target.checked ? 'box' : 'system' })}
        />
        <p className="text-sm text-mute">
          {own
            ? 'All LAN interfaces are one network with one address of the box, as on any switch.'
            : 'The operating system gives the LAN interfaces their addresses; Bauta takes them as they are.'}
        </p>
        {own && (
          <>
            <DraftField
              layout="stack"
              label="Address of the box"
              hint={size && `In the network ${size.network}, with room for ${count(size.room)} machines.`}
              error={messageAt(draft.faults, ['address'])}
            >
              <TextInput
                mono
                value={value.address}
                onChange={(event) => set({ address: event.target.value.trim() })}
                className="max-w-48 flex-none!"
              />
            </DraftField>
            <DraftField layout="stack" label="Size" error={messageAt(draft.faults, ['bits'])}>
              <span className="max-w-64">
                <Select
                  value={String(value.bits)}
                  onChange={(event) => set({ bits: Number(event.target.value) })}
                >
                  {SIZES.some(({ bits }) => bits === value.bits) ? null : (
                    <option value={value.bits}>/{value.bits}</option>
                  )}
                  {SIZES.map(({ bits, label }) => (
                    <option key={bits} value={bits}>
                      {label}
                    </option>
                  ))}
                </Select>
              </span>
            </DraftField>
          </>
        )}
        <DraftField
          layout="stack"
          label="Name of the box"
          hint={
            <>
              Its page answers to{' '}
              <span className="num">
                {value.name || '…'}.{domain}
              </span>{' '}
              and to <span className="num">bauta.lan</span>.
            </>
          }
          error={messageAt(draft.faults, ['name'])}
        >
          <TextInput
            mono
            value={value.name}
            onChange={(event) => set({ name: event.target.value.trim() })}
            className="max-w-48 flex-none!"
          />
        </DraftField>
      </div>
    </Card>
  )
}

'use client'

import type { Time } from '@bauta/config'
import type { TimeStatus } from '@bauta/control/schemas'
import { DraftField } from '../../../forms/draft-field.tsx'
import { faultsBelow, messageAt, messageExactlyAt } from '../../../forms/faults.ts'
import { TextList } from '../../../forms/text-list.tsx'
import type { DraftOf } from '../../../forms/use-draft.ts'
import {
  Card,
  FormFault,
  Notice,
  SkeletonRows,
  Switch,
  Table,
  Tag,
  TBody,
  Td,
  TextInput,
  THead,
  Th,
  type Tone,
  Tr,
} from '../../../ui/index.ts'

const TONES: Record<TimeStatus['sources'][number]['state'], Tone> = {
  used: 'good',
  good: 'plain',
  silent: 'warn',
  wrong: 'bad',
}

/** The clock: where the box has it from, and who gets it from the box. */
export function TimeCard({ draft, live }: { draft: DraftOf<'time'>; live: TimeStatus | undefined }) {
  const { value } = draft
  if (!value)
    return (
      <Card title="Time">
        <SkeletonRows rows={4} />
      </Card>
    )
  const set = (change: Partial<Time>) => draft.set({ ...value, ...change })
  return (
    <Card title="Time" aside={live && value.enabled ? clockWords(live) : undefined}>
      <div className="grid gap-2">
        <Switch
          label="The box sets its clock by time servers"
          checked={value.enabled}
          onChange={(event) => set({ enabled: event.target.checked })}
        />
        {!value.enabled && (
          <p className="text-sm text-mute">The operating system keeps the clock; Bauta does not touch it.</p>
        )}
        {value.enabled && live && !live.running && draft.stored?.enabled && (
          <Notice tone="bad" title="The clock is not set now">
            {live.problem ?? 'The program that does it is started again by itself.'}
          </Notice>
        )}
        {value.enabled && (
          <>
            <TextList
              what="time server"
              values={value.servers}
              onChange={(servers) => set({ servers })}
              faults={faultsBelow(draft.faults, ['servers'])}
              placeholder="0.pool.ntp.org"
              empty="None: the clock runs as it likes."
            />
            <FormFault>{messageExactlyAt(draft.faults, ['servers'])}</FormFault>
            {live && live.sources.length > 0 && <Sources sources={live.sources} />}
            <Switch
              label="Give the time to the household"
              checked={value.serve}
              onChange={(event) => set({ serve: event.target.checked })}
            />
          </>
        )}
        <DraftField
          layout="stack"
          label="Time zone"
          hint="For times in logs and schedules."
          error={messageAt(draft.faults, ['zone'])}
        >
          <TextInput
            mono
            value={value.zone}
            list="time-zones"
            onChange={(event) => set({ zone: event.target.value.trim() })}
            className="max-w-64"
          />
        </DraftField>
        <datalist id="time-zones">
          {Intl.supportedValuesOf('timeZone').map((zone) => (
            <option key={zone} value={zone} />
          ))}
        </datalist>
      </div>
    </Card>
  )
}

function clockWords({ synchronised, offset }: TimeStatus): string {
  if (!synchronised) return 'not set yet'
  return offset === null ? 'set' : `set, ${offsetWords(offset)}`
}

/** @param offset seconds */
function offsetWords(offset: number): string {
  const ms = Math.abs(offset) * 1000
  if (ms < 1) return 'off by less than 1 ms'
  return ms < 1000 ? `off by ${ms.toFixed(0)} ms` : `off by ${(ms / 1000).toFixed(1)} s`
}

function Sources({ sources }: Pick<TimeStatus, 'sources'>) {
  return (
    <Table caption="Time servers that are asked now" fixed>
      <THead>
        <Th>Asked now</Th>
        <Th className="w-20">State</Th>
        <Th numeric className="w-36">
          Offset
        </Th>
      </THead>
      <TBody>
        {sources.map(({ name, state, offset }) => (
          <Tr key={name}>
            <Td mono phone="lead" className="break-words">
              {name}
            </Td>
            <Td phone="trail">
              <Tag tone={TONES[state]}>{state}</Tag>
            </Td>
            <Td numeric phone="sub" className="text-mute">
              {offset === null ? '–' : `${(offset * 1000).toFixed(2)} ms`}
            </Td>
          </Tr>
        ))}
      </TBody>
    </Table>
  )
}

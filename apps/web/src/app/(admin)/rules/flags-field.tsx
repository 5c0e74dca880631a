'use client'

import { DraftField } from '../../../forms/draft-field.tsx'
import { Select } from '../../../ui/index.ts'
import type { RuleFieldsProps } from './rule-fields.tsx'
import type { RuleForm } from './rule-form.ts'

const FLAGS = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG'] as const

/** TCP flags; nearly always it is the first packet of a connection that is meant. */
export function FlagsField({ form, faults, onChange }: RuleFieldsProps) {
  const tcp = form.protocol === '6' && !form.protocolNot
  return (
    <>
      <DraftField
        layout="stack"
        label="TCP flags"
        hint={tcp ? '-y: SYN is on, RST and ACK are off.' : 'Flags need TCP.'}
        error={faults.flags}
      >
        <Select
          value={tcp ? form.flags : 'any'}
          disabled={!tcp}
          onChange={(event) => onChange({ flags: event.target.value as RuleForm['flags'] })}
        >
          <option value="any">any flags</option>
          <option value="new">new connections only (-y)</option>
          <option value="not-new">all but new connections (! -y)</option>
          <option value="chosen">chosen flags …</option>
        </Select>
      </DraftField>
      {tcp && form.flags === 'chosen' && <ChosenFlags form={form} onChange={onChange} />}
    </>
  )
}

function ChosenFlags({ form, onChange }: Pick<RuleFieldsProps, 'form' | 'onChange'>) {
  const toggle = (key: 'flagsMask' | 'flagsSet', bit: number) => onChange({ [key]: form[key] ^ bit })
  const rows = [
    { key: 'flagsMask', label: 'looked at' },
    { key: 'flagsSet', label: 'must be on' },
  ] as const
  return (
    <div className="overflow-x-auto">
      <table className="text-center">
        <caption className="sr-only">TCP flags: which are looked at, and which of those must be on</caption>
        <thead>
          <tr>
            <td />
            {FLAGS.map((flag) => (
              <th key={flag} scope="col" className="num px-2 text-xs font-medium text-mute">
                {flag}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, label }) => (
            <tr key={key}>
              <th scope="row" className="pr-3 text-left font-normal whitespace-nowrap">
                {label}
              </th>
              {FLAGS.map((flag, i) => (
                <td key={flag} className="px-2 py-1">
                  <input
                    type="checkbox"
                    aria-label={`${flag} ${label}`}
                    checked={(form[key] & (1 << i)) !== 0}
                    onChange={() => toggle(key, 1 << i)}
                    className="size-4 accent-ink"
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <label className="mt-1 inline-flex items-center gap-1.5">
        <input
          type="checkbox"
          checked={form.flagsNot}
          onChange={(event) => onChange({ flagsNot: event.target.checked })}
          className="accent-ink"
        />
        all but these
      </label>
    </div>
  )
}

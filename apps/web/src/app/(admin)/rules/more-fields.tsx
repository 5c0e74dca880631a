'use client'

import { CONNECTION_STATES, LIMIT_PERIODS } from '@bauta/config'
import { DraftField } from '../../../forms/draft-field.tsx'
import { Select, Switch, TextInput } from '../../../ui/index.ts'
import { MatchField, type RuleFieldsProps } from './rule-fields.tsx'
import type { RuleForm } from './rule-form.ts'

const TWO = 'grid gap-x-4 gap-y-2 sm:grid-cols-2'

/** What only netfilter can look at. */
export function NetfilterFields(props: RuleFieldsProps) {
  const { form, faults, onChange } = props
  const ports = !form.protocolNot && (form.protocol === '6' || form.protocol === '17')
  return (
    <>
      <States {...props} />
      <div className={TWO}>
        <MatchField
          {...props}
          name="multiport"
          label="List of ports"
          hint={ports ? 'Up to 15: 80,443,6000:6063' : 'Ports need TCP or UDP.'}
          placeholder="any"
          disabled={!ports}
        />
        <DraftField layout="stack" label="The list is for">
          <Select
            value={form.multiportSide}
            disabled={!ports}
            onChange={(event) => onChange({ multiportSide: event.target.value as RuleForm['multiportSide'] })}
          >
            <option value="destination">the port it goes to</option>
            <option value="source">the port it comes from</option>
            <option value="either">either of them</option>
          </Select>
        </DraftField>
        <MatchField
          {...props}
          name="mac"
          label="MAC address"
          hint="Of the sender’s card, as the neighbour table knows it."
          placeholder="any"
        />
        <MatchField
          {...props}
          name="length"
          label="Length"
          hint="Bytes with headers: 0:128"
          placeholder="any"
        />
        <MatchField
          {...props}
          name="mark"
          label="Mark"
          hint="Set by a rule before; with a mask: 0x1/0xff"
          placeholder="any"
        />
        <MatchField
          {...props}
          name="tos"
          label="TOS"
          hint="0x10, or with a mask 0x10/0x1e"
          placeholder="any"
        />
        <DraftField
          layout="stack"
          label="At most"
          hint="Empty: no limit. Packets beyond it do not match."
          error={faults.limit}
        >
          <div className="flex items-center gap-2">
            <TextInput
              mono
              inputMode="numeric"
              aria-label="Packets"
              placeholder="no limit"
              value={form.limit}
              onChange={(event) => onChange({ limit: event.target.value })}
            />
            <Select
              aria-label="per"
              value={form.limitPer}
              onChange={(event) => onChange({ limitPer: event.target.value as RuleForm['limitPer'] })}
            >
              {LIMIT_PERIODS.map((period) => (
                <option key={period} value={period}>
                  a {period}
                </option>
              ))}
            </Select>
          </div>
        </DraftField>
        <DraftField layout="stack" label="Burst" hint="So many at once before the limit counts.">
          <TextInput
            mono
            inputMode="numeric"
            value={form.limitBurst}
            disabled={form.limit.trim() === ''}
            onChange={(event) => onChange({ limitBurst: event.target.value })}
          />
        </DraftField>
      </div>
    </>
  )
}

function States({ form, faults, onChange }: RuleFieldsProps) {
  const box = 'inline-flex h-8 items-center gap-1.5'
  return (
    <fieldset>
      <legend className="font-medium">State of the connection</legend>
      <div className="flex flex-wrap gap-x-4 gap-y-1">
        {CONNECTION_STATES.map((state) => (
          <label key={state} className={box}>
            <input
              type="checkbox"
              className="accent-ink"
              checked={form.states.includes(state)}
              onChange={(event) =>
                onChange({
                  states: CONNECTION_STATES.filter((one) =>
                    one === state ? event.target.checked : form.states.includes(one),
                  ),
                })
              }
            />
            {state}
          </label>
        ))}
        <label className={box}>
          <input
            type="checkbox"
            className="accent-ink"
            checked={form.statesNot}
            disabled={form.states.length === 0}
            onChange={(event) => onChange({ statesNot: event.target.checked })}
          />
          all but these
        </label>
      </div>
      {faults.states && <span className="block font-medium text-bad">{faults.states}</span>}
    </fieldset>
  )
}

/** What only the classic dialect does along any target. */
export function ClassicFields({ form, faults, onChange }: RuleFieldsProps) {
  return (
    <>
      <Switch
        label="Log what it matches (-l)"
        checked={form.log}
        onChange={(event) => onChange({ log: event.target.checked })}
      />
      <div className={TWO}>
        <DraftField
          layout="stack"
          label="Mark packets (-m)"
          hint="7 sets the mark, +7 adds to it."
          error={faults.setMark}
        >
          <TextInput
            mono
            placeholder="no"
            value={form.setMark}
            onChange={(event) => onChange({ setMark: event.target.value })}
          />
        </DraftField>
        <DraftField
          layout="stack"
          label="Change the TOS (-t)"
          hint="And, xor: 0x01 0x10 is minimum delay."
          error={faults.setTos}
        >
          <TextInput
            mono
            placeholder="no"
            value={form.setTos}
            onChange={(event) => onChange({ setTos: event.target.value })}
          />
        </DraftField>
      </div>
    </>
  )
}

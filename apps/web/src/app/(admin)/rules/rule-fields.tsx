'use client'

import { icmpName } from '@bauta/chains'
import { TARGETS } from '@bauta/config'
import { type ReactNode, useId } from 'react'
import { DraftField } from '../../../forms/draft-field.tsx'
import { FieldGroup, Segmented, Select, Switch, TextInput } from '../../../ui/index.ts'
import { isBuiltIn } from './draft-operations.ts'
import { FlagsField } from './flags-field.tsx'
import type { RuleForm } from './rule-form.ts'

export interface RuleFieldsProps {
  form: RuleForm
  chain: string
  chains: readonly string[]
  devices: readonly string[]
  faults: Partial<Record<keyof RuleForm | 'form', string>>
  onChange: (change: Partial<RuleForm>) => void
  onChain: (chain: string) => void
}

export function RuleFields(props: RuleFieldsProps) {
  return (
    <>
      <Deed {...props} />
      <Ends {...props} />
      <Ways {...props} />
      <Special {...props} />
    </>
  )
}

const TWO = 'grid gap-x-4 gap-y-2 sm:grid-cols-2'
const MEANS: Record<string, string> = {
  ACCEPT: 'ACCEPT: let it through',
  DENY: 'DENY: drop it silently',
  REJECT: 'REJECT: drop it and tell the sender',
  MASQ: 'MASQ: let it out under the WAN address',
  RETURN: 'RETURN: back to the calling chain, or the policy',
}

function Deed({ form, chain, chains, faults, onChange, onChain }: RuleFieldsProps) {
  const own = chains.filter((name) => !isBuiltIn(name) && name !== chain)
  return (
    <FieldGroup legend="What it does">
      <DraftField layout="stack" label="Target" error={faults.target}>
        <Select value={form.target} onChange={(event) => onChange({ target: event.target.value })}>
          {TARGETS.map((target) => (
            <option key={target} value={`verdict:${target}`}>
              {MEANS[target]}
            </option>
          ))}
          <option value="">none: count it and go on</option>
          {own.map((name) => (
            <option key={name} value={`chain:${name}`}>
              go to chain {name}
            </option>
          ))}
        </Select>
      </DraftField>
      <div className={TWO}>
        <DraftField layout="stack" label="Chain" hint="Where it is tried.">
          <Select value={chain} onChange={(event) => onChain(event.target.value)}>
            {chains.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </Select>
        </DraftField>
        <DraftField
          layout="stack"
          label="Comment"
          hint="What it is for, in your words."
          error={faults.comment}
        >
          <TextInput
            value={form.comment}
            autoCapitalize="sentences"
            onChange={(event) => onChange({ comment: event.target.value })}
          />
        </DraftField>
      </div>
      <Switch
        label="The rule is on"
        checked={form.enabled}
        onChange={(event) => onChange({ enabled: event.target.checked })}
      />
    </FieldGroup>
  )
}

type TextKey = 'source' | 'destination' | 'sourcePorts' | 'destinationPorts' | 'inInterface' | 'outInterface'

interface EndFieldProps extends RuleFieldsProps {
  name: TextKey
  label: string
  hint: ReactNode
  placeholder: string
  list?: string
  disabled?: boolean
}

/** A text and whether it is meant the other way round. */
function MatchField({
  form,
  faults,
  onChange,
  name,
  label,
  hint,
  placeholder,
  list,
  disabled,
}: EndFieldProps) {
  const not = `${name}Not` as const
  return (
    <DraftField layout="stack" label={label} hint={hint} error={faults[name]}>
      <div className="flex gap-2">
        <label className="control inline-flex shrink-0 items-center gap-1.5 px-2!">
          <input
            type="checkbox"
            checked={form[not]}
            disabled={disabled}
            aria-label={`${label}: all but this`}
            onChange={(event) => onChange({ [not]: event.target.checked })}
            className="accent-ink"
          />
          not
        </label>
        <TextInput
          mono
          value={form[name]}
          placeholder={placeholder}
          list={list}
          disabled={disabled}
          onChange={(event) => onChange({ [name]: event.target.value })}
        />
      </div>
    </DraftField>
  )
}

const ICMP_CHOICES: readonly (readonly [number, number | null])[] = [
  [8, null],
  [0, null],
  [3, null],
  [3, 3],
  [3, 4],
  [5, null],
  [11, null],
  [12, null],
]

function Ends(props: RuleFieldsProps) {
  const { form, faults, onChange } = props
  const icmpList = useId()
  const exact = !form.protocolNot
  const ports = exact && (form.protocol === '6' || form.protocol === '17')
  const portHint = ports ? 'One port, or a range: 1024:65535' : 'Ports need TCP or UDP.'
  return (
    <FieldGroup legend="From whom to whom">
      <div className={TWO}>
        <MatchField {...props} name="source" label="From" hint="Address or network." placeholder="anywhere" />
        <MatchField
          {...props}
          name="destination"
          label="To"
          hint="Address or network."
          placeholder="anywhere"
        />
      </div>
      <div className="flex flex-wrap items-end gap-x-3 gap-y-2">
        <Segmented
          label="Protocol"
          value={form.protocol}
          options={[
            { value: 'any', label: 'Any' },
            { value: '6', label: 'TCP' },
            { value: '17', label: 'UDP' },
            { value: '1', label: 'ICMP' },
            { value: 'other', label: 'Other' },
          ]}
          onChange={(protocol) =>
            onChange({ protocol, ...(protocol === 'any' ? { protocolNot: false } : {}) })
          }
        />
        {form.protocol !== 'any' && (
          <label className="inline-flex h-8 items-center gap-1.5">
            <input
              type="checkbox"
              checked={form.protocolNot}
              onChange={(event) => onChange({ protocolNot: event.target.checked })}
              className="accent-ink"
            />
            all but this protocol
          </label>
        )}
      </div>
      {form.protocol === 'other' && (
        <DraftField
          layout="stack"
          label="Protocol number"
          hint="47 GRE, 50 ESP, 41 IPv6 in IPv4"
          error={faults.protocol}
        >
          <TextInput
            mono
            inputMode="numeric"
            value={form.otherProtocol}
            onChange={(event) => onChange({ otherProtocol: event.target.value })}
          />
        </DraftField>
      )}
      {form.protocol === '1' && exact ? (
        <DraftField
          layout="stack"
          label="ICMP type"
          hint={
            icmpHint(form.icmp) ?? 'Type, or type/code: 8 is a ping, 3/4 “fragmentation needed”. Empty: any.'
          }
          error={faults.icmp}
        >
          <TextInput
            mono
            list={icmpList}
            placeholder="any"
            value={form.icmp}
            onChange={(event) => onChange({ icmp: event.target.value })}
          />
          <datalist id={icmpList}>
            {ICMP_CHOICES.map(([type, code]) => (
              <option key={`${type}/${code}`} value={code === null ? type : `${type}/${code}`}>
                {icmpName(type, code)}
              </option>
            ))}
          </datalist>
        </DraftField>
      ) : (
        <div className={TWO}>
          <MatchField
            {...props}
            name="sourcePorts"
            label="From port"
            hint={portHint}
            placeholder="any"
            disabled={!ports}
          />
          <MatchField
            {...props}
            name="destinationPorts"
            label="To port"
            hint={portHint}
            placeholder="any"
            disabled={!ports}
          />
        </div>
      )}
    </FieldGroup>
  )
}

function icmpHint(text: string): string | null {
  const found = /^(\d{1,3})(?:\/(\d{1,3}))?$/.exec(text.trim())
  return found && icmpName(Number(found[1]), found[2] === undefined ? null : Number(found[2]))
}

function Ways(props: RuleFieldsProps) {
  const { chain, devices } = props
  const list = useId()
  return (
    <FieldGroup legend="By which interface">
      <datalist id={list}>
        <option value="@lan">every LAN interface</option>
        <option value="@wan">the WAN interface</option>
        <option value="ppp+">every name that begins with ppp</option>
        {devices.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <div className={TWO}>
        <MatchField
          {...props}
          name="inInterface"
          label="Comes in by"
          hint={chain === 'output' ? 'output sees only the way out.' : 'lan0, ppp+, @lan or @wan'}
          placeholder="any"
          list={list}
          disabled={chain === 'output' && props.form.inInterface === ''}
        />
        <MatchField
          {...props}
          name="outInterface"
          label="Goes out by"
          hint={chain === 'input' ? 'In input the way out is not known yet.' : 'wan0, ppp+, @lan or @wan'}
          placeholder="any"
          list={list}
          disabled={chain === 'input' && props.form.outInterface === ''}
        />
      </div>
    </FieldGroup>
  )
}

function Special(props: RuleFieldsProps) {
  const { form, faults, onChange } = props
  return (
    <FieldGroup legend="Which of these packets">
      <div className={TWO}>
        <DraftField
          layout="stack"
          label="Connection"
          hint="Known: it is in the table of connections."
          error={faults.connection}
        >
          <Select
            value={form.connection}
            onChange={(event) => onChange({ connection: event.target.value as RuleForm['connection'] })}
          >
            <option value="any">known or new</option>
            <option value="known">known only</option>
            <option value="new">new only</option>
          </Select>
        </DraftField>
        <DraftField
          layout="stack"
          label="Fragments"
          hint="Later fragments carry no ports (-f)."
          error={faults.fragment}
        >
          <Select
            value={form.fragment}
            onChange={(event) => onChange({ fragment: event.target.value as RuleForm['fragment'] })}
          >
            <option value="any">all packets</option>
            <option value="later">second and further only (-f)</option>
            <option value="first">whole packets and first only (! -f)</option>
          </Select>
        </DraftField>
      </div>
      <FlagsField {...props} />
    </FieldGroup>
  )
}

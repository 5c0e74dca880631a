'use client'

import { icmpName } from '@bauta/chains'
import { chainLabel, type Rules, shownName } from '@bauta/config'
import { type ReactNode, useId } from 'react'
import { DraftField } from '../../../forms/draft-field.tsx'
import { FieldGroup, Segmented, Select, Switch, TextInput } from '../../../ui/index.ts'
import { chainAt, userChains } from './draft-operations.ts'
import { FlagsField } from './flags-field.tsx'
import { ClassicFields, NetfilterFields } from './more-fields.tsx'
import type { RuleForm } from './rule-form.ts'
import { TargetFields } from './target-fields.tsx'
import { targetsFor } from './target-form.ts'

export interface RuleFieldsProps {
  form: RuleForm
  chain: string
  rules: Rules
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
  QUEUE: 'QUEUE: for a program that takes it; without one it is dropped',
  REDIRECT: 'REDIRECT: to a port of the box itself',
  SNAT: 'SNAT: let it out under another address',
  DNAT: 'DNAT: send it to another address',
  NETMAP: 'NETMAP: swap one network for another, address by address',
  LOG: 'LOG: write it into the box’s log, and go on',
  MARK: 'MARK: give it a number that other rules see, and go on',
  TOS: 'TOS: change its type of service, and go on',
  DSCP: 'DSCP: change its class of service, and go on',
  TTL: 'TTL: change how many hops it may take, and go on',
  TCPMSS: 'TCPMSS: lower the segment size of a connection, and go on',
}
/** The same words under the name that the dialect has. */
const meaning = (name: string, dialect: Rules['dialect']) =>
  MEANS[name]?.replace(name, shownName(name, dialect)) ?? name

function Deed({ form, chain, rules, faults, onChange, onChain }: RuleFieldsProps) {
  const { dialect } = rules
  const here = chainAt(rules, chain)
  const own = userChains(rules, chain)
  const offered = targetsFor(dialect, here?.table ?? 'filter', here?.name ?? '')
  const known = form.target === '' || form.target.startsWith('chain:') || offered.includes(form.target)
  return (
    <FieldGroup legend="What it does">
      <DraftField layout="stack" label="Target" error={faults.target}>
        <Select value={form.target} onChange={(event) => onChange({ target: event.target.value })}>
          {[...offered, ...(known ? [] : [form.target])].map((target) => (
            <option key={target} value={target}>
              {meaning(target.split(':')[1]!, dialect)}
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
      <TargetFields form={form} dialect={dialect} error={faults.target} onChange={onChange} />
      <div className={TWO}>
        <DraftField layout="stack" label="Chain" hint="Where it is tried.">
          <Select value={chain} onChange={(event) => onChain(event.target.value)}>
            {rules.chains.map(chainLabel).map((label) => (
              <option key={label}>{label}</option>
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

type TextKey =
  | 'source'
  | 'destination'
  | 'sourcePorts'
  | 'destinationPorts'
  | 'inInterface'
  | 'outInterface'
  | 'multiport'
  | 'mac'
  | 'length'
  | 'mark'
  | 'tos'

interface EndFieldProps extends RuleFieldsProps {
  name: TextKey
  label: string
  hint: ReactNode
  placeholder: string
  list?: string
  disabled?: boolean
}

/** A text and whether it is meant the other way round. */
export function MatchField({
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
  const noWayIn = /^output$|OUTPUT$|POSTROUTING$/.test(chain)
  const noWayOut = /^input$|INPUT$|PREROUTING$/.test(chain)
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
          hint={noWayIn ? `${chain} sees only the way out.` : 'lan0, ppp+, @lan or @wan'}
          placeholder="any"
          list={list}
          disabled={noWayIn && props.form.inInterface === ''}
        />
        <MatchField
          {...props}
          name="outInterface"
          label="Goes out by"
          hint={noWayOut ? `In ${chain} the way out is not known yet.` : 'wan0, ppp+, @lan or @wan'}
          placeholder="any"
          list={list}
          disabled={noWayOut && props.form.outInterface === ''}
        />
      </div>
    </FieldGroup>
  )
}

function Special(props: RuleFieldsProps) {
  const { form, faults, onChange } = props
  const classic = props.rules.dialect === 'classic'
  return (
    <FieldGroup legend="Which of these packets">
      <div className={TWO}>
        {classic && (
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
        )}
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
      {classic ? <ClassicFields {...props} /> : <NetfilterFields {...props} />}
    </FieldGroup>
  )
}

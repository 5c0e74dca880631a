'use client'

import { DNS_WORDS, dnsWordMeaning, LOG_LEVELS, placeOfDnsWord, REJECT_WITH } from '@bauta/config'
import { DraftField } from '../../../forms/draft-field.tsx'
import { Select, TextInput } from '../../../ui/index.ts'
import type { RuleForm } from './rule-form.ts'

interface TargetFieldsProps {
  form: RuleForm
  dialect: 'classic' | 'netfilter'
  error: string | undefined
  onChange: (change: Partial<RuleForm>) => void
}

/** Text fields of targets: which key, what it is called, what to type. */
const TEXTS: Readonly<Record<string, readonly (readonly [keyof RuleForm, string, string])[]>> = {
  SNAT: [
    ['to', 'To source', 'One address, a range (203.0.113.5-203.0.113.9), or several.'],
    ['toPorts', 'Ports', 'Empty: its own where it can be kept.'],
  ],
  DNAT: [
    ['to', 'To destination', 'One address, a range, or several in turn. Empty: only another port.'],
    ['toPorts', 'Port', 'Empty: the same port.'],
  ],
  REDIRECT: [['toPorts', 'To port', 'A port of the box. Empty: the same port.']],
  MASQ: [['toPorts', 'Ports', 'Empty: those of the settings.']],
  NETMAP: [['to', 'To network', 'Host bits stay: 10.5.6.0/24']],
  LOG: [['logPrefix', 'Prefix', 'Up to 29 characters before each line.']],
  MARK: [['value', 'Mark', 'Decimal or 0x…; with a mask: 0x1/0xff']],
  TOS: [['value', 'TOS', '0x10 minimum delay, 0x08 throughput, 0x04 reliability, 0x02 cost']],
  DSCP: [['value', 'DSCP', '0 to 63: 46 (0x2e) is expedited forwarding.']],
  TTL: [['value', 'Hops', '0 to 255']],
  TCPMSS: [['value', 'Segment size', 'Empty: what the way out can carry.']],
}

/** What the chosen target needs to know. */
export function TargetFields({ form, dialect, error, onChange }: TargetFieldsProps) {
  const name = form.target.split(':')[1] ?? ''
  if (dialect === 'classic' && name !== 'REDIRECT') return null
  return (
    <div className="grid gap-x-4 gap-y-2 sm:grid-cols-2">
      {name === 'REJECT' && (
        <DraftField layout="stack" label="The sender is told" error={error}>
          <Select
            value={form.rejectWith}
            onChange={(event) => onChange({ rejectWith: event.target.value as RuleForm['rejectWith'] })}
          >
            <option value="">as usual (port unreachable)</option>
            {REJECT_WITH.map((kind) => (
              <option key={kind}>{kind}</option>
            ))}
          </Select>
        </DraftField>
      )}
      {name === 'LOG' && (
        <DraftField layout="stack" label="Level">
          <Select
            value={form.logLevel}
            onChange={(event) => onChange({ logLevel: Number(event.target.value) })}
          >
            {LOG_LEVELS.map((level, number) => (
              <option key={level} value={number}>
                {level}
              </option>
            ))}
          </Select>
        </DraftField>
      )}
      {name === 'TTL' && (
        <DraftField layout="stack" label="Time to live">
          <Select
            value={form.ttlOperation}
            onChange={(event) => onChange({ ttlOperation: event.target.value as RuleForm['ttlOperation'] })}
          >
            <option value="set">set to</option>
            <option value="inc">raise by</option>
            <option value="dec">lower by</option>
          </Select>
        </DraftField>
      )}
      {name === 'DNAT' && <LineServerField to={form.to} onChange={(to) => onChange({ to })} />}
      {textsOf(name, form).map(([key, label, hint], i) => (
        <DraftField key={key} layout="stack" label={label} hint={hint} error={i === 0 ? error : undefined}>
          <TextInput
            mono
            value={String(form[key])}
            onChange={(event) => onChange({ [key]: event.target.value })}
          />
        </DraftField>
      ))}
    </div>
  )
}

/** A name server of the line is chosen, not typed. */
const textsOf = (name: string, form: RuleForm) =>
  (TEXTS[name] ?? []).filter(([key]) => name !== 'DNAT' || key !== 'to' || wordIn(form.to) === '')

const wordIn = (to: string): string => (placeOfDnsWord(to.trim()) < 0 ? '' : to.trim())

function LineServerField({ to, onChange }: { to: string; onChange: (to: string) => void }) {
  return (
    <DraftField
      layout="stack"
      label="Whom it is for"
      hint={wordIn(to) === '' ? undefined : 'Whichever the provider gives at the moment.'}
    >
      <Select value={wordIn(to)} onChange={(event) => onChange(event.target.value)}>
        <option value="">an address of your own choice</option>
        {DNS_WORDS.map((word) => (
          <option key={word} value={word}>
            {dnsWordMeaning(word)}
          </option>
        ))}
      </Select>
    </DraftField>
  )
}

'use client'

import { isName } from '@bauta/config'
import type { DnsVerdict } from '@bauta/control/schemas'
import { type FormEvent, useState } from 'react'
import { api, messageOf } from '../../../live/api.ts'
import { Button, Field, Num, TextInput } from '../../../ui/index.ts'
import { spareName } from './dns-draft.ts'
import type { DnsCardProps } from './forwarding-card.tsx'

/** “Why does this page not open?”: whether a list has the name, which one, and the way out. */
export function WhyBlocked({ draft, value }: DnsCardProps) {
  const [name, setName] = useState('')
  const [verdict, setVerdict] = useState<DnsVerdict | null>(null)
  const [fault, setFault] = useState<string | null>(null)
  const ask = async (event: FormEvent) => {
    event.preventDefault()
    const wanted = name.trim().replace(/\.$/, '')
    setVerdict(null)
    setFault(isName(wanted) ? null : `“${wanted}” is not a name; write one like www.example.org`)
    if (!isName(wanted)) return
    try {
      setVerdict(await api.get<DnsVerdict>(`/api/dns/why?name=${encodeURIComponent(wanted)}`))
    } catch (error) {
      setFault(messageOf(error))
    }
  }
  return (
    <form onSubmit={(event) => void ask(event)} className="mt-5 grid gap-2">
      <h3 className="font-semibold">Is a name blocked?</h3>
      <div className="flex items-end gap-2">
        <Field layout="stack" label="Name to look up" error={fault ?? undefined} className="min-w-0 flex-1">
          <TextInput
            mono
            value={name}
            placeholder="www.example.org"
            onChange={(event) => setName(event.target.value)}
          />
        </Field>
        <Button type="submit" className="mb-6" disabled={name.trim() === ''}>
          Look up
        </Button>
      </div>
      <div role="status">{verdict && <Said verdict={verdict} draft={draft} value={value} />}</div>
    </form>
  )
}

function Said({ verdict, draft, value }: DnsCardProps & { verdict: DnsVerdict }) {
  const { name, domain, lists, blocked, spared } = verdict
  const names = lists.map((url) => value.blocklists.find((list) => list.url === url)?.name || url).join(', ')
  if (domain === null)
    return (
      <p>
        <Num className="break-all">{name}</Num> is on no list.
      </p>
    )
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
      <p className="min-w-0">
        <Num className="break-all">{name}</Num>{' '}
        {spared ? 'is answered: the settings want it, although' : 'is blocked:'}{' '}
        {domain === name ? 'it' : <Num className="break-all">{domain}</Num>} is on {names || 'a list'}.
      </p>
      {blocked && (
        <Button size="small" onClick={() => draft.set(spareName(value, name))}>
          Never block this name
        </Button>
      )}
    </div>
  )
}

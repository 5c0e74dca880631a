'use client'

import type { Dns } from '@bauta/config'
import type { DnsStatus } from '@bauta/control/schemas'
import { faultsBelow, messageAt, messageExactlyAt } from '../../../forms/faults.ts'
import { TextList } from '../../../forms/text-list.tsx'
import { api, messageOf } from '../../../live/api.ts'
import { count, moment } from '../../../live/format.ts'
import { Button, Card, FormFault, Switch, Tag, toast } from '../../../ui/index.ts'
import type { DnsCardProps } from './forwarding-card.tsx'
import { PairHead, PairRow } from './pair-row.tsx'
import { WhyBlocked } from './why-blocked.tsx'

type ListState = DnsStatus['blocklists'][number]

/** Lists of names that the household is told do not exist: advertising, trackers, malware. */
export function BlocklistsCard({ draft, value, live }: DnsCardProps & { live: DnsStatus | undefined }) {
  const { blocklists } = value
  const set = (change: Partial<Dns>) => draft.set({ ...value, ...change })
  const change = (next: Dns['blocklists']) => set({ blocklists: next })
  return (
    <Card title="Blocklists">
      <p className="mb-3 text-sm text-mute">
        A name on one of these lists does not exist for the household, nor does anything below it. Lists are
        fetched once a day; hosts files, lists of names and Adblock rules about whole names are understood.
      </p>
      <div className="grid justify-items-start gap-2">
        {blocklists.length > 0 && <PairHead left="Name" right="Address of the list" />}
        {blocklists.map((list, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: entries have no other identity while they are typed
          <div key={i} className="grid w-full gap-1">
            <PairRow
              what={`list ${i + 1}`}
              left={{ label: 'Name', value: list.name, placeholder: 'Advertising' }}
              right={{ label: 'Address', value: list.url, placeholder: 'https://lists.example/hosts.txt' }}
              faults={{
                left: messageAt(draft.faults, ['blocklists', i, 'name']),
                right: messageAt(draft.faults, ['blocklists', i, 'url']),
              }}
              onLeft={(name) => change(blocklists.with(i, { ...list, name }))}
              onRight={(url) => change(blocklists.with(i, { ...list, url: url.trim() }))}
              onRemove={() => change(blocklists.toSpliced(i, 1))}
            />
            <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
              <Switch
                label={`Use ${list.name || `list ${i + 1}`}`}
                checked={list.enabled}
                onChange={(event) => change(blocklists.with(i, { ...list, enabled: event.target.checked }))}
              />
              <State state={live?.blocklists.find(({ url }) => url === list.url)} />
            </div>
          </div>
        ))}
        {blocklists.length === 0 && <p className="text-mute">No lists: every name is answered.</p>}
        <div className="flex flex-wrap gap-2">
          <Button size="small" onClick={() => change([...blocklists, { name: '', url: '', enabled: true }])}>
            Add list
          </Button>
          {live && live.blocklists.length > 0 && (
            <Button size="small" onClick={() => void fetchNow()}>
              Fetch them now
            </Button>
          )}
        </div>
      </div>
      <FormFault>{messageExactlyAt(draft.faults, ['blocklists'])}</FormFault>
      <h3 className="mt-5 mb-1 font-semibold">Never blocked</h3>
      <TextList
        what="exception"
        values={value.blockAllow}
        onChange={(blockAllow) => set({ blockAllow })}
        faults={faultsBelow(draft.faults, ['blockAllow'])}
        placeholder="shop.example.org"
        empty="No exceptions. Names that the settings mention are never blocked."
      />
      <FormFault>{messageExactlyAt(draft.faults, ['blockAllow'])}</FormFault>
      <WhyBlocked draft={draft} value={value} />
    </Card>
  )
}

function State({ state }: { state: ListState | undefined }) {
  if (!state) return null
  return (
    <span className="flex min-w-0 flex-wrap items-center gap-x-2 text-sm">
      {state.fetching && <Tag>being fetched</Tag>}
      {state.fetchedAt !== null && (
        <span className="text-mute">
          {count(state.names)} names, fetched {moment(state.fetchedAt, Date.now())}
        </span>
      )}
      {state.problem && <span className="text-bad">Could not be fetched: {state.problem}</span>}
      {!state.fetching && state.fetchedAt === null && !state.problem && (
        <span className="text-mute">not fetched yet</span>
      )}
    </span>
  )
}

async function fetchNow(): Promise<void> {
  try {
    await api.post('/api/dns/blocklists')
    toast.success('The lists are being fetched')
  } catch (error) {
    toast.error('The lists are not fetched', messageOf(error))
  }
}

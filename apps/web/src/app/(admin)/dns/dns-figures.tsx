import type { DnsStatus } from '@bauta/control/schemas'
import type { ReactNode } from 'react'
import { count, percent } from '../../../live/format.ts'
import { BigNum, Skeleton } from '../../../ui/index.ts'
import { hitShare } from './dns-draft.ts'

/** Counted since the DNS server was started. */
export function DnsFigures({ live }: { live: DnsStatus | undefined }) {
  const asked = live && live.hits + live.misses + live.authoritative
  return (
    <dl className="grid grid-cols-2 gap-px overflow-hidden rounded-card border border-line bg-line md:grid-cols-3 xl:grid-cols-6">
      <Figure name="Questions" note="since it was started">
        {asked === undefined ? undefined : count(asked)}
      </Figure>
      <Figure name="From the cache" note={live && `${count(live.hits)} of ${count(live.hits + live.misses)}`}>
        {live && percent(hitShare(live))}
      </Figure>
      <Figure name="Own names" note="answered by the box itself">
        {live && count(live.authoritative)}
      </Figure>
      <Figure name="Blocked" note="names on a blocklist">
        {live && count(live.blocked)}
      </Figure>
      <Figure name="Failed" note="nobody could answer">
        {live && count(live.failed)}
      </Figure>
      <Figure
        name="Cache"
        note={live && `${count(live.insertions)} put in, ${count(live.evictions)} pushed out early`}
      >
        {live && count(live.cacheSize)}
      </Figure>
    </dl>
  )
}

function Figure({ name, note, children }: { name: string; note: ReactNode; children: ReactNode }) {
  return (
    <div className="bg-panel px-4.5 py-3">
      <dt className="overline-label">{name}</dt>
      <dd>
        {children === undefined ? <Skeleton className="my-1.5 h-5 w-20" /> : <BigNum>{children}</BigNum>}
        <span className="block min-h-5 text-sm text-mute">{note}</span>
      </dd>
    </div>
  )
}

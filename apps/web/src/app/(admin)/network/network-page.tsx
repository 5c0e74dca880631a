'use client'

import { interfacesAdvice } from '@bauta/config'
import type { Status } from '@bauta/control/schemas'
import { useEffect, useMemo, useRef, useState } from 'react'
import { cutOff } from '../../../forms/cut-off.ts'
import { DraftBar, DraftBars } from '../../../forms/draft-bar.tsx'
import { LoadFault } from '../../../forms/load-fault.tsx'
import { mergeList } from '../../../forms/merge.ts'
import { type DraftKind, useDraft } from '../../../forms/use-draft.ts'
import { GoodToKnow } from '../../../help/good-to-know.tsx'
import { useSession } from '../../../live/session.ts'
import { useStatus } from '../../../live/use-live.ts'
import { Notice, PageHeader } from '../../../ui/index.ts'
import { ClashNotice } from './clash-notice.tsx'
import { DhcpCard } from './dhcp-card.tsx'
import { DialinCard } from './dialin-card.tsx'
import { mergeDialin, toJudge } from './dialin-draft.ts'
import { KnownCard } from './known-card.tsx'
import { LanCard } from './lan-card.tsx'
import { LeasesCard } from './leases-card.tsx'
import { PortsCard } from './ports-card.tsx'
import { linkRates } from './roles.ts'
import { TimeCard } from './time-card.tsx'
import { useDialin, useLan, usePorts, useTime } from './use-household.ts'

const INTERFACES: DraftKind<'interfaces'> = {
  merge: (origin, mine, theirs) => ({
    list: mergeList(origin.list, mine.list, theirs.list, ({ name }) => name),
  }),
}
const DHCP: DraftKind<'dhcp'> = {
  merge: (origin, mine, theirs) => ({
    ...theirs,
    ...Object.fromEntries(
      Object.entries(mine).filter(
        ([key, value]) => JSON.stringify(value) !== JSON.stringify(origin[key as keyof typeof origin]),
      ),
    ),
    reservations: mergeList(origin.reservations, mine.reservations, theirs.reservations, ({ mac }) => mac),
  }),
}
const DIALIN: DraftKind<'dialin'> = { merge: mergeDialin, toJudge }

export function NetworkPage() {
  const interfaces = useDraft('interfaces', INTERFACES)
  const lan = useDraft('lan')
  const dhcp = useDraft('dhcp', DHCP)
  const time = useDraft('time')
  const dialin = useDraft('dialin', DIALIN)
  const { data: status } = useStatus()
  const { data: ports } = usePorts()
  const { data: live } = useLan()
  const { data: clock } = useTime()
  const { data: calls } = useDialin()
  const rates = useLinkRates(status)
  const danger = useDanger(interfaces, status)
  const others = lan.changed || dhcp.changed || time.changed || dialin.changed

  if (interfaces.error && !interfaces.value) return <LoadFault title="Network" error={interfaces.error} />
  return (
    <>
      <PageHeader
        title="Network"
        lead="Which interface leads to the household and which to the Internet, what the home network looks like, and who gets which address in it."
      />
      <DraftBars>
        {(interfaces.changed || !others) && (
          <DraftBar draft={interfaces} risky danger={danger} name={others ? 'Interfaces' : undefined} />
        )}
        {lan.changed && <DraftBar draft={lan} risky={moves(lan)} name="Home network" />}
        {dhcp.changed && <DraftBar draft={dhcp} name="Addresses" />}
        {time.changed && <DraftBar draft={time} name="Time" />}
        {dialin.changed && <DraftBar draft={dialin} name="Dialling in" />}
      </DraftBars>
      <ClashNotice draft={lan} live={live} />
      {interfaces.value &&
        interfacesAdvice(interfaces.value).map(({ text }) => (
          <Notice key={text} tone="warn" title="One network card for both sides" className="mb-4">
            {text}
          </Notice>
        ))}
      <PortsCard draft={interfaces} status={status} ports={ports} rates={rates} />
      <div className="mt-4 grid items-start gap-4 xl:grid-cols-2">
        <div className="grid gap-4">
          <LanCard draft={lan} domain={lan.snapshot?.dns.localDomain ?? 'home.arpa'} live={live} />
          <TimeCard draft={time} live={clock} />
        </div>
        <div className="grid gap-4">
          <DhcpCard draft={dhcp} live={live} />
          <KnownCard draft={dhcp} />
          <DialinCard draft={dialin} live={calls} />
        </div>
      </div>
      <div className="mt-4">
        <LeasesCard draft={dhcp} live={live} />
      </div>
      <div className="mt-4">
        <GoodToKnow page="network" />
      </div>
    </>
  )
}

/** A new name does not cut anybody off; another address, or another size, may. */
function moves({ origin, value }: ReturnType<typeof useDraft<'lan'>>): boolean {
  const place = (lan: typeof value) => lan && [lan.addressing, lan.address, lan.bits].join()
  return place(origin) !== place(value)
}

function useDanger(draft: ReturnType<typeof useDraft<'interfaces'>>, status: Status | null): string | null {
  const peer = useSession().data?.address ?? null
  const { changed, faults, value, stored, snapshot } = draft
  return useMemo(() => {
    if (!changed || faults.length > 0 || !value || !stored || !snapshot || !status) return null
    const after = { ...snapshot, interfaces: value }
    return cutOff({ ...snapshot, interfaces: stored }, after, status.interfaces, peer)
  }, [changed, faults, value, stored, snapshot, status, peer])
}

function useLinkRates(status: Status | null) {
  const last = useRef<Status | null>(null)
  const [rates, setRates] = useState<ReturnType<typeof linkRates>>(new Map())
  useEffect(() => {
    if (!status || status === last.current) return
    setRates(linkRates(last.current, status))
    last.current = status
  }, [status])
  return rates
}

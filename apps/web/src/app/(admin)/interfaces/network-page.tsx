'use client'

import type { Status } from '@bauta/control/schemas'
import { useEffect, useMemo, useRef, useState } from 'react'
import { cutOff } from '../../../forms/cut-off.ts'
import { DraftBar, DraftBars } from '../../../forms/draft-bar.tsx'
import { messageExactlyAt } from '../../../forms/faults.ts'
import { LoadFault } from '../../../forms/load-fault.tsx'
import { mergeList } from '../../../forms/merge.ts'
import { type DraftKind, useDraft } from '../../../forms/use-draft.ts'
import { useSession } from '../../../live/session.ts'
import { useStatus } from '../../../live/use-live.ts'
import { Card, FormFault, PageHeader, SkeletonRows, Table, TBody, THead, Th } from '../../../ui/index.ts'
import { AddInterface } from './add-interface.tsx'
import { InterfaceRow } from './interface-row.tsx'
import { forget, linkRates, rowsOf, setRole } from './roles.ts'

const KIND: DraftKind<'interfaces'> = {
  merge: (origin, mine, theirs) => ({
    list: mergeList(origin.list, mine.list, theirs.list, ({ name }) => name),
  }),
}

export function NetworkPage() {
  const draft = useDraft('interfaces', KIND)
  const { data: status } = useStatus()
  const peer = useSession().data?.address ?? null
  const rates = useLinkRates(status)
  const { value, stored, snapshot } = draft

  const danger = useMemo(() => {
    if (!draft.changed || draft.faults.length > 0 || !value || !stored || !snapshot || !status) return null
    const { rules } = snapshot
    return cutOff({ rules, interfaces: stored }, { rules, interfaces: value }, status.interfaces, peer)
  }, [draft.changed, draft.faults, value, stored, snapshot, status, peer])

  if (draft.error && !value) return <LoadFault title="Network" error={draft.error} />
  return (
    <>
      <PageHeader
        title="Network"
        lead="Which interface leads to the household and which to the Internet. What has no role is not managed and carries nothing."
      />
      <DraftBars>
        <DraftBar draft={draft} danger={danger} />
      </DraftBars>
      <Card title="Interfaces">
        {value && status ? (
          <>
            <Table caption="Interfaces of the box" fixed>
              <THead>
                <Th className="w-24">Name</Th>
                <Th className="w-29">Role</Th>
                <Th className="w-18 max-lg:hidden">State</Th>
                <Th>Addresses</Th>
                <Th className="w-38 max-xl:hidden">MAC</Th>
                <Th numeric className="w-14 max-xl:hidden">
                  MTU
                </Th>
                <Th numeric className="w-27">
                  In<span className="lg:hidden">, out</span> now
                </Th>
                <Th numeric className="w-27 max-lg:hidden">
                  Out now
                </Th>
                <Th className="w-22 max-lg:hidden">
                  <span className="sr-only">Actions</span>
                </Th>
              </THead>
              <TBody>
                {rowsOf(value, status.interfaces).map((row) => (
                  <InterfaceRow
                    key={row.name}
                    row={row}
                    rate={rates.get(row.name)}
                    faults={draft.faults}
                    onRole={(role) => draft.set(setRole(value, row.name, role))}
                    onForget={() => draft.set(forget(value, row.name))}
                  />
                ))}
              </TBody>
            </Table>
            <FormFault>{messageExactlyAt(draft.faults, ['list'])}</FormFault>
            <AddInterface
              taken={rowsOf(value, status.interfaces).map(({ name }) => name)}
              onAdd={(name) => draft.set(setRole(value, name, 'unused'))}
            />
          </>
        ) : (
          <SkeletonRows rows={3} />
        )}
      </Card>
    </>
  )
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

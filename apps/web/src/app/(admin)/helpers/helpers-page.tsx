'use client'

import { type HelperName, helperOf, helpersAdvice, withHelper } from '@bauta/config'
import type { Counters } from '@bauta/control/schemas'
import Link from 'next/link'
import { DraftBar, DraftBars } from '../../../forms/draft-bar.tsx'
import { faultsBelow } from '../../../forms/faults.ts'
import { LoadFault } from '../../../forms/load-fault.tsx'
import { useDraft } from '../../../forms/use-draft.ts'
import { GoodToKnow } from '../../../help/good-to-know.tsx'
import { useCounters } from '../../../live/use-live.ts'
import { Card, Notice, PageHeader, SkeletonRows } from '../../../ui/index.ts'
import { HelperRow } from './helper-row.tsx'
import { GROUPS } from './purposes.ts'

const TITLE = 'Helpers'

export function HelpersPage() {
  const draft = useDraft('helpers')
  const { data: counters } = useCounters()
  const { value } = draft
  if (draft.error && !value) return <LoadFault title={TITLE} error={draft.error} />
  return (
    <>
      <PageHeader
        title={TITLE}
        lead="Some programs write an address and a port into what they say, for the other side to call back. A helper reads along, corrects the address and opens that one way in."
      />
      <DraftBars>
        <DraftBar draft={draft} />
      </DraftBars>
      <div className="grid items-start gap-4">
        {value &&
          helpersAdvice(value).map(({ text }) => (
            <Notice key={text} tone="warn">
              {text}
            </Notice>
          ))}
        {GROUPS.map(({ title, lead, names }) => (
          <Card key={title} title={title}>
            <p className="text-sm text-mute">{lead}</p>
            {value ? (
              <ul className="mt-2">
                {names.map((name) => (
                  <HelperRow
                    key={name}
                    helper={helperOf(value, name)}
                    faults={faultsBelow(draft.faults, ['list', placeOf(value.list, name)])}
                    attached={attachedTo(counters, name)}
                    onChange={(helper) => draft.set(withHelper(value, helper))}
                  />
                ))}
              </ul>
            ) : (
              <SkeletonRows rows={names.length} />
            )}
          </Card>
        ))}
        <p className="text-sm text-mute">
          A connection gets its helper when it begins, by the port that it is for. How many each has, as Linux
          2.2 printed it:{' '}
          <Link href="/counters?file=net/ip_masq/app" prefetch={false} className="underline hover:text-ink">
            ip_masq/app
          </Link>
          .
        </p>
        <GoodToKnow page="helpers" />
      </div>
    </>
  )
}

const placeOf = (list: readonly { name: HelperName }[], name: HelperName) =>
  list.findIndex((helper) => helper.name === name)

/** @returns null while nothing is known */
function attachedTo(counters: Counters | null, name: HelperName): number | null {
  if (!counters) return null
  return counters.helpers
    .filter((entry) => entry.name === name)
    .reduce((sum, { attached }) => sum + attached, 0)
}

'use client'

import type { Counters } from '@bauta/control/schemas'
import clsx from 'clsx'
import Link from 'next/link'
import { Fragment } from 'react'
import { dropAnchor } from '../../../forms/anchors.ts'
import { count, packetRate, plural } from '../../../live/format.ts'
import { Card, Num, SkeletonRows, Switch, Table, TBody, Td, THead, Th, Tr } from '../../../ui/index.ts'
import { usePreference } from '../../../ui/shell/preference.ts'
import { canBeTried } from '../why/question-of-rule.ts'
import { type Drop, groupDrops, type Rates } from './rates.ts'

/** Every packet that was not carried is under exactly one of these names. */
export function DropsCard({ counters, rates }: { counters: Counters | null; rates: Rates }) {
  const [silent, setSilent] = usePreference('bauta.counters.silent', ['hidden', 'shown'] as const, 'hidden')
  const total = counters?.drops.reduce((sum, { packets }) => sum + packets, 0)
  return (
    <Card
      title="Dropped, and why"
      aside={
        <>
          {total !== undefined && (
            <span className="max-sm:hidden">
              <Num>{count(total)}</Num> in all
            </span>
          )}
          <Switch
            label="Show all reasons"
            checked={silent === 'shown'}
            onChange={(event) => setSilent(event.target.checked ? 'shown' : 'hidden')}
          />
        </>
      }
    >
      {counters ? (
        <Table caption="Reasons for which packets were dropped" fixed>
          <THead>
            <Th className="w-48">Reason</Th>
            <Th>Meaning</Th>
            <Th numeric className="w-32">
              Packets
            </Th>
            <Th numeric className="w-28">
              Now
            </Th>
          </THead>
          <TBody>
            {groupDrops(counters.drops).map(({ group, title, packets, drops, silent: never }) => (
              <Fragment key={group}>
                <Tr>
                  <Td colSpan={2} phone="lead" className="pt-4! font-semibold">
                    {title}
                    {silent === 'hidden' && never.length > 0 && (
                      <span className="ml-2 font-normal text-mute">
                        {drops.length === 0
                          ? `none of ${plural(never.length, 'reason')} happened`
                          : `${plural(never.length, 'reason')} never happened`}
                      </span>
                    )}
                  </Td>
                  <Td numeric phone="trail" className="pt-4! font-semibold">
                    {count(packets)}
                  </Td>
                  <Td />
                </Tr>
                {drops.map((drop) => (
                  <Row key={drop.reason} drop={drop} rate={rates.get(drop.reason)} />
                ))}
                {silent === 'shown' &&
                  never.map((drop) => <Row key={drop.reason} drop={drop} rate={undefined} />)}
              </Fragment>
            ))}
          </TBody>
        </Table>
      ) : (
        <SkeletonRows rows={10} />
      )}
    </Card>
  )
}

function Row({ drop, rate = 0 }: { drop: Drop; rate: number | undefined }) {
  const never = drop.packets === 0
  return (
    <Tr id={dropAnchor(drop.reason)} className="data-here:bg-warn-soft">
      <Td mono phone="lead" className={clsx('break-words', never && 'text-mute')}>
        {drop.reason}
      </Td>
      <Td phone="sub" className="text-mute">
        {drop.meaning}{' '}
        {canBeTried(drop.reason) && (
          <Link
            href={`/why?drop=${drop.reason}`}
            prefetch={false}
            className="whitespace-nowrap text-ink underline decoration-edge underline-offset-2 hover:decoration-current"
          >
            Try one<span className="sr-only"> for {drop.reason}</span>
          </Link>
        )}
      </Td>
      <Td numeric phone="trail" className={clsx(never && 'text-mute')}>
        {count(drop.packets)}
      </Td>
      <Td numeric phone="subtrail" className={rate > 0 ? 'text-warn' : 'text-mute'}>
        {rate > 0 ? packetRate(rate) : '–'}
      </Td>
    </Tr>
  )
}

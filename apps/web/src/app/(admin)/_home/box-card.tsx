'use client'

import type { Status } from '@bauta/control/schemas'
import Link from 'next/link'
import { count, lasting } from '../../../live/format.ts'
import { Card, Num, Tag } from '../../../ui/index.ts'
import { Facts } from './facts.tsx'

/** The box itself: what runs, since when, on which settings. */
export function BoxCard({ status }: { status: Status | null }) {
  return (
    <Card title="This box" aside={status && <span className="num">{status.version}</span>}>
      <Facts
        rows={[
          ['Carries packets for', status && <Num>{lasting((status.now - status.startedAt) / 1000)}</Num>],
          ['Settings', status && <Settings status={status} />],
          ['Connections so far', status && <Num>{count(status.connections.opened)}</Num>],
          [
            'Table',
            status && (
              <Num>
                {count(status.connections.total)} of {count(status.connections.capacity)} rows
              </Num>
            ),
          ],
        ]}
      />
    </Card>
  )
}

function Settings({ status }: { status: Status }) {
  if (!status.settingsLoaded) return <Tag tone="bad">safe default</Tag>
  return (
    <Link prefetch={false} href="/changes" className="underline decoration-edge hover:decoration-current">
      revision <Num>{status.revision}</Num>
    </Link>
  )
}

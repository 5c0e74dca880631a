'use client'

import type { Status } from '@bauta/control/schemas'
import Link from 'next/link'
import { count, percent } from '../../../live/format.ts'
import { Card, Num, Tag } from '../../../ui/index.ts'
import { Facts } from './facts.tsx'

/** Are names found, and how often without asking anybody. */
export function DnsCard({ status }: { status: Status | null }) {
  const dns = status?.dns
  return (
    <Card
      title={
        <Link prefetch={false} href="/dns" className="hover:underline">
          DNS
        </Link>
      }
      aside={dns && <Tag tone={dns.running ? 'good' : 'bad'}>{dns.running ? 'answers' : 'does not run'}</Tag>}
    >
      <Facts
        rows={[
          ['Questions', dns && <Num>{count(dns.queries)}</Num>],
          [
            'Answered from the cache',
            dns && <Num>{dns.queries > 0 ? percent(dns.hits / dns.queries) : '–'}</Num>,
          ],
          ['Upstream servers', dns && <Num>{dns.upstreams}</Num>],
        ]}
      />
    </Card>
  )
}

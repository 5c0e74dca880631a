'use client'

import clsx from 'clsx'
import { useRouter, useSearchParams } from 'next/navigation'
import { LoadFault } from '../../../forms/load-fault.tsx'
import { useSettings } from '../../../live/settings.ts'
import { Card, PageHeader, SkeletonRows } from '../../../ui/index.ts'
import { RevisionDetail } from './revision-detail.tsx'
import { RevisionList } from './revision-list.tsx'
import { useRevisions } from './revisions.ts'

export function ChangesPage() {
  const router = useRouter()
  const asked = Number(useSearchParams().get('r')) || null
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage } = useRevisions()
  const { revision: current } = useSettings('rules')
  const revisions = data?.pages.flatMap((page) => page.revisions)
  const shown = asked ?? revisions?.[0]?.number ?? null
  if (error && !data) return <LoadFault title="Changes" error={error} />
  return (
    <>
      <PageHeader
        title="Changes"
        lead="Every change of the settings: who, when, what. Any earlier state can be looked at and brought back; nothing of the history is lost by that."
      />
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,22rem)_minmax(0,1fr)]">
        <div className={clsx(asked !== null && 'max-lg:hidden')}>
          {revisions ? (
            <RevisionList
              revisions={revisions}
              shown={shown}
              marked={asked !== null}
              current={current?.number}
              onShow={(number) => router.push(`/changes?r=${number}`, { scroll: false })}
              more={hasNextPage}
              loadingMore={isFetchingNextPage}
              onMore={() => void fetchNextPage()}
            />
          ) : (
            <Card>
              <SkeletonRows rows={8} />
            </Card>
          )}
        </div>
        <div className={clsx('min-w-0', asked === null && 'max-lg:hidden')}>
          <RevisionDetail
            key={shown}
            number={shown}
            onBack={() => router.push('/changes', { scroll: false })}
          />
        </div>
      </div>
    </>
  )
}

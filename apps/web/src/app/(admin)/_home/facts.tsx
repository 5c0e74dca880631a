import type { ReactNode } from 'react'
import { Skeleton } from '../../../ui/index.ts'

/** Names on the left, values on the right; undefined values are still on their way. */
export function Facts({
  rows,
}: {
  rows: readonly (readonly [name: string, value: ReactNode | undefined])[]
}) {
  return (
    <dl>
      {rows.map(([name, value]) => (
        <div
          key={name}
          className="flex min-h-8 items-baseline justify-between gap-4 border-b border-line py-1.5 last:border-b-0"
        >
          <dt className="text-mute">{name}</dt>
          <dd className="min-w-0 text-right">{value ?? <Skeleton className="h-3 w-20" />}</dd>
        </div>
      ))}
    </dl>
  )
}

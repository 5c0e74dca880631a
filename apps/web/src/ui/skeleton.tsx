import clsx from 'clsx'

/** Stands where a figure or a line of text will be, in its size: give it the width and the height of what comes. */
export function Skeleton({ className }: { className: string }) {
  return <span aria-hidden className={clsx('skeleton inline-block max-w-full align-middle', className)} />
}

/** Rows of a table that is still empty-handed. */
export function SkeletonRows({ rows, className }: { rows: number; className?: string }) {
  return (
    <div aria-hidden className={className}>
      {Array.from({ length: rows }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows without identity
        <div key={i} className="flex h-9 items-center gap-6 border-b border-line last:border-b-0">
          <span className="skeleton h-3 w-10" />
          <span className="skeleton h-3 w-36" />
          <span className="skeleton h-3 flex-1" />
          <span className="skeleton h-3 w-20" />
        </div>
      ))}
    </div>
  )
}

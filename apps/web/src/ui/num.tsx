import clsx from 'clsx'
import type { ReactNode } from 'react'

/** A figure, an address, a port, the name of a device: monospaced, every digit as wide as the next. */
export function Num({
  children,
  className,
  title,
}: {
  children: ReactNode
  className?: string
  title?: string
}) {
  return (
    <span title={title} className={clsx('num', className)}>
      {children}
    </span>
  )
}

/** A figure too important to be small. */
export function BigNum({ children, unit }: { children: ReactNode; unit?: ReactNode }) {
  return (
    <span className="num text-2xl font-semibold tracking-tight">
      {children}
      {unit && (
        <span className="font-sans text-base font-normal tracking-normal text-mute">
          {/* a space and not a margin: it is read out, and copied */}
          {'\u2002'}
          {unit}
        </span>
      )}
    </span>
  )
}

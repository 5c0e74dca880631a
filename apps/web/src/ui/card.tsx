import clsx from 'clsx'
import { type ComponentProps, type ReactNode, useId } from 'react'

interface CardProps extends Omit<ComponentProps<'section'>, 'title'> {
  title?: ReactNode
  /** At the right end of the title line: a figure, a unit, a button. */
  aside?: ReactNode
  /** Tables bring their own padding. */
  flush?: boolean
  /** `h3` for cards below a heading of their own. */
  heading?: 'h2' | 'h3'
}

/** A panel with a hairline round it; with a title it is a named region of the page. */
export function Card({ title, aside, flush, heading = 'h2', className, children, ...rest }: CardProps) {
  const id = useId()
  const Heading = heading
  return (
    <section
      {...rest}
      aria-labelledby={title ? id : undefined}
      className={clsx('min-w-0 rounded-card border border-line bg-panel', !flush && 'px-4.5 py-4', className)}
    >
      {title && (
        <div
          className={clsx('mb-2.5 flex min-h-6.5 items-center justify-between gap-3', flush && 'px-4.5 pt-3')}
        >
          <Heading id={id} className="text-base">
            {title}
          </Heading>
          {aside && <div className="flex items-center gap-2 text-right text-sm text-mute">{aside}</div>}
        </div>
      )}
      {children}
    </section>
  )
}

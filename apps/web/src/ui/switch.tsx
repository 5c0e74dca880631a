'use client'

import clsx from 'clsx'
import { type ComponentProps, type ReactNode, useId } from 'react'
import { useFieldAttributes } from './field.tsx'

type SwitchProps = Omit<ComponentProps<'input'>, 'type' | 'size'> & {
  /** Beside the switch; leave it out inside a `Field`, which has its own label. */
  label?: ReactNode
}

/** A checkbox tells its own state; the role only gives it its other name. */
const ROLE = { role: 'switch' } as const

/** On or off, at once or with the form around it. A checkbox underneath, so forms and keyboards know it. */
export function Switch({ label, className, ...rest }: SwitchProps) {
  const ownId = useId()
  const field = useFieldAttributes()
  const id = rest.id ?? field.id ?? ownId
  return (
    <span
      className={clsx('inline-flex flex-none! items-center gap-2', label && 'max-sm:min-h-11', className)}
    >
      <input
        {...field}
        {...rest}
        {...ROLE}
        id={id}
        type="checkbox"
        className={clsx(
          'relative h-5 w-9 shrink-0 appearance-none rounded-full border border-edge bg-sunken transition-colors',
          'before:absolute before:top-[3px] before:left-[3px] before:size-3 before:rounded-full before:bg-mute before:transition-transform',
          'checked:border-good checked:bg-good checked:before:translate-x-4 checked:before:bg-panel',
          'disabled:opacity-55',
        )}
      />
      {label && <label htmlFor={id}>{label}</label>}
    </span>
  )
}

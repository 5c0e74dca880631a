'use client'

import clsx from 'clsx'
import { type ReactNode, useId } from 'react'

interface SegmentedProps<T extends string> {
  /** What is chosen, for screen readers. */
  label: string
  value: T
  options: readonly { value: T; label: ReactNode; title?: string }[]
  onChange: (value: T) => void
  size?: 'normal' | 'small'
  className?: string
}

/** One of a few, all in sight: radio buttons in one strip (arrow keys move, as in every radio group). */
export function Segmented<T extends string>({
  label,
  value,
  options,
  onChange,
  size = 'normal',
  className,
}: SegmentedProps<T>) {
  const name = useId()
  return (
    <fieldset
      className={clsx(
        'inline-flex rounded-control border border-seam bg-panel',
        size === 'small' ? 'h-6.5 text-sm max-sm:h-9' : 'h-8 max-sm:h-11',
        className,
      )}
    >
      <legend className="sr-only">{label}</legend>
      {options.map((option) => (
        <label
          key={option.value}
          title={option.title}
          className={clsx(
            'relative inline-flex flex-1 cursor-pointer items-center justify-center border-l border-seam px-2.5 whitespace-nowrap first-of-type:rounded-l-[5px] first-of-type:border-l-0 last-of-type:rounded-r-[5px]',
            'has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-focus',
            option.value === value ? 'bg-ink font-medium text-paper' : 'hover:bg-hover',
          )}
        >
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
            className="absolute inset-0 cursor-pointer appearance-none outline-none!"
          />
          {option.label}
        </label>
      ))}
    </fieldset>
  )
}

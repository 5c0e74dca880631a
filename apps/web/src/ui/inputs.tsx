'use client'

import clsx from 'clsx'
import type { ComponentProps } from 'react'
import { useFieldAttributes } from './field.tsx'

type InputProps = ComponentProps<'input'> & {
  /** Addresses, ports, names of devices: the monospaced face. */
  mono?: boolean
}

/** Settings are not prose: nothing is corrected, capitalised or remembered unless the caller says so. */
const QUIET = { autoComplete: 'off', autoCapitalize: 'none', autoCorrect: 'off', spellCheck: false } as const

export function TextInput({ className, mono, type = 'text', ...rest }: InputProps) {
  return (
    <input
      {...QUIET}
      {...useFieldAttributes()}
      {...rest}
      type={type}
      className={clsx('control w-full', mono && 'num', className)}
    />
  )
}

/** A number typed as figures: no spin buttons, and a scroll wheel changes nothing by accident. */
export function NumberInput({ className, ...rest }: ComponentProps<'input'>) {
  return (
    <input
      {...QUIET}
      {...useFieldAttributes()}
      {...rest}
      type="text"
      inputMode="numeric"
      className={clsx('control num w-full text-right', className)}
    />
  )
}

export function TextArea({ className, mono, ...rest }: ComponentProps<'textarea'> & { mono?: boolean }) {
  return (
    <textarea
      {...QUIET}
      {...useFieldAttributes()}
      {...rest}
      className={clsx('control h-auto! min-h-20 w-full py-1.5', mono && 'num', className)}
    />
  )
}

/** The system's own list: the best one on every phone. */
export function Select({ className, children, ...rest }: ComponentProps<'select'>) {
  return (
    <span className="relative inline-flex w-full min-w-0">
      <select
        {...useFieldAttributes()}
        {...rest}
        className={clsx('control w-full appearance-none pr-7', className)}
      >
        {children}
      </select>
      <svg
        aria-hidden
        viewBox="0 0 10 6"
        className="pointer-events-none absolute top-1/2 right-2.5 w-2.5 -translate-y-1/2 fill-none stroke-mute stroke-[1.5]"
      >
        <path d="m1 1 4 4 4-4" />
      </svg>
    </span>
  )
}

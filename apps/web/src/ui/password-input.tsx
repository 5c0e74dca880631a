'use client'

import clsx from 'clsx'
import { type ComponentProps, type KeyboardEvent, useId, useState } from 'react'

interface PasswordInputProps extends Omit<ComponentProps<'input'>, 'type'> {
  label: string
  autoComplete: 'current-password' | 'new-password'
  error?: string | undefined
}

/** A password that can be looked at while typing, and a word when Caps Lock is on. */
export function PasswordInput({ label, error, className, ...rest }: PasswordInputProps) {
  const [shown, setShown] = useState(false)
  const [capsLock, setCapsLock] = useState(false)
  const id = useId()
  const watchCaps = (event: KeyboardEvent) => setCapsLock(event.getModifierState('CapsLock'))
  const note = error ?? (capsLock ? 'Caps Lock is on.' : '')
  return (
    <div>
      <label htmlFor={id} className="mb-1 block font-medium">
        {label}
      </label>
      <div className="relative">
        <input
          {...rest}
          id={id}
          type={shown ? 'text' : 'password'}
          aria-invalid={error ? true : undefined}
          aria-describedby={`${id}-note`}
          autoCapitalize="none"
          autoCorrect="off"
          spellCheck={false}
          onKeyDown={watchCaps}
          onKeyUp={watchCaps}
          onBlur={() => setCapsLock(false)}
          className={clsx('control h-10! w-full pr-16', shown && 'num', className)}
        />
        <button
          type="button"
          aria-pressed={shown}
          onClick={() => setShown(!shown)}
          className="absolute inset-y-0 right-1 my-1 rounded-[4px] px-2 text-sm text-mute hover:bg-ink/6 hover:text-ink"
        >
          {shown ? 'Hide' : 'Show'}
          <span className="sr-only"> password</span>
        </button>
      </div>
      <p
        id={`${id}-note`}
        aria-live="polite"
        className={clsx('mt-0.5 min-h-5 text-sm', error ? 'font-medium text-bad' : 'text-warn')}
      >
        {note}
      </p>
    </div>
  )
}

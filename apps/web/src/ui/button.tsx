import clsx from 'clsx'
import Link from 'next/link'
import type { ComponentProps } from 'react'

export type ButtonKind = 'primary' | 'plain' | 'quiet' | 'danger'
export type ButtonSize = 'normal' | 'small'

const BASE =
  'inline-flex items-center justify-center gap-1.5 rounded-control border whitespace-nowrap font-medium no-underline select-none transition-colors duration-100 disabled:opacity-55 aria-disabled:opacity-55'

const KINDS: Record<ButtonKind, string> = {
  primary: 'border-transparent bg-ink text-paper hover:enabled:bg-ink/85',
  plain:
    'aria-pressed:bg-ink aria-pressed:text-paper aria-pressed:border-transparent border-seam bg-panel text-ink hover:enabled:border-mute',
  quiet: 'border-transparent text-ink hover:bg-ink/6',
  danger: 'border-bad/45 bg-panel text-bad hover:enabled:bg-bad-soft',
}

const SIZES: Record<ButtonSize, string> = {
  normal: 'h-8 px-3 text-base max-sm:h-11',
  small: 'h-6.5 px-2 text-sm max-sm:h-9',
}

export interface ButtonLook {
  kind?: ButtonKind
  size?: ButtonSize
}

const look = ({ kind = 'plain', size = 'normal' }: ButtonLook) => clsx(BASE, KINDS[kind], SIZES[size])

type ButtonProps = ComponentProps<'button'> &
  ButtonLook & {
    /** Work is under way: the button keeps its width and its focus, and does nothing when pressed again. */
    busy?: boolean
  }

export function Button({
  kind,
  size,
  busy,
  className,
  type = 'button',
  onClick,
  children,
  ...rest
}: ButtonProps) {
  return (
    <button
      {...rest}
      type={busy ? 'button' : type}
      aria-disabled={busy || undefined}
      aria-busy={busy || undefined}
      onClick={busy ? undefined : onClick}
      className={clsx(look({ kind, size }), className)}
    >
      {busy && <BusyDots />}
      {children}
    </button>
  )
}

/** A link that looks like a button: it goes somewhere, it does nothing. */
export function LinkButton({ kind, size, className, ...rest }: ComponentProps<typeof Link> & ButtonLook) {
  return <Link {...rest} className={clsx(look({ kind, size }), 'hover:bg-hover', className)} />
}

/** A file to keep: the browser saves what the address answers. */
export function DownloadButton({ kind, size, className, ...rest }: ComponentProps<'a'> & ButtonLook) {
  return <a download {...rest} className={clsx(look({ kind, size }), 'hover:bg-hover', className)} />
}

function BusyDots() {
  return <span aria-hidden className="size-2 rounded-full bg-current animate-pulse" />
}

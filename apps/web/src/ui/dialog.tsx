'use client'

import clsx from 'clsx'
import { Dialog as Radix } from 'radix-ui'
import { type ComponentProps, type ReactNode, useState } from 'react'

interface DialogProps {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: string
  description?: ReactNode
  children?: ReactNode
  /** `wide` for differences and previews. */
  size?: 'normal' | 'wide'
}

const PANEL =
  'fixed z-50 flex max-h-[calc(100dvh-2rem)] flex-col border border-line bg-panel shadow-float outline-none'

/** What had the focus when a panel came up; of an entry in a menu the button that the menu hangs on, which outlives it. */
function focused(): HTMLElement | null {
  const element = document.activeElement
  const menu = element?.closest('[role="menu"]')?.getAttribute('aria-labelledby')
  if (menu) return document.getElementById(menu)
  return element instanceof HTMLElement ? element : null
}

/** Lives as long as it is open. Radix gives the focus back only to triggers of its own, of which there are none here. */
function Panel({ children, ...rest }: ComponentProps<typeof Radix.Content>) {
  const [opener] = useState(focused)
  const giveBack = (event: Event) => {
    event.preventDefault()
    opener?.focus()
  }
  return (
    <Radix.Content {...rest} onCloseAutoFocus={giveBack}>
      {children}
    </Radix.Content>
  )
}

/** A question that stops the page: focus stays inside, Escape leaves, focus returns to where it was. */
export function Dialog({ open, onOpenChange, title, description, children, size = 'normal' }: DialogProps) {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fade-in fixed inset-0 z-40 bg-shade" />
        <Panel
          {...(description ? {} : { 'aria-describedby': undefined })}
          className={clsx(
            PANEL,
            'slide-in inset-x-4 bottom-4 overflow-y-auto rounded-card p-5 sm:top-[18vh] sm:bottom-auto sm:mx-auto sm:max-h-[76vh]',
            size === 'wide' ? 'sm:max-w-2xl' : 'sm:max-w-md',
          )}
        >
          <Radix.Title className="text-lg">{title}</Radix.Title>
          {description && (
            <Radix.Description asChild>
              <div className="mt-2 text-mute">{description}</div>
            </Radix.Description>
          )}
          {children}
        </Panel>
      </Radix.Portal>
    </Radix.Root>
  )
}

/** The buttons at the end; the one that acts stands last, and on phones under the thumb. */
export function DialogActions({ children }: { children: ReactNode }) {
  return (
    <div className="mt-5 flex justify-end gap-2 max-sm:flex-col-reverse max-sm:[&>button]:w-full">
      {children}
    </div>
  )
}

interface DrawerProps extends Omit<DialogProps, 'size'> {
  /** Stays in view at the foot: Save, Cancel. */
  footer?: ReactNode
}

/** A form beside its table: from the right on wide screens, the whole screen on phones. */
export function Drawer({ open, onOpenChange, title, description, children, footer }: DrawerProps) {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fade-in fixed inset-0 z-40 bg-shade" />
        <Panel
          {...(description ? {} : { 'aria-describedby': undefined })}
          className={clsx(
            PANEL,
            'fade-in inset-0 max-h-none sm:left-auto sm:w-[min(36rem,calc(100vw-3rem))] sm:border-y-0 sm:border-r-0',
          )}
        >
          <div className="flex items-start gap-3 border-b border-line px-5 py-3.5">
            <div className="min-w-0 flex-1">
              <Radix.Title className="text-lg">{title}</Radix.Title>
              {description && (
                <Radix.Description asChild>
                  <div className="text-sm text-mute">{description}</div>
                </Radix.Description>
              )}
            </div>
            <Radix.Close className="h-7 rounded-control px-2 text-sm text-mute hover:bg-ink/6 hover:text-ink max-sm:h-11">
              Close
            </Radix.Close>
          </div>
          <div className="min-h-0 flex-1 overflow-y-auto px-5 py-4">{children}</div>
          {footer && (
            <div className="flex justify-end gap-2 border-t border-line px-5 py-3 max-sm:[&>button]:flex-1">
              {footer}
            </div>
          )}
        </Panel>
      </Radix.Portal>
    </Radix.Root>
  )
}

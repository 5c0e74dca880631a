'use client'

import clsx from 'clsx'
import { DropdownMenu as Radix } from 'radix-ui'
import { type ReactNode, useState } from 'react'

interface MenuProps {
  /** The button that opens it; must take a ref (`Button` does). */
  trigger: ReactNode
  children: ReactNode
  align?: 'start' | 'end'
}

/** Actions on one thing. Arrow keys, letters and Escape work as in every menu. */
export function Menu({ trigger, children, align = 'end' }: MenuProps) {
  // It floats, but belongs to the page: whoever goes from landmark to landmark finds it in the main part. Chosen when it
  // opens and kept, because a menu that changes its place closes.
  const [landmark, setLandmark] = useState<HTMLElement | null>(null)
  return (
    <Radix.Root modal={false} onOpenChange={(open) => open && setLandmark(document.getElementById('main'))}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal container={landmark}>
        <Radix.Content
          align={align}
          sideOffset={4}
          collisionPadding={8}
          className="fade-in z-50 max-h-(--radix-dropdown-menu-content-available-height) min-w-44 overflow-y-auto rounded-card border border-line bg-panel p-1 shadow-float"
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

const ITEM =
  'flex min-h-8 items-center justify-between gap-6 rounded-control px-2.5 outline-none select-none data-disabled:text-mute data-highlighted:bg-ink/7 max-sm:min-h-11'

interface MenuItemProps {
  children: ReactNode
  onSelect: () => void
  danger?: boolean
  disabled?: boolean
  /** Shown at the right end: a key, a state. */
  note?: ReactNode
}

export function MenuItem({ children, onSelect, danger, disabled, note }: MenuItemProps) {
  return (
    <Radix.Item disabled={disabled} onSelect={onSelect} className={clsx(ITEM, danger && 'text-bad')}>
      {children}
      {note && <span className="text-sm text-mute">{note}</span>}
    </Radix.Item>
  )
}

interface MenuChoiceProps<T extends string> {
  label: string
  value: T
  options: readonly { value: T; label: string }[]
  onChange: (value: T) => void
}

/** One of several inside a menu. */
export function MenuChoice<T extends string>({ label, value, options, onChange }: MenuChoiceProps<T>) {
  return (
    <>
      <Radix.Label className="overline-label px-2.5 pt-1.5 pb-0.5">{label}</Radix.Label>
      <Radix.RadioGroup value={value} onValueChange={(next) => onChange(next as T)}>
        {options.map((option) => (
          <Radix.RadioItem
            key={option.value}
            value={option.value}
            onSelect={(event) => event.preventDefault()}
            className={ITEM}
          >
            {option.label}
            <Radix.ItemIndicator className="size-1.5 rounded-full bg-accent" />
          </Radix.RadioItem>
        ))}
      </Radix.RadioGroup>
    </>
  )
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return <Radix.Label className="px-2.5 py-1.5 text-sm text-mute">{children}</Radix.Label>
}

export function MenuSeparator() {
  return <Radix.Separator className="my-1 h-px bg-line" />
}

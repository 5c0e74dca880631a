'use client'

import { useRouter } from 'next/navigation'
import { useEffect, useRef, useState } from 'react'
import { Dialog } from '../dialog.tsx'
import { Switch } from '../switch.tsx'
import { KeySequence } from './key-sequence.ts'
import { PAGES } from './navigation.ts'
import { usePreference } from './preference.ts'

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) &&
  !(target instanceof HTMLInputElement && /^(checkbox|radio|button)$/.test(target.type))

const somethingIsOpen = () =>
  document.querySelector('[role="dialog"],[role="alertdialog"],[role="menu"]') !== null

/** The field that `/` goes to: the page marks it with `data-filter`. */
function focusFilter(): boolean {
  const field = document.querySelector<HTMLInputElement>('[data-filter]')
  field?.focus()
  field?.select()
  return field !== null
}

/** Opens the list of keys from anywhere (the menu does). */
export const SHOW_KEYS = 'bauta:show-keys'

/** Single-letter keys for the whole page, and the list of them; they can be switched off there (WCAG 2.1.4). */
export function Keys() {
  const router = useRouter()
  const [open, setOpen] = useState(false)
  const [enabled, setEnabled] = usePreference('bauta.keys', ['on', 'off'] as const, 'on')
  const sequence = useRef(new KeySequence())

  useEffect(() => {
    const show = () => setOpen(true)
    window.addEventListener(SHOW_KEYS, show)
    return () => window.removeEventListener(SHOW_KEYS, show)
  }, [])

  useEffect(() => {
    if (enabled === 'off') return
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
      if (isTyping(event.target) || somethingIsOpen()) return
      const action = sequence.current.press(event.key, event.timeStamp)
      if (!action) return
      if (action.kind === 'filter' && !focusFilter()) return
      event.preventDefault()
      if (action.kind === 'go') router.push(action.href)
      if (action.kind === 'help') setOpen(true)
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [enabled, router])

  return (
    <Dialog open={open} onOpenChange={setOpen} title="Keys">
      <dl className="mt-3 grid grid-cols-[auto_1fr] items-baseline gap-x-6 gap-y-1.5">
        {PAGES.map((page) => (
          <KeyLine key={page.href} keys={['g', page.key]} what={`Go to ${page.label}`} />
        ))}
        <KeyLine keys={['/']} what="Go to the filter of this page" />
        <KeyLine keys={['↑', '↓', 'Enter']} what="Move through the connections; open one in place" />
        <KeyLine keys={['F8']} what="Go to the messages" />
        <KeyLine keys={['?']} what="Show this list" />
      </dl>
      <div className="mt-4 border-t border-line pt-3">
        <Switch
          label="Single-letter keys are on"
          checked={enabled === 'on'}
          onChange={(event) => setEnabled(event.target.checked ? 'on' : 'off')}
        />
      </div>
    </Dialog>
  )
}

function KeyLine({ keys, what }: { keys: readonly string[]; what: string }) {
  return (
    <>
      <dt className="flex gap-1">
        {keys.map((key) => (
          <kbd key={key}>{key}</kbd>
        ))}
      </dt>
      <dd>{what}</dd>
    </>
  )
}

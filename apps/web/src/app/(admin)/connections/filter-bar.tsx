'use client'

import { useEffect, useRef, useState } from 'react'
import { Button, Menu, MenuItem, Segmented } from '../../../ui/index.ts'
import { FILTER_KEYS, setWord, unknownKeys, wordValue } from './filter-words.ts'
import type { View } from './view-query.ts'

const TYPING_MS = 220
const PROTOCOLS = [
  { value: '', label: 'All' },
  { value: 'tcp', label: 'TCP' },
  { value: 'udp', label: 'UDP' },
  { value: 'icmp', label: 'ICMP' },
] as const

interface FilterBarProps {
  view: View
  onView: (view: View) => void
}

export function FilterBar({ view, onView }: FilterBarProps) {
  const input = useRef<HTMLInputElement>(null)
  const [text, setText] = useState(view.q)
  const asked = useRef(view.q)

  // The address changed from elsewhere: a link, the back button, a button in a row.
  useEffect(() => {
    if (view.q === asked.current) return
    asked.current = view.q
    setText(view.q)
  }, [view.q])

  useEffect(() => {
    if (text.trim() === asked.current) return
    const timer = setTimeout(() => {
      asked.current = text.trim()
      onView({ ...view, q: asked.current })
    }, TYPING_MS)
    return () => clearTimeout(timer)
  }, [text, view, onView])

  const unknown = unknownKeys(text)
  const protocol = wordValue(text, 'proto')?.toLowerCase() ?? ''
  const begin = (key: string) => {
    setText(`${text.trim()}${text.trim() ? ' ' : ''}${key}:`)
    // The menu gives the focus back to its button first.
    setTimeout(() => input.current?.focus(), 30)
  }
  return (
    <div className="mb-3 flex flex-wrap items-center gap-2">
      <div className="relative min-w-0 flex-1 basis-60">
        <input
          ref={input}
          type="search"
          data-filter
          aria-label="Filter"
          aria-describedby="filter-note"
          aria-invalid={unknown.length > 0 || undefined}
          placeholder="device:television port:443"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') text ? setText('') : event.currentTarget.blur()
          }}
          className="control w-full pr-24 font-mono text-sm [&::-webkit-search-cancel-button]:hidden"
        />
        <div className="absolute inset-y-0 right-1 flex items-center gap-1">
          {text && (
            <Button kind="quiet" size="small" className="text-mute" onClick={() => setText('')}>
              Clear
            </Button>
          )}
          {!text && (
            <kbd aria-hidden className="mr-1 max-sm:hidden">
              /
            </kbd>
          )}
        </div>
      </div>
      <Menu trigger={<Button>Filter words</Button>}>
        {FILTER_KEYS.map(({ key, example, meaning }) => (
          <MenuItem key={key} onSelect={() => begin(key)} note={meaning}>
            <span className="font-mono text-sm">{example}</span>
          </MenuItem>
        ))}
      </Menu>
      <Segmented
        label="Protocol"
        className="max-sm:flex-1"
        value={PROTOCOLS.find((entry) => entry.value === protocol)?.value ?? ''}
        options={PROTOCOLS}
        onChange={(value) => setText(setWord(text, 'proto', value || null))}
      />
      <p
        id="filter-note"
        role="status"
        className={unknown.length > 0 ? 'basis-full text-sm text-bad' : 'sr-only'}
      >
        {unknown.length > 0 &&
          `There is no filter word ${unknown.map((key) => `“${key}:”`).join(', ')}. Known: ${FILTER_KEYS.map(({ key }) => `${key}:`).join(' ')}`}
      </p>
    </div>
  )
}

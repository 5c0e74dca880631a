'use client'

import type { Fault } from '@bauta/config'
import { useId, useRef, useState } from 'react'
import { Button, TextInput } from '../ui/index.ts'
import { afterPress } from './after-press.ts'
import { messageAt } from './faults.ts'

interface TextListProps {
  /** What one entry is, for its label and the button: “DNS server”. */
  what: string
  values: readonly string[]
  onChange: (values: string[]) => void
  /** Paths begin at the list. */
  faults: readonly Fault[]
  placeholder: string
  /** Said where the list is empty. */
  empty: string
  /** How many entries there may be. */
  most?: number
}

/** A short list of addresses or names, one line each. */
export function TextList({
  what,
  values,
  onChange,
  faults,
  placeholder,
  empty,
  most = Number.POSITIVE_INFINITY,
}: TextListProps) {
  const id = useId()
  /** The entry being typed: it is not corrected in the middle of a word. */
  const [typing, setTyping] = useState(-1)
  /** Entries that somebody has been in: a new, empty one is not blamed for being empty. */
  const [left, setLeft] = useState<ReadonlySet<number>>(new Set())
  const list = useRef<HTMLUListElement>(null)
  const add = () => {
    onChange([...values, ''])
    requestAnimationFrame(() => list.current?.querySelector<HTMLInputElement>('li:last-child input')?.focus())
  }
  return (
    <div className="grid justify-items-start gap-2">
      <ul ref={list} className="grid w-full gap-2">
        {values.map((value, i) => {
          const fault = typing === i || (value === '' && !left.has(i)) ? undefined : messageAt(faults, [i])
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: entries have no other identity while they are typed
            <li key={i}>
              <div className="flex gap-2">
                <TextInput
                  mono
                  aria-label={`${what} ${i + 1}`}
                  aria-invalid={fault ? true : undefined}
                  aria-describedby={fault ? `${id}-${i}` : undefined}
                  value={value}
                  placeholder={placeholder}
                  onChange={(event) => {
                    setTyping(i)
                    onChange(values.with(i, event.target.value.trim()))
                  }}
                  onBlur={() => {
                    afterPress(() => {
                      setTyping(-1)
                      setLeft((before) => new Set(before).add(i))
                    })
                  }}
                />
                <Button
                  kind="quiet"
                  aria-label={`Remove ${what} ${value}`}
                  onClick={() => onChange(values.toSpliced(i, 1))}
                >
                  Remove
                </Button>
              </div>
              {fault && (
                <p id={`${id}-${i}`} className="mt-0.5 text-sm font-medium text-bad">
                  {fault}
                </p>
              )}
            </li>
          )
        })}
      </ul>
      {values.length === 0 && <p className="text-mute">{empty}</p>}
      {values.length < most && (
        <Button size="small" onClick={add}>
          Add {what}
        </Button>
      )}
    </div>
  )
}

'use client'

import clsx from 'clsx'
import { useId, useState } from 'react'
import { afterPress } from '../../../forms/after-press.ts'
import { Button, TextInput } from '../../../ui/index.ts'

interface Side {
  label: string
  value: string
  placeholder: string
}

interface PairRowProps {
  /** Which row, for screen readers: “host 2”. */
  what: string
  left: Side
  right: Side
  faults: { left: string | undefined; right: string | undefined }
  onLeft: (text: string) => void
  onRight: (text: string) => void
  onRemove: () => void
}

const COLUMNS = 'sm:grid-cols-[minmax(0,1fr)_minmax(0,1fr)_4.5rem]'

/** Headings over the rows; on phones the fields stand one below the other and explain themselves by their examples. */
export function PairHead({ left, right }: { left: string; right: string }) {
  return (
    <div
      aria-hidden
      className={clsx('grid w-full gap-2 text-xs font-medium text-mute max-sm:hidden', COLUMNS)}
    >
      <span>{left}</span>
      <span>{right}</span>
    </div>
  )
}

/** A name and what belongs to it, on one line. */
export function PairRow({ what, left, right, faults, onLeft, onRight, onRemove }: PairRowProps) {
  return (
    <div className={clsx('grid w-full gap-2 max-sm:border-b max-sm:border-line max-sm:pb-2', COLUMNS)}>
      <Half what={what} side={left} fault={faults.left} onChange={onLeft} />
      <Half what={what} side={right} fault={faults.right} onChange={onRight} />
      <Button
        kind="quiet"
        aria-label={`Remove ${what}`}
        onClick={onRemove}
        className="max-sm:justify-self-end"
      >
        Remove
      </Button>
    </div>
  )
}

interface HalfProps {
  what: string
  side: Side
  fault: string | undefined
  onChange: (text: string) => void
}

/**
 * Keeps the text as it is being typed: a list that is read from it would swallow the comma just typed. A new, empty field is
 * not blamed for being empty before somebody was in it.
 */
function Half({ what, side, fault, onChange }: HalfProps) {
  const id = useId()
  const [typed, setTyped] = useState<string | null>(null)
  const [visited, setVisited] = useState(false)
  const said = typed === null && (visited || side.value !== '') ? fault : undefined
  return (
    <div className="min-w-0">
      <TextInput
        mono
        aria-label={`${side.label} of ${what}`}
        aria-invalid={said ? true : undefined}
        aria-describedby={said ? id : undefined}
        value={typed ?? side.value}
        placeholder={side.placeholder}
        onChange={(event) => {
          setTyped(event.target.value)
          onChange(event.target.value)
        }}
        onBlur={() => {
          afterPress(() => {
            setTyped(null)
            setVisited(true)
          })
        }}
      />
      {said && (
        <p id={id} className="mt-0.5 text-sm font-medium text-bad">
          {said}
        </p>
      )}
    </div>
  )
}

'use client'

import { useId, useState } from 'react'
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

/** A name and what belongs to it, on one line. */
export function PairRow({ what, left, right, faults, onLeft, onRight, onRemove }: PairRowProps) {
  return (
    <div className="grid w-full gap-2 border-b border-line pb-2 sm:grid-cols-[minmax(0,1fr)_minmax(0,1fr)_auto]">
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

/** Keeps the text as it is being typed: a list that is read from it would swallow the comma just typed. */
function Half({ what, side, fault, onChange }: HalfProps) {
  const id = useId()
  const [typed, setTyped] = useState<string | null>(null)
  return (
    <div className="min-w-0">
      <TextInput
        mono
        aria-label={`${side.label} of ${what}`}
        aria-invalid={fault && typed === null ? true : undefined}
        aria-describedby={fault ? id : undefined}
        value={typed ?? side.value}
        placeholder={side.placeholder}
        onChange={(event) => {
          setTyped(event.target.value)
          onChange(event.target.value)
        }}
        onBlur={() => setTyped(null)}
      />
      {fault && typed === null && (
        <p id={id} className="mt-0.5 text-sm font-medium text-bad">
          {fault}
        </p>
      )}
    </div>
  )
}

'use client'

import { type ComponentProps, useState } from 'react'
import { Field } from '../ui/index.ts'
import { afterPress } from './after-press.ts'

type DraftFieldProps = ComponentProps<typeof Field> & {
  error?: string | undefined
}

/**
 * A field of a draft. Faults are known with every key; one appears when the field is left, so that nobody is corrected
 * in the middle of a word, and goes away as soon as it is mended.
 */
export function DraftField({ error, ...rest }: DraftFieldProps) {
  const [quiet, setQuiet] = useState(false)
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: listens only to where the focus is inside
    <div
      className="min-w-0"
      onFocus={() => setQuiet(!error)}
      onBlur={() => afterPress(() => setQuiet(false))}
    >
      <Field {...rest} error={quiet ? undefined : error} />
    </div>
  )
}

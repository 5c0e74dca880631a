'use client'

import type { ComponentProps } from 'react'
import { NumberInput } from '../ui/index.ts'
import { asFigure, figureText } from './figure.ts'

type FigureInputProps = Omit<ComponentProps<typeof NumberInput>, 'value' | 'onChange'> & {
  /** null: an empty field, where the noun allows one. */
  value: number | null
  onChange: (value: number) => void
}

/** A number of a draft. What is typed and is no number stays in sight, with the schema's words beside it. */
export function FigureInput({ value, onChange, ...rest }: FigureInputProps) {
  return (
    <NumberInput
      {...rest}
      value={figureText(value)}
      onChange={(event) => onChange(asFigure(event.target.value))}
    />
  )
}

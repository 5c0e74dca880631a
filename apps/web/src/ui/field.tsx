'use client'

import clsx from 'clsx'
import { createContext, type ReactNode, useContext, useId } from 'react'

interface FieldIds {
  id: string
  describedBy: string | undefined
  invalid: boolean
}

const FieldContext = createContext<FieldIds | null>(null)

/** Attributes that tie a control to the label, hint and error of the `Field` around it. */
export function useFieldAttributes() {
  const field = useContext(FieldContext)
  return {
    id: field?.id,
    'aria-describedby': field?.describedBy,
    'aria-invalid': field?.invalid || undefined,
  }
}

interface FieldProps {
  label: ReactNode
  children: ReactNode
  /** What the value means or where its default comes from. */
  hint?: ReactNode
  /** What is wrong and what would be right; stands beside the field, where the hint was. */
  error?: ReactNode
  /** `side` (default): label, control and text in three columns from 768 px up; `stack`: one below the other. */
  layout?: 'side' | 'stack'
  /** Behind the control: “seconds”, “names”. */
  unit?: ReactNode
  className?: string
}

/** A label, its control, and beside it the hint or, in its place, the error. */
export function Field({ label, children, hint, error, layout = 'side', unit, className }: FieldProps) {
  const id = useId()
  const noteId = `${id}-note`
  const hasNote = Boolean(error || hint)
  const ids = { id, describedBy: hasNote ? noteId : undefined, invalid: Boolean(error) }
  return (
    <FieldContext value={ids}>
      <div
        className={clsx(
          'grid gap-x-4 gap-y-1',
          layout === 'side' && 'md:grid-cols-[10rem_minmax(0,16rem)_minmax(0,1fr)] md:items-baseline',
          className,
        )}
      >
        <label htmlFor={id} className="font-medium">
          {label}
        </label>
        <div className="flex items-baseline gap-2 *:first:flex-1">
          {children}
          {unit && <span className="shrink-0 text-mute">{unit}</span>}
        </div>
        <p id={noteId} className={clsx('min-h-5 text-sm', error ? 'font-medium text-bad' : 'text-mute')}>
          {error ?? hint}
        </p>
      </div>
    </FieldContext>
  )
}

/** Fields that belong together, under one name. */
export function FieldGroup({ legend, children }: { legend: ReactNode; children: ReactNode }) {
  return (
    <fieldset className="grid min-w-0 gap-3">
      <legend className="mb-2 font-semibold">{legend}</legend>
      {children}
    </fieldset>
  )
}

/** The faults of a form that belong to no field in view; gets the focus so that it is heard. */
export function FormFault({ children }: { children: ReactNode }) {
  if (!children) return null
  return (
    <p role="alert" className="rounded-control border border-bad bg-bad-soft px-3 py-2 text-bad">
      {children}
    </p>
  )
}

'use client'

import type { ReactNode } from 'react'
import { Segmented } from '../../../ui/index.ts'
import type { Chosen, PresetName } from './preset.ts'

interface PresetChoiceProps {
  /** “Timeouts”, “Ports” */
  of: string
  chosen: Chosen
  onChoose: (name: PresetName) => void
  /** What each is and where its values come from. */
  explain: Record<Chosen, ReactNode>
}

/** A choice of two, and a third that nobody chooses: it is what remains when a value was changed. */
export function PresetChoice({ of, chosen, onChoose, explain }: PresetChoiceProps) {
  return (
    <div className="mb-4 flex flex-wrap items-start gap-x-5 gap-y-2">
      <Segmented
        label={`Preset of ${of}`}
        value={chosen}
        options={[
          { value: 'standard', label: 'Standard' },
          { value: 'classic', label: 'Classic 2.2' },
          ...(chosen === 'own' ? [{ value: 'own' as const, label: 'Your own' }] : []),
        ]}
        onChange={(name) => name !== 'own' && onChoose(name)}
      />
      <p className="min-h-11 max-w-[70ch] flex-1 basis-72 text-mute">{explain[chosen]}</p>
    </div>
  )
}

/** Which preset a value is, and what the presets are. */
import { PORT_PRESETS, type Ports, TIMEOUT_PRESETS, type Timeouts } from '@bauta/config'
import { same } from '../../../forms/merge.ts'

export type PresetName = 'standard' | 'classic'
export type Chosen = PresetName | 'own'

const NAMES: readonly PresetName[] = ['standard', 'classic']

export const timeoutPreset = (value: Timeouts): Chosen =>
  NAMES.find((name) => same(value, { ...TIMEOUT_PRESETS[name] })) ?? 'own'
export const portPreset = (value: Ports): Chosen =>
  NAMES.find((name) => same(value, { ...PORT_PRESETS[name] })) ?? 'own'

/** How many ports a range holds, as far as it is one. */
export function portsIn({ from, to }: Ports): number | null {
  return Number.isInteger(from) && Number.isInteger(to) && to >= from ? to - from + 1 : null
}

'use client'

/** Light, dark, or as the system has it. `public/theme.js` sets the attribute before the first paint; this keeps it true. */
import { useEffect } from 'react'
import { usePreference } from './preference.ts'

export const THEMES = [
  { value: 'system', label: 'As the system' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
] as const
export type Theme = (typeof THEMES)[number]['value']

const VALUES = THEMES.map((theme) => theme.value)

export function useTheme() {
  const [theme, setTheme] = usePreference<Theme>('bauta.theme', VALUES, 'system')
  useEffect(() => {
    if (theme === 'system') delete document.documentElement.dataset.theme
    else document.documentElement.dataset.theme = theme
  }, [theme])
  return [theme, setTheme] as const
}

'use client'

/** The tokens as colours that a canvas understands; follows the theme. */
import { useEffect, useState } from 'react'

const TOKENS = {
  mute: '--mute',
  line: '--line',
  down: '--down',
  downSoft: '--down-soft',
  up: '--accent',
  upSoft: '--accent-soft',
} as const
export type Palette = Record<keyof typeof TOKENS, string>

/** A token's text may be `light-dark(…)`; only a computed colour is one. */
function readPalette(): Palette {
  const probe = document.createElement('i')
  document.body.append(probe)
  const read = (token: string) => {
    probe.style.color = `var(${token})`
    return getComputedStyle(probe).color
  }
  const palette = Object.fromEntries(
    Object.entries(TOKENS).map(([name, token]) => [name, read(token)]),
  ) as Palette
  probe.remove()
  return palette
}

export function usePalette(): Palette | null {
  const [palette, setPalette] = useState<Palette | null>(null)
  useEffect(() => {
    const update = () => setPalette(readPalette())
    update()
    const dark = matchMedia('(prefers-color-scheme: dark)')
    const attribute = new MutationObserver(update)
    attribute.observe(document.documentElement, { attributeFilter: ['data-theme'] })
    dark.addEventListener('change', update)
    return () => {
      attribute.disconnect()
      dark.removeEventListener('change', update)
    }
  }, [])
  return palette
}

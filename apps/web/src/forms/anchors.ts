'use client'

/** Places inside a page that other pages lead to; they are there only once their settings are. */
import { useEffect } from 'react'

export const ruleAnchor = (id: number): string => `rule-${id}`
export const chainAnchor = (label: string): string => `chain-${label.replaceAll(' ', '-')}`
export const dropAnchor = (reason: string): string => `drop-${reason}`

/**
 * Goes to the place that the address names, and marks it, once the page has it and whenever the address names another.
 * @param ready the page's figures are there
 */
export function useAnchor(ready: boolean): void {
  useEffect(() => {
    if (!ready) return
    const go = () => {
      for (const before of document.querySelectorAll('[data-here]')) before.removeAttribute('data-here')
      const place = document.getElementById(decodeURIComponent(window.location.hash.slice(1)))
      if (!place) return
      place.closest('details')?.setAttribute('open', '')
      place.setAttribute('data-here', '')
      place.scrollIntoView({ block: 'center' })
    }
    go()
    window.addEventListener('hashchange', go)
    return () => window.removeEventListener('hashchange', go)
  }, [ready])
}

/** Which action a key press means. Pure: the clock is an argument, so that the pause after `g` can be tested. */
import { PAGES } from './navigation.ts'

export type KeyAction = { kind: 'go'; href: string } | { kind: 'filter' } | { kind: 'help' } | null

/** How long a `g` waits for its second letter. */
export const SEQUENCE_MS = 1200

export class KeySequence {
  #startedAt = Number.NEGATIVE_INFINITY

  press(key: string, now: number): KeyAction {
    const waiting = now - this.#startedAt <= SEQUENCE_MS
    this.#startedAt = Number.NEGATIVE_INFINITY
    if (waiting) {
      const page = PAGES.find((entry) => entry.key === key)
      if (page) return { kind: 'go', href: page.href }
    }
    if (key === 'g') this.#startedAt = now
    if (key === '/') return { kind: 'filter' }
    if (key === '?') return { kind: 'help' }
    return null
  }
}

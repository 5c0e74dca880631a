/**
 * How long a password stands, by its length above all (NIST SP 800-63B: length, no rules about kinds of characters).
 * What a guesser tries first counts for little: one character over and over, runs of neighbours, the name of the administrator.
 */

export interface Strength {
  /** 0 to 4: how many of the four bars are filled */
  level: 0 | 1 | 2 | 3 | 4
  word: string
  /** fit for use */
  enough: boolean
}

export const SHORTEST = 10

/** Characters that a guesser cannot foretell from the one before. */
export function effectiveLength(password: string, name: string): number {
  const plain = name.length >= 3 ? password.toLowerCase().split(name.toLowerCase()).join('') : password
  let length = 0
  let before = Number.NaN
  for (const char of plain) {
    const code = char.codePointAt(0)!
    const step = Math.abs(code - before)
    length += step <= 1 ? 0.25 : 1
    before = code
  }
  return length
}

export function strengthOf(password: string, name = ''): Strength {
  if (password.length === 0) return { level: 0, word: '', enough: false }
  const missing = SHORTEST - password.length
  if (missing > 0)
    return { level: 1, word: `${missing} more ${missing === 1 ? 'character' : 'characters'}`, enough: false }
  const length = effectiveLength(password, name)
  if (length < 7) return { level: 1, word: 'easy to guess: use other characters', enough: false }
  if (length < 12) return { level: 2, word: 'fair', enough: true }
  if (length < 17) return { level: 3, word: 'good', enough: true }
  return { level: 4, word: 'strong', enough: true }
}

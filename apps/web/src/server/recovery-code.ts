/**
 * The recovery code: the second way in for whoever forgot the password. The box makes it, shows it once, and keeps its hash.
 *
 * 100 random bits: nobody finds one by trying, so a plain SHA-256 keeps it, and finds the administrator it belongs to.
 * Written in Crockford's alphabet, which has no letters that look alike; typed ones are read as what they look like.
 */
import { createHash, randomBytes } from 'node:crypto'

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const LETTERS = 20
const GROUP = 5
const LOOKALIKES: Record<string, string> = { O: '0', I: '1', L: '1' }

/** @returns `7K3QD-…`, four groups of five */
export function makeRecoveryCode(): string {
  // 32 letters divide 256: every letter is as likely as the next.
  const letters = [...randomBytes(LETTERS)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('')
  return letters.match(new RegExp(`.{${GROUP}}`, 'g'))!.join('-')
}

/** @param typed as people type it: any case, with or without hyphens and blanks @returns the hash, or null for what is no code */
export function recoveryHash(typed: string): string | null {
  const letters = typed
    .toUpperCase()
    .replaceAll(/[\s-]/g, '')
    .replaceAll(/[OIL]/g, (letter) => LOOKALIKES[letter]!)
  if (letters.length !== LETTERS || [...letters].some((letter) => !ALPHABET.includes(letter))) return null
  return createHash('sha256').update(`recovery ${letters}`).digest('hex')
}

/**
 * How long to wait before the next attempt. TR-124 G-6: a refused password is tried three times, after five minutes three times
 * more, then every half hour, or the provider locks the account; everything else doubles from a second, and a random share
 * keeps a whole street from dialling in the same second after an outage.
 */
const AUTH_TRIES = 3
const AUTH_BETWEEN_MS = 5000
const AUTH_FIRST_PAUSE_MS = 5 * 60_000
const AUTH_LATER_PAUSE_MS = 30 * 60_000
const FIRST_MS = 1000
const LONGEST_MS = 2 * 60_000

/**
 * @param kind of the last failure @param failures of that kind in a row, 1 or more
 * @param random 0 to 1
 * @returns milliseconds
 */
export function pauseAfter(kind: 'auth' | 'other', failures: number, random: number): number {
  if (kind === 'other')
    return Math.round(Math.min(LONGEST_MS, FIRST_MS * 2 ** (failures - 1)) * (0.5 + random))
  if (failures < AUTH_TRIES || (failures > AUTH_TRIES && failures < 2 * AUTH_TRIES)) return AUTH_BETWEEN_MS
  return failures === AUTH_TRIES ? AUTH_FIRST_PAUSE_MS : AUTH_LATER_PAUSE_MS
}

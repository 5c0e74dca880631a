/** Seconds in words, exactly: what is typed as 7445 is read as “2 h 4 min 5 s”, never rounded. */

const UNITS = [
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'min'],
  [1, 's'],
] as const

/** @returns e.g. `2 h 4 min`; empty where the value is no whole number of seconds above 0 */
export function durationWords(seconds: unknown): string {
  if (typeof seconds !== 'number' || !Number.isInteger(seconds) || seconds <= 0) return ''
  let rest = seconds
  const words: string[] = []
  for (const [size, name] of UNITS) {
    const times = Math.floor(rest / size)
    rest -= times * size
    if (times > 0) words.push(`${times} ${name}`)
  }
  return words.join(' ')
}

/** A few ports as people write them: `21, 2121`. */

/** What is no number becomes 0, for the schema to speak of. */
export const portsOf = (text: string): number[] =>
  text
    .split(/[\s,;]+/)
    .filter(Boolean)
    .map((word) => (/^\d{1,9}$/.test(word) ? Number(word) : 0))

export const portsText = (ports: readonly number[]): string => ports.join(', ')

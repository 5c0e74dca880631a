/** Ports as people write them: `80`, `5000-5010`. */
import type { Forward, Forwards } from '@bauta/config'

type Range = NonNullable<Forward['ports']>

/** @returns null for nothing; what is no number becomes 0, for the schema to speak of */
export function rangeOf(text: string): Range | null {
  const parts = text
    .trim()
    .split(/\s*[-–:]\s*/)
    .filter(Boolean)
  if (parts.length === 0) return null
  const numbers = parts.map((part) => (/^\d{1,9}$/.test(part) ? Number(part) : 0))
  return parts.length > 2 ? { from: 0, to: 0 } : { from: numbers[0]!, to: numbers.at(-1)! }
}

export function rangeText(range: Range | null): string {
  if (!range) return ''
  return range.from === range.to ? String(range.from) : `${range.from}-${range.to}`
}

/** The next number that no forward and no trigger has. */
export const nextId = ({ list, triggers, marks }: Forwards): number =>
  Math.max(0, ...[...list, ...triggers, ...marks].map(({ id }) => id)) + 1

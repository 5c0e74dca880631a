/** What is typed into a field of figures. */

/**
 * Text that is a whole number becomes one; any other text stays as it was typed, so that the field shows it and the
 * noun's schema refuses it in its own words.
 */
export function asFigure(text: string): number {
  const trimmed = text.trim()
  return /^\d{1,9}$/.test(trimmed) ? Number(trimmed) : (text as unknown as number)
}

/** The other way: what the field shows. */
export const figureText = (value: unknown): string =>
  value === null || value === undefined ? '' : String(value)

/** The body of a save and of its dry run. */
import { NOUNS, type Noun } from '@bauta/config'
import { z } from 'zod'

export const saveBody = z.object({
  base: z.int().min(1),
  /** Checked by the noun's own schema, after new rules have their ids. */
  value: z.unknown(),
})

/** @returns the noun that an address names, or null */
export function nounOf(text: string | string[] | undefined): Noun | null {
  return NOUNS.find((noun) => noun === text) ?? null
}

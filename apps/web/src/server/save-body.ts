/** The body of a save and of its dry run. */
import { NOUNS, type Noun } from '@bauta/config'
import { z } from 'zod'

export const saveBody = z.object({
  base: z.int().min(1),
  /** Checked by the noun's own schema, after new rules have their ids. */
  value: z.unknown(),
  /** Seconds after which the box goes back by itself unless somebody confirms; see confirmations.ts. */
  confirm: z.int().min(10, 'at least 10 seconds').max(600, 'at most 600 seconds').optional(),
})

/** @returns the noun that an address names, or null */
export function nounOf(text: string | string[] | undefined): Noun | null {
  return NOUNS.find((noun) => noun === text) ?? null
}

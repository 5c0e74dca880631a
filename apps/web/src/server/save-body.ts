/** The body of a save and of its dry run. */
import { NOUNS, type Noun } from '@bauta/config'
import { z } from 'zod'

export const saveBody = z.object({
  base: z.int().min(1),
  /** Checked by the noun's own schema, after new rules have their ids. */
  value: z.unknown(),
  /** Taking a change back unless it is confirmed is not built: better said than silently left out. */
  confirm: z.never('this box cannot take a change back by itself; leave confirm out').optional(),
})

/** @returns the noun that an address names, or null */
export function nounOf(text: string | string[] | undefined): Noun | null {
  return NOUNS.find((noun) => noun === text) ?? null
}

/** What stands in the address of a request. */
import type { z } from 'zod'
import { reply } from './problem.ts'

/** @returns the checked query, or the 422 that says what is wrong with it */
export function parseQuery<Q>(schema: z.ZodType<Q>, query: URLSearchParams): Q | Response {
  const parsed = schema.safeParse(Object.fromEntries(query))
  if (parsed.success) return parsed.data
  const faults = parsed.error.issues.map(({ path, message }) => ({ path, message }))
  return reply(422, { message: 'The address holds a word that this page does not know.', faults })
}

/** @returns 0, which no revision has, for what is no number */
export function revisionNumber(text: string | string[] | undefined): number {
  return typeof text === 'string' && /^\d{1,9}$/.test(text) ? Number(text) : 0
}

/** What became of a change, as the API answers it. */
import type { Checked, Conflict, Invalid, Missing, Saved, Unavailable } from './change-settings.ts'
import { reply } from './problem.ts'

const STATUS = {
  saved: 200,
  checked: 200,
  missing: 404,
  conflict: 409,
  invalid: 422,
  unavailable: 503,
} as const

export function outcomeReply(
  outcome: Saved | Checked | Missing | Conflict | Invalid | Unavailable,
): Response {
  const { kind, ...body } = outcome
  if (kind === 'missing')
    return reply(404, { message: 'There is no such revision; look at the list of changes.' })
  return reply(STATUS[kind], body)
}

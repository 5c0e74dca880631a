import { ApiError, messageOf } from '../live/api.ts'

/** @returns the sentences of a refused form by field; `form` where they belong to none of them */
export function fieldErrors(error: unknown, fields: readonly string[]): Record<string, string> {
  if (!(error instanceof ApiError) || error.faults.length === 0) return { form: messageOf(error) }
  const errors: Record<string, string> = {}
  for (const { path, message } of error.faults) {
    const field = String(path[0])
    errors[fields.includes(field) ? field : 'form'] ??= message
  }
  return errors
}

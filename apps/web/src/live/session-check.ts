/** A refused stream cannot tell whether the session ended or the box is away; asking a page that needs a session can. */
import { api } from './api.ts'

let asking: Promise<void> | null = null

/** Raises “session ended” (see api.ts) when that is the reason; stays quiet otherwise. Never asks twice at a time. */
export function checkSession(): Promise<void> {
  asking ??= api
    .get('/api/status')
    .then(() => {})
    .catch(() => {})
    .finally(() => {
      asking = null
    })
  return asking
}

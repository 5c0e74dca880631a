/** What GET /api/session, login and setup answer. */
import { reply } from './problem.ts'
import type { Services } from './services.ts'
import { IDLE_MS, type Session, sessionCookie } from './session.ts'

const idleSeconds = IDLE_MS / 1000

export async function sessionState(services: Services, session: Session | null) {
  if (session) return { state: 'in', name: session.name, csrf: session.csrf, idleSeconds }
  return { state: (await services.accounts.unclaimed()) ? 'unclaimed' : 'anonymous', idleSeconds }
}

/** @param token of the session that was just opened */
export async function loggedIn(services: Services, token: string): Promise<Response> {
  const state = await sessionState(services, await services.sessions.find(token))
  return reply(200, state, { 'set-cookie': sessionCookie(token) })
}

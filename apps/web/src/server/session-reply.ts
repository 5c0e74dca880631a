/** What GET /api/session, login, setup and recovery answer. */
import { reply } from './problem.ts'
import type { Services } from './services.ts'
import { IDLE_MS, type Session, sessionCookie } from './session.ts'

const idleSeconds = IDLE_MS / 1000

/** @param peer the browser's own address, which it cannot know by itself */
export async function sessionState(services: Services, session: Session | null, peer: string) {
  if (session) {
    const { name, csrf } = session
    return { state: 'in', name, csrf, address: peer, idleSeconds, setup: await services.firstRun.progress() }
  }
  return { state: (await services.accounts.unclaimed()) ? 'unclaimed' : 'anonymous', idleSeconds }
}

/**
 * @param token of the session that was just opened
 * @param more what is told only now
 */
export async function loggedIn(
  services: Services,
  token: string,
  peer: string,
  more: { recovery?: string } = {},
): Promise<Response> {
  const state = await sessionState(services, await services.sessions.find(token), peer)
  return reply(200, { ...state, ...more }, { 'set-cookie': sessionCookie(token) })
}

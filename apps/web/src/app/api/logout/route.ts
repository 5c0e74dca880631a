import { reply } from '../../../server/problem.ts'
import { route } from '../../../server/route.ts'
import { sessionCookie } from '../../../server/session.ts'

export const POST = route({ auth: 'session' }, async ({ services, session }) => {
  if (session) await services.sessions.close(session)
  return reply(200, { state: 'anonymous' }, { 'set-cookie': sessionCookie(null) })
})

import { credentials } from '../../../server/credentials.ts'
import { route } from '../../../server/route.ts'
import { loggedIn } from '../../../server/session-reply.ts'

export const POST = route({ auth: 'none', body: credentials }, async ({ services, body, peer, session }) => {
  const token = await services.accounts.logIn(body, peer)
  if (session) await services.sessions.close(session)
  return loggedIn(services, token, peer)
})

import { credentials } from '../../../server/credentials.ts'
import { route } from '../../../server/route.ts'
import { loggedIn } from '../../../server/session-reply.ts'

/** The first administrator: only from the household, and only while the box is nobody's. */
export const POST = route({ auth: 'none', lanOnly: true, body: credentials }, async (call) => {
  const id = await call.services.accounts.claim(call.body)
  call.services.say(`${JSON.stringify(call.body.name)} became the first administrator, from ${call.peer}`)
  return loggedIn(call.services, await call.services.sessions.open(id, call.peer), call.peer)
})

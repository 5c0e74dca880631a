import { z } from 'zod'
import { credentials } from '../../../server/credentials.ts'
import { SETUP_STEPS } from '../../../server/first-run.ts'
import { makeRecoveryCode, recoveryHash } from '../../../server/recovery-code.ts'
import { route } from '../../../server/route.ts'
import { loggedIn, sessionState } from '../../../server/session-reply.ts'

/** The first administrator: only from the household, and only while the box is nobody's. */
export const POST = route({ auth: 'none', lanOnly: true, body: credentials }, async (call) => {
  const recovery = makeRecoveryCode()
  const firstRun = await call.services.firstRun.isWanted()
  const id = await call.services.accounts.claim(call.body, { recoveryHash: recoveryHash(recovery), firstRun })
  call.services.say(`${JSON.stringify(call.body.name)} became the first administrator, from ${call.peer}`)
  const token = await call.services.sessions.open(id, call.peer)
  return loggedIn(call.services, token, call.peer, { recovery })
})

const progress = z.strictObject({
  /** Where to go on; `over`: all is answered */
  step: z.enum([...SETUP_STEPS, 'over']),
  /** Left for later. */
  aside: z.boolean().default(false),
})

/** How far the first run has come. */
export const PUT = route(
  { auth: 'session', body: progress },
  async ({ services, session, peer, body: { step, aside } }) => {
    if (step === 'over') await services.firstRun.finish()
    else await services.firstRun.goTo(step, aside)
    return sessionState(services, session, peer)
  },
)

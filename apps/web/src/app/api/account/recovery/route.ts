import { z } from 'zod'
import { credentials } from '../../../../server/credentials.ts'
import { Problem } from '../../../../server/problem.ts'
import { route } from '../../../../server/route.ts'

const confirmed = z.object({ password: credentials.shape.password })

/** Makes a new recovery code; it is told here and never again. */
export const POST = route({ auth: 'session', body: confirmed }, async ({ services, session, body, peer }) => {
  if (!session) throw new Problem(401, 'Log in first.')
  return { recovery: await services.accounts.newRecoveryCode(session, body.password, peer) }
})

import { z } from 'zod'
import { credentials } from '../../../../server/credentials.ts'
import { Problem } from '../../../../server/problem.ts'
import { route } from '../../../../server/route.ts'

const { password } = credentials.shape
const change = z.object({ old: password, password })

export const POST = route({ auth: 'session', body: change }, async ({ services, session, body, peer }) => {
  if (!session) throw new Problem(401, 'Log in first.')
  await services.accounts.changePassword(session, body.old, body.password, peer)
  return { changed: true }
})

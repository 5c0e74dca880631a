import { dialView } from '../../../server/dial-reply.ts'
import { Problem } from '../../../server/problem.ts'
import { route } from '../../../server/route.ts'

/** State and load of the connections, for somebody of the household who may look. */
export const GET = route({ auth: 'dialer', lanOnly: true, watching: true }, async ({ services, dialer }) => {
  if (!dialer) throw new Problem(401, 'Log in first.')
  const [status, { now }] = await Promise.all([services.dataplane.internet(), services.dataplane.status()])
  return dialView(dialer, status, now)
})

import { dialCookie } from '../../../../server/dial-cookie.ts'
import { reply } from '../../../../server/problem.ts'
import { route } from '../../../../server/route.ts'

export const POST = route({ auth: 'dialer', lanOnly: true }, async ({ services, dialer }) => {
  if (dialer) services.dialers.close(dialer)
  return reply(200, {}, { 'set-cookie': dialCookie(null) })
})

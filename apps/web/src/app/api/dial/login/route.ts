import { z } from 'zod'
import { dialCookie } from '../../../../server/dial-cookie.ts'
import { reply } from '../../../../server/problem.ts'
import { route } from '../../../../server/route.ts'

const login = z.object({
  name: z.string().trim().toLowerCase().min(1, 'write your name').max(64, 'at most 64 characters'),
  password: z.string().min(1, 'write your password').max(256, 'at most 256 characters'),
})

export const POST = route({ auth: 'none', lanOnly: true, body: login }, async ({ services, body, peer }) => {
  const token = await services.dialers.logIn(body.name, body.password, peer)
  return reply(200, { name: body.name }, { 'set-cookie': dialCookie(token) })
})

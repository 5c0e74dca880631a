import { z } from 'zod'
import { credentials } from '../../../server/credentials.ts'
import { route } from '../../../server/route.ts'
import { loggedIn } from '../../../server/session-reply.ts'

const recovery = z.object({
  code: z.string().min(1, 'write the recovery code').max(64, 'this is longer than a recovery code'),
  password: credentials.shape.password,
})

/** A forgotten password: only from the household, with the code that was shown once. */
export const POST = route(
  { auth: 'none', lanOnly: true, body: recovery },
  async ({ services, body, peer }) => {
    const { token, code } = await services.accounts.recover(body.code, body.password, peer)
    return loggedIn(services, token, peer, { recovery: code })
  },
)

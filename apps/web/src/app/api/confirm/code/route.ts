import { z } from 'zod'
import { route } from '../../../../server/route.ts'
import { loggedIn } from '../../../../server/session-reply.ts'

const codeBody = z.object({ revision: z.int(), code: z.string().max(100) })

/** At the box's new address: whoever brings the code of the change keeps it, and is logged in here. */
export const POST = route(
  { auth: 'none', lanOnly: true, body: codeBody },
  async ({ services, body, peer, via }) => {
    const id = await services.confirmations.keepByCode(body.revision, body.code, via)
    services.say(`revision ${body.revision} was kept at the new address, from ${peer}`)
    return loggedIn(services, await services.sessions.open(id, peer), peer)
  },
)

import { z } from 'zod'
import { reply } from '../../../server/problem.ts'
import { route } from '../../../server/route.ts'

const confirmBody = z.object({ revision: z.int(), keep: z.boolean() })

/** Keeps a change that waits to be confirmed, or takes it back at once. */
export const POST = route(
  { auth: 'session', body: confirmBody },
  async ({ services, session, body, via }) => {
    const { revision, keep } = body
    if (keep) {
      if (!(await services.confirmations.keep(revision, session!, via)))
        return reply(200, { revision, kept: false, again: true })
    } else {
      await services.confirmations.goBack(revision)
      await services.keepInStep.step()
    }
    services.say(`${session!.name} ${keep ? 'kept' : 'took back'} revision ${revision}`)
    return reply(200, { revision, kept: keep })
  },
)

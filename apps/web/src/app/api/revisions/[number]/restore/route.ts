import { z } from 'zod'
import { outcomeReply } from '../../../../../server/outcome.ts'
import { revisionNumber } from '../../../../../server/query.ts'
import { route } from '../../../../../server/route.ts'

const restoreBody = z.object({ base: z.int().min(1) })

export const POST = route(
  { auth: 'session', body: restoreBody },
  async ({ services, session, params, body }) => {
    const number = revisionNumber(params.number)
    return outcomeReply(await services.settings.restore(session?.name ?? '', number, body.base))
  },
)

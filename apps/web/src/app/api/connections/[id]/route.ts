import { reply } from '../../../../server/problem.ts'
import { route } from '../../../../server/route.ts'

export const DELETE = route({ auth: 'session' }, async ({ services, params }) => {
  const ended = await services.dataplane.endConnection(String(params.id))
  return ended
    ? { ended: true }
    : reply(404, { message: 'There is no such connection any more; it ended by itself.' })
})

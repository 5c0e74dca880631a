import { connectionBody } from '../../../../server/dial-reply.ts'
import { route } from '../../../../server/route.ts'

export const POST = route({ auth: 'session', body: connectionBody }, ({ services, session, body }) =>
  services.dataplane.hangUp({ ...body, who: session?.name ?? '', as: 'administrator' }),
)

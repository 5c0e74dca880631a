import { traceRequestSchema } from '@bauta/control/schemas'
import { route } from '../../../server/route.ts'

/** What would happen to a packet; nothing does. */
export const POST = route({ auth: 'session', body: traceRequestSchema }, ({ services, body }) =>
  services.dataplane.trace(body),
)

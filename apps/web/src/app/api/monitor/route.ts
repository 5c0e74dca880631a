import { watchRequestSchema } from '@bauta/control/schemas'
import { route } from '../../../server/route.ts'

export const GET = route({ auth: 'session', watching: true }, ({ services }) => services.dataplane.monitor())

export const POST = route({ auth: 'session', body: watchRequestSchema }, ({ services, body }) =>
  services.dataplane.watch(body),
)

export const DELETE = route({ auth: 'session' }, ({ services }) => services.dataplane.stopWatching())

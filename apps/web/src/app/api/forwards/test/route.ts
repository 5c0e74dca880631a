import { forwardTestSchema } from '@bauta/control/schemas'
import { route } from '../../../../server/route.ts'

/** Does the machine of a forward answer? Asked from the box. */
export const POST = route({ auth: 'session', body: forwardTestSchema }, ({ services, body }) =>
  services.dataplane.testForward(body),
)

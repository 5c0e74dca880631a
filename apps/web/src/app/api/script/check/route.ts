import { scriptRequestSchema } from '@bauta/control'
import { route } from '../../../../server/route.ts'

/** What a script of firewall commands would do, line by line; changes nothing. */
export const POST = route({ auth: 'session', body: scriptRequestSchema }, ({ services, body }) =>
  services.commands.check(body),
)

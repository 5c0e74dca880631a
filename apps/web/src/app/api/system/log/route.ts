import { logQuerySchema } from '@bauta/control/schemas'
import { parseQuery } from '../../../../server/query.ts'
import { route } from '../../../../server/route.ts'

export const GET = route({ auth: 'session', watching: true }, async ({ services, query }) => {
  const wanted = parseQuery(logQuerySchema, query)
  return wanted instanceof Response ? wanted : services.dataplane.log(wanted)
})

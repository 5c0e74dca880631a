import { connectionQuerySchema } from '@bauta/control/schemas'
import { followStream } from '../../../../server/follow-stream.ts'
import { parseQuery } from '../../../../server/query.ts'
import { route } from '../../../../server/route.ts'

export const GET = route({ auth: 'session', watching: true }, async (call) => {
  const wanted = parseQuery(connectionQuerySchema, call.query)
  if (wanted instanceof Response) return wanted
  const words = Object.entries(wanted).map(([key, value]) => [key, String(value)])
  return followStream(call, `/v1/connections/stream?${new URLSearchParams(words)}`)
})

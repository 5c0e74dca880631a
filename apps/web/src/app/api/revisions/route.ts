import { z } from 'zod'
import { parseQuery } from '../../../server/query.ts'
import { route } from '../../../server/route.ts'

const page = z.object({
  before: z.coerce.number().int().min(1).nullable().default(null),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})

export const GET = route({ auth: 'session' }, async ({ services, query }) => {
  const wanted = parseQuery(page, query)
  if (wanted instanceof Response) return wanted
  return { revisions: await services.history.list(wanted.before, wanted.limit) }
})

import { reply } from '../../../../server/problem.ts'
import { route } from '../../../../server/route.ts'

/** Longer than any name; the dataplane judges the rest. */
const MOST = 300

/** Whether a list has the name in the query, and which. */
export const GET = route({ auth: 'session' }, async ({ services, query }) => {
  const name = (query.get('name') ?? '').trim()
  if (name === '' || name.length > MOST || !/^[\w.-]+$/.test(name))
    return reply(400, { message: `“${name.slice(0, 80)}” is not a name; write one like www.example.org` })
  return services.dataplane.dnsWhy(name)
})

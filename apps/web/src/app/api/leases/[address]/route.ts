import { reply } from '../../../../server/problem.ts'
import { route } from '../../../../server/route.ts'

/** The address is free again; a machine that still uses it asks for one when its lease ends. */
export const DELETE = route({ auth: 'session' }, async ({ services, params }) => {
  const address = String(params.address)
  if (await services.dataplane.endLease(address)) return { ended: true }
  return reply(404, { message: `Nobody has a lease of ${address} any more.` })
})

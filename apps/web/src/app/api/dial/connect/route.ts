import { connectionBody } from '../../../../server/dial-reply.ts'
import { Problem } from '../../../../server/problem.ts'
import { route } from '../../../../server/route.ts'

export const POST = route(
  { auth: 'dialer', lanOnly: true, body: connectionBody },
  async ({ services, dialer, body: { connection } }) => {
    if (!dialer?.connections.includes(connection))
      throw new Problem(403, `You may not dial ${connection}; ask the administrator of the box.`)
    await services.dataplane.dial({ connection, who: dialer.name, as: 'dialer' })
    return { connection }
  },
)

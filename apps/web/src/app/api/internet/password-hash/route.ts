import { z } from 'zod'
import { credentials } from '../../../../server/credentials.ts'
import { route } from '../../../../server/route.ts'

const wanted = z.object({ name: z.string().max(32), password: credentials.shape.password })

/** For somebody who may dial; the hash then goes into the settings as any other value. */
export const POST = route({ auth: 'session', body: wanted }, async ({ services, body }) => ({
  passwordHash: await services.dialers.hash(body.name, body.password),
}))

import { z } from 'zod'
import { credentials } from '../../../../server/credentials.ts'
import { hashPassword, passwordFault } from '../../../../server/password.ts'
import { Problem } from '../../../../server/problem.ts'
import { route } from '../../../../server/route.ts'

const wanted = z.object({ name: z.string().max(32), password: credentials.shape.password })

/** The password of somebody who may dial, as the settings keep it: the password itself goes into no draft and no revision. */
export const POST = route({ auth: 'session', body: wanted }, async ({ body: { name, password } }) => {
  const fault = passwordFault(password, name)
  if (fault)
    throw new Problem(422, `The password was not taken: ${fault}.`, {
      faults: [{ path: ['password'], message: fault }],
    })
  return { passwordHash: await hashPassword(password) }
})

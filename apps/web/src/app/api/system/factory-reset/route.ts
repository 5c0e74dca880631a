import { z } from 'zod'
import { route } from '../../../../server/route.ts'

/** What has to be typed: nobody forgets everything by one wrong click, nor by a script that repeats requests. */
const resetBody = z.object({ confirm: z.literal('forget everything') })

export const POST = route({ auth: 'session', body: resetBody }, async ({ services, session }) => {
  const reply = await services.dataplane.factoryReset()
  services.say(`${session!.name} resets the box to its factory settings`)
  return reply
})

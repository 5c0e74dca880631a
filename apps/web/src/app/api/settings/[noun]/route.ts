import { outcomeReply } from '../../../../server/outcome.ts'
import { reply } from '../../../../server/problem.ts'
import { route } from '../../../../server/route.ts'
import { nounOf, saveBody } from '../../../../server/save-body.ts'

export const PUT = route({ auth: 'session', body: saveBody }, async ({ services, session, params, body }) => {
  const noun = nounOf(params.noun)
  if (!noun || !session) return reply(404, { message: `There are no settings named ${params.noun}.` })
  return outcomeReply(await services.settings.save(session.name, { noun, ...body }))
})

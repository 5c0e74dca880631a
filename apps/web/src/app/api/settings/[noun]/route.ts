import { outcomeReply } from '../../../../server/outcome.ts'
import { reply } from '../../../../server/problem.ts'
import { route } from '../../../../server/route.ts'
import { nounOf, saveBody } from '../../../../server/save-body.ts'

export const PUT = route({ auth: 'session', body: saveBody }, async ({ services, session, params, body }) => {
  const noun = nounOf(params.noun)
  if (!noun || !session) return reply(404, { message: `There are no settings named ${params.noun}.` })
  const outcome = await services.settings.save(session.name, { noun, ...body })
  if (outcome.kind !== 'saved' || !outcome.pending) return outcomeReply(outcome)
  const code = services.confirmations.note(outcome.pending, session)
  return reply(200, { ...outcome, kind: undefined, code })
})

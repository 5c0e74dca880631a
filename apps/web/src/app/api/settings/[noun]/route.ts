import { outcomeReply } from '../../../../server/outcome.ts'
import { reply } from '../../../../server/problem.ts'
import { route } from '../../../../server/route.ts'
import { nounOf, saveBody } from '../../../../server/save-body.ts'
import type { Services } from '../../../../server/services.ts'

export const PUT = route({ auth: 'session', body: saveBody }, async ({ services, session, params, body }) => {
  const noun = nounOf(params.noun)
  if (!noun || !session) return reply(404, { message: `There are no settings named ${params.noun}.` })
  const outcome = await services.settings.save(session.name, { noun, ...body })
  if (outcome.kind !== 'saved' || !outcome.pending) return outcomeReply(outcome)
  const at = noun === 'lan' ? await movedTo(services) : null
  const code = services.confirmations.note(outcome.pending, session, at)
  return reply(200, { ...outcome, kind: undefined, code, at })
})

/** @returns the box's address in the home network as it is now, where the box makes that network itself */
async function movedTo({ settings }: Services): Promise<string | null> {
  const { lan } = (await settings.stored()).snapshot
  return lan.addressing === 'box' ? lan.address : null
}

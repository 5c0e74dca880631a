import { outcomeReply } from '../../../../server/outcome.ts'
import { reply } from '../../../../server/problem.ts'
import { RESTORE_SPEC } from '../../../../server/restore-body.ts'
import { route } from '../../../../server/route.ts'

/** What restoring would do, in words; changes nothing. */
export const POST = route(RESTORE_SPEC, async ({ services, body }) => {
  const { snapshot, made } = await services.backups.read(body.file, body.password)
  const outcome = await services.settings.checkWhole(snapshot, body.base)
  if (outcome.kind !== 'checked') return outcomeReply(outcome)
  const { actions, cut, summary } = outcome
  return reply(200, { actions, cut, summary, made })
})

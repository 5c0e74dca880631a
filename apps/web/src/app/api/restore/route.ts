import { outcomeReply } from '../../../server/outcome.ts'
import { RESTORE_SPEC } from '../../../server/restore-body.ts'
import { route } from '../../../server/route.ts'

/** Makes the settings of a backup the next revision. */
export const POST = route(RESTORE_SPEC, async ({ services, session, body }) => {
  const { snapshot, made } = await services.backups.read(body.file, body.password)
  const day = new Date(made.at).toISOString().slice(0, 10)
  const title = `Backup of ${day} (revision ${made.revision}) restored`
  return outcomeReply(await services.settings.bring(session!.name, snapshot, body.base, title))
})

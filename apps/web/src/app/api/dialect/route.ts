import { z } from 'zod'
import { outcomeReply } from '../../../server/outcome.ts'
import { reply } from '../../../server/problem.ts'
import { route } from '../../../server/route.ts'

const body = z.strictObject({
  /** Revision that was looked at. */
  base: z.int().min(1),
  /** Seconds after which the box goes back by itself unless somebody confirms; see confirmations.ts. */
  confirm: z.int().min(10).max(600).optional(),
})

/** Switches the rules to the other dialect, translated: one revision. */
export const POST = route(
  { auth: 'session', body },
  async ({ services, session, body: { base, confirm } }) => {
    const outcome = await services.commands.switchDialect(session?.name ?? '', base, confirm)
    if (outcome.kind !== 'saved' || !outcome.pending || !session) return outcomeReply(outcome)
    const code = services.confirmations.note(outcome.pending, session)
    return reply(200, { ...outcome, kind: undefined, code, at: null })
  },
)

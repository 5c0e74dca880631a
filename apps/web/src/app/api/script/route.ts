import { exportScript, languagesOf } from '@bauta/chains'
import { scriptRequestSchema } from '@bauta/control'
import { z } from 'zod'
import { outcomeReply } from '../../../server/outcome.ts'
import { reply } from '../../../server/problem.ts'
import { route } from '../../../server/route.ts'

const body = scriptRequestSchema.extend({
  base: z.int().min(1),
  /** Seconds after which the box goes back by itself unless somebody confirms; see confirmations.ts. */
  confirm: z.int().min(10).max(600).optional(),
})

/** Carries a script out: one revision. */
export const POST = route({ auth: 'session', body }, async ({ services, session, body: asked }) => {
  const { base, confirm, ...script } = asked
  const outcome = await services.commands.take(session?.name ?? '', script, base, confirm)
  if (outcome.kind !== 'saved' || !outcome.pending || !session) return outcomeReply(outcome)
  const code = services.confirmations.note(outcome.pending, session)
  return reply(200, { ...outcome, kind: undefined, code, at: null })
})

/** The rules in force as a script: `?language=ipchains`, and what the language cannot say. */
export const GET = route({ auth: 'session' }, async ({ services, query }) => {
  const { rules, helpers } = (await services.settings.stored()).snapshot
  const languages = languagesOf(rules)
  const language = languages.find((one) => one === query.get('language'))
  if (!language)
    return reply(422, {
      message: `Say which language: these rules are in the ${rules.dialect} dialect, so it is ?language=${languages.join(' or ')}.`,
    })
  return exportScript(language, rules, helpers)
})

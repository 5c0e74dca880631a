import { z } from 'zod'
import { type Call, route } from '../../../server/route.ts'

const backupBody = z.object({ password: z.string().min(1).max(1024) })

/** The backup as a file that anybody can read who has it. */
export const GET = route({ auth: 'session' }, (call) => file(call, null))

/** The same, encrypted. */
export const POST = route({ auth: 'session', body: backupBody }, (call) => file(call, call.body.password))

async function file({ services, session }: Pick<Call, 'services' | 'session'>, password: string | null) {
  const at = services.now()
  const { revision, snapshot } = await services.settings.stored()
  const { version } = await services.dataplane.status()
  const text = await services.backups.write(snapshot, { version, revision, at }, password)
  services.say(`${session!.name} took a backup of revision ${revision}${password ? ', encrypted' : ''}`)
  const name = `bauta-${new Date(at).toISOString().slice(0, 10)}-r${revision}.json`
  return new Response(text, {
    headers: {
      'content-type': 'application/json',
      'content-disposition': `attachment; filename="${name}"`,
      'cache-control': 'no-store',
    },
  })
}

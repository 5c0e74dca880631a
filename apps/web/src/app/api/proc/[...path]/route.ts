import { reply } from '../../../../server/problem.ts'
import { route } from '../../../../server/route.ts'

/** `net/ip_masquerade`, `net/ip_masq/tcp`: names of files below /proc, never a way out of it */
const PROC_PATH = /^net(\/[a-z0-9_]+){1,2}$/

export const GET = route({ auth: 'session', watching: true }, async ({ services, params }) => {
  const path = [params.path].flat().join('/')
  if (!PROC_PATH.test(path)) return reply(404, { message: `There is no file /proc/${path} on this box.` })
  const text = await services.dataplane.text(`/proc/${path}`)
  return new Response(text, {
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
  })
})

import { route } from '../../server/route.ts'

export const GET = route({ auth: 'none', lanOnly: true }, async ({ services }) => {
  const text = await services.dataplane.text('/metrics')
  return new Response(text, {
    headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8', 'cache-control': 'no-store' },
  })
})

import { route } from '../../../../server/route.ts'

/** What was caught, for tcpdump and Wireshark. */
export const GET = route({ auth: 'session' }, async ({ services }) => {
  const file = await services.dataplane.bytes('/v1/monitor/pcapng')
  return new Response(new Uint8Array(file), {
    headers: {
      'content-type': 'application/x-pcapng',
      'content-disposition': 'attachment; filename="bauta.pcapng"',
      'cache-control': 'no-store',
    },
  })
})

import { route } from '../../../../server/route.ts'

/** Every list is fetched now; how that goes shows in GET /api/dns. */
export const POST = route({ auth: 'session' }, async ({ services, session }) => {
  services.say(`${session!.name} had the blocklists fetched`)
  return services.dataplane.fetchBlocklists()
})

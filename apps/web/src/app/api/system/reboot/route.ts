import { route } from '../../../../server/route.ts'

export const POST = route({ auth: 'session' }, async ({ services, session }) => {
  const reply = await services.dataplane.reboot()
  services.say(`${session!.name} started the box again`)
  return reply
})

/**
 * The interfaces as the packet path sees them, which are not always the ports of the settings: LAN ports that the box joins are
 * one bridge, and a PPP session is a device of its own above its port.
 */

import { dialinDevice } from './dialin.ts'
import type { Interfaces } from './interfaces.ts'
import { connectionInUse, isPpp, PPP_DEVICE } from './internet.ts'
import { LAN_BRIDGE } from './lan.ts'
import type { Snapshot } from './snapshot.ts'

export type PathInterface = Interfaces['list'][number]

/**
 * @param snapshot the nouns that decide
 * @param use name of the connection that is dialled now, where that is not the one of the settings
 * @returns device names and their roles; at most one WAN
 */
export function pathInterfaces(
  { interfaces, lan, internet, dialin }: Pick<Snapshot, 'interfaces' | 'lan' | 'internet' | 'dialin'>,
  use = internet.use,
): PathInterface[] {
  const ppp = isPpp(connectionInUse({ ...internet, use }).method.kind)
  const bridged = lan.addressing === 'box'
  const ports = interfaces.list.map(({ name, role }): PathInterface => {
    const carried = (role === 'lan' && bridged) || (role === 'wan' && ppp)
    return { name, role: carried ? 'unused' : role }
  })
  const callers = dialin.enabled ? dialin.lines.map((_, place) => dialinDevice(place)) : []
  const made = [...(bridged ? [LAN_BRIDGE] : []), ...(ppp ? [PPP_DEVICE] : []), ...callers]
  return [
    ...ports.filter(({ name }) => !made.includes(name)),
    ...(bridged ? [{ name: LAN_BRIDGE, role: 'lan' as const }] : []),
    ...(ppp ? [{ name: PPP_DEVICE, role: 'wan' as const }] : []),
    // last: whoever looks for the wire of the household takes the first
    ...callers.map((name) => ({ name, role: 'lan' as const })),
  ]
}

/** Constant DNS addresses against the networks that the box has at the moment; those of the settings are looked at in packages/config. */
import { clashingConstant, type Fault, pathInterfaces, type Snapshot } from '@bauta/config'
import type { Links } from '../links.ts'

const WHAT = { lan: 'the home network', wan: 'the provider’s network' } as const

/** A network that comes later (another lease) is no fault: the constant address goes before it. */
export function constantDnsClashes(snapshot: Snapshot, links: Links): Fault[] {
  const places = pathInterfaces(snapshot).flatMap(({ name, role }) =>
    role === 'unused'
      ? []
      : (links.devices.get(name)?.addresses ?? []).map(({ address, mask }) => ({
          what: WHAT[role],
          network: { address: (address & mask) >>> 0, mask },
        })),
  )
  return snapshot.dns.constant.flatMap((text, i) => {
    const message = clashingConstant(text, places)
    return message ? [{ path: ['dns', 'constant', i], message }] : []
  })
}

/** What a Masquerader is made with, and what may be changed at any moment. */
import type { ForwardProtocol, Forwards, Helpers as HelperSettings, Ports, Timeouts } from '@bauta/config'
import type { PortRange } from './ports.ts'

export interface MasqueraderOptions {
  /** 32 random bits a call, from a generator that outsiders cannot predict. A signed number spares the engine an object. */
  random: () => number
}

export interface MasqueraderSettings {
  timeouts: Timeouts
  ports: Ports
  /** Replaces all reservations; absent: they stay. */
  reservedPorts?: readonly { protocol: number; port: number }[]
  /** Which protocol helpers read along, and where; absent: as it is. */
  helpers?: HelperSettings
  /** Their ports belong to the machines they lead to, and are given to nobody else. */
  forwards?: Forwards
}

/** The ports of the WAN address that forwards name, of the protocols that `uses` lets pass. */
export function namedPorts({ list }: Forwards, uses: (protocol: ForwardProtocol) => boolean): PortRange[] {
  return list.flatMap(({ enabled, protocol, ports }) => (enabled && ports && uses(protocol) ? [ports] : []))
}

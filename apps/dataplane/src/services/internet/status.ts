/** The connections as the page shows them: what the line knows, beside what the kernel has. */
import { formatAddress, type InternetConnection } from '@bauta/config'
import type { InternetConnectionStatus } from '@bauta/control/schemas'
import type { Links } from '../../links.ts'
import type { ActiveConnection } from './connection.ts'
import { NO_FACTS } from './line.ts'
import type { Place } from './lines.ts'
import { timeOf } from './moments.ts'
import type { LineTraffic } from './traffic.ts'

export interface StatusParts {
  connections: readonly InternetConnection[]
  active: ActiveConnection | null
  place: Place
  links: Links
  traffic: LineTraffic
}

export function statusOfConnections(parts: StatusParts): InternetConnectionStatus[] {
  return parts.connections.map((connection) => {
    const { name, method, when } = connection
    const idle = { name, kind: method.kind, when, ...NOT_IN_USE }
    return parts.active?.settings.name === name ? { ...idle, ...inUse(parts.active, parts) } : idle
  })
}

const NOT_IN_USE = {
  inUse: false,
  state: 'down',
  since: 0,
  device: null,
  port: null,
  address: null,
  gateway: null,
  mtu: null,
  dnsServers: [],
  lease: null,
  session: null,
  problem: null,
  attempts: 0,
  nextAttemptAt: null,
  rate: { down: 0, up: 0 },
  bytes: { down: 0, up: 0 },
} satisfies Partial<InternetConnectionStatus>

function inUse(active: ActiveConnection, { place, links, traffic }: StatusParts) {
  const { state, since, problem, attempts, nextAttemptAt } = active
  const device = place.device === null ? undefined : links.devices.get(place.device)
  const route = links.routes.find(({ mask, device: over }) => mask === 0 && over === place.device)
  const up = state === 'up'
  const { dnsServers, lease, session, gateway } =
    up || state === 'failed' ? active.line.facts() : { ...NO_FACTS, gateway: null }
  return {
    inUse: true,
    state,
    since: timeOf(since),
    ...place,
    address: up && device?.addresses[0] ? formatAddress(device.addresses[0].address) : null,
    gateway: up ? (route?.gateway ? formatAddress(route.gateway) : (gateway ?? null)) : null,
    mtu: up && device ? device.mtu : null,
    dnsServers,
    lease,
    session,
    problem,
    attempts,
    nextAttemptAt: nextAttemptAt === null ? null : timeOf(nextAttemptAt),
    rate: traffic.rate,
    bytes: traffic.bytes,
  }
}

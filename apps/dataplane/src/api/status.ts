/** The status report: one picture of the box, put together from what the parts know. */
import { formatAddress, pathInterfaces, type Snapshot } from '@bauta/config'
import type { DnsStatus, Pending, Status, WentBack } from '@bauta/control/schemas'
import type { ConnectionTable } from '@bauta/masq'
import type { AttentionList } from '../attention.ts'
import type { DeviceLink, Links } from '../links.ts'
import { NO_TRAFFIC, type Throughput, type Traffic } from '../throughput.ts'

export interface StatusSource {
  version: string
  startedAt: number
  revision: number
  settingsLoaded: boolean
  snapshot: Snapshot
  links: Links
  online: Online
  table: ConnectionTable
  traffic: ReadonlyMap<string, Traffic>
  throughput: Throughput
  devices: number
  dns: DnsStatus
  attention: AttentionList
  pending: Pending | null
  wentBack: WentBack | null
  load: number
}

export interface Online {
  online: boolean
  since: number
}

/** Room for the IP and TCP headers of a segment. */
const HEADERS = 40
const NO_MTU = 1500

export function statusOf(source: StatusSource, now = Date.now()): Status {
  const { snapshot, links, table, dns, throughput } = source
  const wan = pathInterfaces(snapshot).find(({ role }) => role === 'wan')?.name ?? null
  const link = wan ? links.devices.get(wan) : undefined
  const mtu = link?.mtu ?? NO_MTU
  const gateway = links.routes.find(({ mask, device }) => mask === 0 && device === wan)?.gateway
  const { udp, tcp, icmp, capacity } = table.freePorts
  return {
    version: source.version,
    startedAt: source.startedAt,
    now,
    revision: source.revision,
    settingsLoaded: source.settingsLoaded,
    online: source.online.online,
    onlineSince: source.online.since,
    wan: {
      interface: wan,
      address: link?.addresses[0] ? formatAddress(link.addresses[0].address) : null,
      mtu,
      mss: mtu - HEADERS,
      gateway: gateway ? formatAddress(gateway) : null,
    },
    interfaces: pathInterfaces(snapshot).map(({ name, role }) =>
      interfaceStatus(name, role, links.devices.get(name), source.traffic.get(name) ?? NO_TRAFFIC),
    ),
    connections: connectionCounts(table),
    freePorts: { udp, tcp, icmp, capacity },
    rate: throughput.rate,
    history: throughput.history,
    devices: source.devices,
    dns: {
      running: dns.running,
      queries: dns.hits + dns.misses,
      hits: dns.hits,
      upstreams: dns.upstreams.length,
    },
    attention: source.attention.list(),
    pending: source.pending,
    wentBack: source.wentBack,
    load: source.load,
  }
}

function connectionCounts(table: ConnectionTable): Status['connections'] {
  const sum = (of: (protocol: number) => number) => of(1) + of(6) + of(17)
  return {
    total: table.count,
    tcp: table.countOf(6),
    udp: table.countOf(17),
    icmp: table.countOf(1),
    capacity: table.capacity,
    opened: sum((protocol) => table.openedOf(protocol)),
    expired: sum((protocol) => table.expiredOf(protocol)),
  }
}

function interfaceStatus(
  name: string,
  role: Status['interfaces'][number]['role'],
  link: DeviceLink | undefined,
  traffic: Traffic,
): Status['interfaces'][number] {
  return {
    name,
    role,
    state: link ? (link.up ? 'up' : 'down') : 'absent',
    addresses: link?.addresses.map(({ address, bits }) => `${formatAddress(address)}/${bits}`) ?? [],
    mtu: link?.mtu ?? NO_MTU,
    mac: link?.mac ?? null,
    ...traffic,
  }
}

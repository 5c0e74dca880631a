/** The daemons that the dataplane supervises, as it sees them. */
import { readFileSync } from 'node:fs'
import type { Dns, Snapshot } from '@bauta/config'
import { formatAddress, pathInterfaces } from '@bauta/config'
import type { DnsStatus } from '@bauta/control/schemas'
import type { Links } from './links.ts'

export interface DnsContext {
  /** LAN addresses of the box, dotted quads. */
  listenAddresses: string[]
  lanInterfaces: string[]
  /** Servers that the provider gave; used where the settings name none. */
  providerServers: string[]
}

/** What the dataplane needs of services/dnsmasq.ts; tests put something simpler in its place. */
export interface DnsForwarder {
  /** @returns what was done, in words */
  apply(dns: Dns, context: DnsContext): Promise<string[]>
  status(): Promise<DnsStatus>
  deviceNames(): Map<string, string>
  serverName(address: string): string | undefined
  stop(): Promise<void>
}

export function dnsContext(snapshot: Snapshot, links: Links): DnsContext {
  const lans = pathInterfaces(snapshot).filter(({ name, role }) => role === 'lan' && links.devices.has(name))
  return {
    lanInterfaces: lans.map(({ name }) => name),
    listenAddresses: lans.flatMap(({ name }) =>
      links.devices.get(name)!.addresses.map(({ address }) => formatAddress(address)),
    ),
    providerServers: providerServers(links),
  }
}

/**
 * The name servers in a resolv.conf: until Bauta's own DHCP and PPP clients tell, what the system learnt from the
 * provider. The box's own addresses are left out: asking oneself leads nowhere.
 */
export function nameServersOf(resolvConf: string, own: ReadonlySet<string>): string[] {
  return resolvConf
    .split('\n')
    .map((line) => /^\s*nameserver\s+(\d+\.\d+\.\d+\.\d+)\s*$/.exec(line)?.[1])
    .filter(
      (server): server is string => server !== undefined && !server.startsWith('127.') && !own.has(server),
    )
}

function providerServers(links: Links): string[] {
  const own = new Set(
    [...links.devices.values()].flatMap(({ addresses }) =>
      addresses.map(({ address }) => formatAddress(address)),
    ),
  )
  try {
    return nameServersOf(readFileSync('/etc/resolv.conf', 'utf8'), own)
  } catch {
    return []
  }
}

/** Until the forwarder has been asked for the first time. */
export const NO_DNS: DnsStatus = {
  running: false,
  problem: 'starting',
  pid: null,
  startedAt: null,
  cacheSize: 0,
  insertions: 0,
  evictions: 0,
  hits: 0,
  misses: 0,
  authoritative: 0,
  upstreams: [],
  rebinds: [],
}

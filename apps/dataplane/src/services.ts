/**
 * The services that the dataplane makes true beside the packet path: addresses, daemons and their files.
 *
 * Each is told the whole settings and the links whenever either changes, finds out by itself what that means for it, and
 * does nothing where nothing differs. The order is that of run.ts: who makes a device comes before who serves on it.
 */
import { readFileSync } from 'node:fs'
import {
  bitsOfMask,
  connectionInUse,
  type Dns,
  formatAddress,
  isDialinDevice,
  type Noun,
  pathInterfaces,
  type Snapshot,
} from '@bauta/config'
import type { DnsStatus, DnsVerdict, SystemStatus } from '@bauta/control/schemas'
import type { Links } from './links.ts'

export type DaemonStatus = SystemStatus['daemons'][number]

export interface Service {
  /** As people call it, at the beginning of a sentence. */
  readonly name: string
  /** A change of one of these is refused when the service cannot follow it. */
  readonly nouns: readonly Noun[]
  /**
   * Makes the settings true; the second time in a row it has nothing to do.
   * @returns what was done, in words
   * @throws Error with a sentence; what ran before goes on then
   */
  apply(snapshot: Snapshot, links: Links): Promise<string[]>
  daemons(): DaemonStatus[]
  stop(): Promise<void>
}

export interface DnsContext {
  /** LAN addresses of the box, dotted quads. */
  listenAddresses: string[]
  lanInterfaces: string[]
  /** Networks (a.b.c.d/bits) behind the LAN interfaces: who is answered. */
  clients: string[]
  /** Servers that the provider gave; used where the settings name none. */
  providerServers: string[]
  /** What the household calls the box. */
  boxName: string
  /** Where the clock is asked for; found without TLS, whose certificates need a clock. */
  timeServers: string[]
  /** Machines that have a lease and a name. */
  leases: { address: string; name: string }[]
}

/** What the dataplane needs of services/dns.ts; tests put something simpler in its place. */
export interface DnsForwarder {
  /** @returns what was done, in words */
  apply(dns: Dns, context: DnsContext): Promise<string[]>
  status(): Promise<DnsStatus>
  deviceNames(): Map<string, string>
  serverName(address: string): string | undefined
  /** Questions of the household, since the start, for which there was no server to ask. */
  unmet(): number
  why(name: string): Promise<DnsVerdict>
  fetchBlocklists(): void
  /** Names of machines that have a lease; a change keeps the cache. */
  leases(leases: DnsContext['leases']): Promise<void>
  daemons(): DaemonStatus[]
  stop(): Promise<void>
}

/** @param provided the servers of the connection in use; null where the system brought it up */
export const dnsService = (dns: DnsForwarder, provided: () => string[] | null): Service => ({
  name: 'DNS',
  nouns: ['dns', 'interfaces', 'lan', 'dhcp'],
  apply: (snapshot, links) => dns.apply(snapshot.dns, dnsContext(snapshot, links, provided())),
  daemons: () => dns.daemons(),
  stop: () => dns.stop(),
})

export function dnsContext(snapshot: Snapshot, links: Links, provided: string[] | null = null): DnsContext {
  // callers have the box's own address in the home network, and theirs, before them: they are served as its machines are
  const lans = pathInterfaces(snapshot).filter(
    ({ name, role }) => role === 'lan' && links.devices.has(name) && !isDialinDevice(name),
  )
  const devices = new Set(lans.map(({ name }) => name))
  return {
    lanInterfaces: [...devices],
    clients: [
      ...lans.flatMap(({ name }) =>
        links.devices
          .get(name)!
          .addresses.map(({ address, mask }) => ({ network: (address & mask) >>> 0, mask })),
      ),
      ...links.routes.filter(({ device, mask }) => devices.has(device) && mask !== 0),
    ].map(({ network, mask }) => `${formatAddress(network)}/${bitsOfMask(mask) ?? 32}`),
    boxName: snapshot.lan.name,
    timeServers: snapshot.time.enabled ? snapshot.time.servers : [],
    leases: [],
    listenAddresses: lans.flatMap(({ name }) =>
      links.devices.get(name)!.addresses.map(({ address }) => formatAddress(address)),
    ),
    providerServers: lineServers(provided, links),
  }
}

/** The name servers of the line. @param provided those of the connection in use; null where the system brought it up */
export const lineServers = (provided: readonly string[] | null, links: Links): string[] =>
  provided === null ? systemServers(links) : notOurselves(provided, ownAddresses(links))

/**
 * The same for the packet path, which is there before the services have begun.
 * @param provided null also while nobody has looked at the connection in use yet
 * @param before what a former process knew
 */
export const pathServers = (
  { internet }: Snapshot,
  provided: readonly string[] | null,
  before: readonly string[],
  links: Links,
): string[] =>
  lineServers(connectionInUse(internet).method.kind === 'system' ? null : (provided ?? before), links)

/**
 * The name servers in a resolv.conf: what the system learnt from the provider where it brought the connection up. The box's own addresses are left out: asking oneself leads nowhere.
 */
export function nameServersOf(resolvConf: string, own: ReadonlySet<string>): string[] {
  return resolvConf
    .split('\n')
    .map((line) => /^\s*nameserver\s+(\d+\.\d+\.\d+\.\d+)\s*$/.exec(line)?.[1])
    .filter(
      (server): server is string => server !== undefined && !server.startsWith('127.') && !own.has(server),
    )
}

/** Whatever a provider says: a question that the box asks itself goes round until somebody gives up. */
const notOurselves = (servers: readonly string[], own: ReadonlySet<string>): string[] =>
  servers.filter((server) => !/^(0|127)\./.test(server) && !own.has(server))

const ownAddresses = ({ devices }: Links): ReadonlySet<string> =>
  new Set(
    [...devices.values()].flatMap(({ addresses }) => addresses.map(({ address }) => formatAddress(address))),
  )

function systemServers(links: Links): string[] {
  const own = ownAddresses(links)
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
  lineServers: [],
  rebinds: [],
  blocked: 0,
  failed: 0,
  tlsProblem: null,
  blocklists: [],
}

/**
 * dnsmasq's files, as text, from the settings: three of them, so that most changes need no restart.
 *
 *   dnsmasq.conf      what dnsmasq reads only at start: cache size, listening, rebind protection, local domain
 *   dnsmasq.servers   upstream and per-domain servers; read again on SIGHUP (which empties the cache: other servers, other answers)
 *   hosts/local       local names; dnsmasq watches the folder and takes changes without losing its cache
 *
 * Every value comes from a checked schema: names and addresses cannot carry a blank, a slash or a line end.
 */
import type { Dns } from '@bauta/config'

export interface DnsContext {
  /** LAN devices; dnsmasq answers on these and on the loopback, never elsewhere. */
  lanInterfaces: string[]
  /** The box's own LAN addresses, dotted quads. */
  listenAddresses: string[]
  /** Servers the provider gave, used where the settings name none. */
  providerServers: string[]
}

export interface DnsFiles {
  conf: string
  servers: string
  hosts: string
}

export interface DnsPaths {
  servers: string
  hostsDir: string
  pid: string
}

/** Zones that must never leave the house: RFC 6761 (localhost, invalid, test), RFC 6762 (local), RFC 6303 (private reverse zones). */
const NEVER_FORWARDED = ['localhost', 'invalid', 'test', 'local']

/** @returns the three files; two equal settings give byte-equal texts */
export function renderDns(dns: Dns, context: DnsContext, paths: DnsPaths): DnsFiles {
  return {
    conf: renderConf(dns, context, paths),
    servers: renderServers(dns, context),
    hosts: renderHosts(dns, context),
  }
}

function renderConf(dns: Dns, context: DnsContext, paths: DnsPaths): string {
  const lines = [
    '# Written by Bauta from its settings; changes made here are overwritten.',
    'port=53',
    'bind-dynamic',
    ...[...context.lanInterfaces].sort().map((name) => `interface=${name}`),
    'no-resolv',
    'no-poll',
    'no-hosts',
    `hostsdir=${paths.hostsDir}`,
    `servers-file=${paths.servers}`,
    `pid-file=${paths.pid}`,
    'user=nobody',
    `cache-size=${dns.cacheSize}`,
    // Queries under way at once; dnsmasq's own 150 is too few for a household full of browsers.
    'dns-forward-max=1000',
    // RFC 9715: the largest answer that no path fragments.
    'edns-packet-max=1232',
    'domain-needed',
    'bogus-priv',
    'expand-hosts',
    `domain=${dns.localDomain}`,
    `local=/${dns.localDomain}/`,
    ...NEVER_FORWARDED.map((zone) => `local=/${zone}/`),
    // The dataplane reads the log to name the servers of connections, and to tell of stripped answers.
    'log-facility=-',
    'log-queries=extra',
    'log-async=25',
  ]
  if (dns.rebindProtection) {
    lines.push('stop-dns-rebind', 'rebind-localhost-ok')
    if (dns.rebindAllow.length > 0) lines.push(`rebind-domain-ok=/${dns.rebindAllow.join('/')}/`)
  }
  return `${lines.join('\n')}\n`
}

function renderServers(dns: Dns, context: DnsContext): string {
  const form = (server: string) => server.replace(':', '#')
  const upstreams = dns.upstreams.length > 0 ? dns.upstreams : context.providerServers
  return [
    ...upstreams.map((server) => `server=${form(server)}`),
    ...dns.domains.flatMap(({ domain, servers }) =>
      servers.map((server) => `server=/${domain}/${form(server)}`),
    ),
    '',
  ].join('\n')
}

function renderHosts(dns: Dns, context: DnsContext): string {
  const own = context.listenAddresses.map((address) => `${address} bauta`)
  return [...own, ...dns.hosts.map(({ name, address }) => `${address} ${name}`), ''].join('\n')
}

/** What a change of the files asks of a running dnsmasq, mildest first. */
export type DnsStep = 'nothing' | 'hosts' | 'reload' | 'restart'

/** @returns the mildest step that makes `next` true */
export function stepBetween(running: DnsFiles | null, next: DnsFiles): DnsStep {
  if (!running || running.conf !== next.conf) return 'restart'
  if (running.servers !== next.servers) return 'reload'
  return running.hosts === next.hosts ? 'nothing' : 'hosts'
}

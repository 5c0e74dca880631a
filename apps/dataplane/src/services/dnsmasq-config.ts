/**
 * dnsmasq's files, as text, from the settings: so many that most changes need no restart.
 *
 *   dnsmasq.conf      what dnsmasq reads only at start: cache size, rebind protection, local domain
 *   dnsmasq.servers   upstream and per-domain servers; read again on SIGHUP (which empties the cache: other servers, other answers)
 *   hosts/local       local names; dnsmasq watches the folder and takes changes without losing its cache
 *   hosts/leases      names of machines that have a lease; likewise
 *
 * This dnsmasq listens on the loopback only: the front (dns/front.ts) is what the household talks to. It gives no leases either;
 * the one that does is a process of its own, so that neither is started again for the other's sake.
 *
 * Every value comes from a checked schema: names and addresses cannot carry a blank, a slash or a line end.
 */
import { type Dns, isName, parseAddress } from '@bauta/config'
import type { DnsContext } from '../services.ts'
import { NEVER_FORWARDED } from './dnsmasq-zones.ts'

/** Loopback ports of the two resolvers behind the front. */
export const DNSMASQ_PORT = 5300
export const UNBOUND_PORT = 5301

export interface DnsFiles {
  conf: string
  servers: string
  hosts: string
  leases: string
}

export interface DnsPaths {
  servers: string
  hostsDir: string
  pid: string
}

/** @returns the files; two equal settings give byte-equal texts */
export function renderDns(dns: Dns, context: DnsContext, paths: DnsPaths): DnsFiles {
  return {
    conf: renderConf(dns, paths),
    servers: renderServers(dns, context),
    hosts: renderHosts(dns, context),
    leases: renderLeases(dns, context),
  }
}

function renderConf(dns: Dns, paths: DnsPaths): string {
  const asked = new Set(dns.domains.map(({ domain }) => domain.toLowerCase()))
  const local = [...new Set([dns.localDomain.toLowerCase(), ...NEVER_FORWARDED])]
  const lines = [
    '# Written by Bauta from its settings; changes made here are overwritten.',
    `port=${DNSMASQ_PORT}`,
    'listen-address=127.0.0.1',
    'bind-interfaces',
    'no-resolv',
    'no-poll',
    'no-hosts',
    `hostsdir=${paths.hostsDir}`,
    `servers-file=${paths.servers}`,
    `pid-file=${paths.pid}`,
    'user=nobody',
    `cache-size=${dns.cacheSize}`,
    // Questions under way at once; dnsmasq's own 150 is too few for a household full of browsers. More than one machine gets past the
    // front (pending.ts), so that one whose questions nobody answers leaves room for the others.
    'dns-forward-max=8192',
    // RFC 5452 section 9.2: whoever forges an answer must guess the port too, out of as many as there are.
    'min-port=1024',
    'max-port=65535',
    // RFC 9715: the largest answer that no path fragments.
    'edns-packet-max=1232',
    // Whether the server asked found the answer authentic is for the machine that asked to know (RFC 4035 section 3.2.3).
    'proxy-dnssec',
    'domain-needed',
    'expand-hosts',
    `domain=${dns.localDomain}`,
    // A server that the settings name for the very zone knows better.
    ...local.filter((zone) => !asked.has(zone)).map((zone) => `local=/${zone}/`),
    'address=/localhost/127.0.0.1',
    'address=/localhost/::1',
    // The dataplane reads the log to name the servers of connections, and to tell of stripped answers.
    'log-facility=-',
    'log-queries=extra',
    'log-async=25',
  ]
  if (dns.rebindProtection) {
    // The box’s own loopback and 0.0.0.0 lead into a house as well.
    lines.push('stop-dns-rebind')
    // One a line: dnsmasq reads no line of more than 1024 bytes.
    lines.push(...dns.rebindAllow.map((domain) => `rebind-domain-ok=/${domain}/`))
  }
  return `${lines.join('\n')}\n`
}

/** @returns the servers asked for whatever has no server of its own */
export function upstreamsOf(dns: Dns, context: Pick<DnsContext, 'providerServers'>): string[] {
  if (dns.transport === 'tls') return [`127.0.0.1:${UNBOUND_PORT}`]
  return dns.upstreams.length > 0 ? dns.upstreams : context.providerServers
}

function renderServers(dns: Dns, context: DnsContext): string {
  const form = (server: string) => server.replace(':', '#')
  const named = new Set(dns.domains.map(({ domain }) => domain.toLowerCase()))
  // A box without a clock cannot check a certificate, and without names it finds no clock.
  const forTime =
    dns.transport === 'tls'
      ? context.timeServers.filter(
          (name) => isName(name) && parseAddress(name) === null && !named.has(name.toLowerCase()),
        )
      : []
  const plain = [...context.providerServers, ...dns.upstreams]
  return [
    ...upstreamsOf(dns, context).map((server) => `server=${form(server)}`),
    ...forTime.flatMap((name) => plain.map((server) => `server=/${name}/${form(server)}`)),
    ...dns.domains.flatMap(({ domain, servers }) =>
      servers.map((server) => `server=/${domain}/${form(server)}`),
    ),
    '',
  ].join('\n')
}

/** The box's own names in the order in which an address is given back as a name: the first is the answer. */
export const boxNames = (dns: Dns, { boxName }: Pick<DnsContext, 'boxName'>): string[] => [
  ...new Set([
    `${boxName}.${dns.localDomain}`,
    boxName,
    'bauta.lan',
    'bauta',
    `bauta.${dns.localDomain}`,
    dns.localDomain,
  ]),
]

function renderHosts(dns: Dns, context: DnsContext): string {
  const own = context.listenAddresses.map((address) => `${address} ${boxNames(dns, context).join(' ')}`)
  return [...own, ...dns.hosts.map(({ name, address }) => `${address} ${name}`), ''].join('\n')
}

/**
 * Names by which programs find what they trust: whoever had `wpad` would be every browser's proxy (CERT VU#598349). The DHCP server
 * knows of two of them; this file is where names come into DNS.
 */
const NOBODYS = ['wpad', 'isatap', 'localhost']

/**
 * A machine cannot take the box's name, nor one that the settings give to another. It chooses its name itself: what is no single
 * label does not get into the file.
 */
function renderLeases(dns: Dns, context: DnsContext): string {
  const taken = new Set(
    [...boxNames(dns, context), ...dns.hosts.map(({ name }) => name), ...NOBODYS].map((name) =>
      name.toLowerCase(),
    ),
  )
  const inDomain = (name: string) => `${name}.${dns.localDomain}`
  return [
    ...context.leases
      .filter(({ name }) => !name.includes('.') && isName(name))
      .filter(({ name }) => !taken.has(name.toLowerCase()) && !taken.has(inDomain(name).toLowerCase()))
      .map(({ address, name }) => `${address} ${inDomain(name)} ${name}`),
    '',
  ].join('\n')
}

/** What a change of the files asks of a running dnsmasq, mildest first. */
export type DnsStep = 'nothing' | 'hosts' | 'reload' | 'restart'

/** @returns the mildest step that makes `next` true */
export function stepBetween(running: DnsFiles | null, next: DnsFiles): DnsStep {
  if (!running || running.conf !== next.conf) return 'restart'
  if (running.servers !== next.servers) return 'reload'
  return running.hosts === next.hosts && running.leases === next.leases ? 'nothing' : 'hosts'
}

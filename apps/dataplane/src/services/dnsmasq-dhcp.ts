/**
 * The files of the dnsmasq that gives addresses out, as text, from the settings.
 *
 *   dhcp/dnsmasq.conf  the range and where the leases are kept: read only at start
 *   dhcp/reservations  who always gets the same address or name, and whose address is kept; read again on SIGHUP
 *   dhcp/options       router, name servers, time servers; read again on SIGHUP
 *
 * dnsmasq itself asks by ping whether an address is free before it gives it away the first time, and answers a client that
 * wants an address of another network at once (authoritative), as a home's only server should.
 *
 * A name goes out with its domain (`12.home.arpa`): dnsmasq would take a bare `12`, `1h` or `ignore` for something else.
 */
import { type Dhcp, formatAddress, type Lan, maskOfBits, parseAddress, type Snapshot } from '@bauta/config'

export interface DhcpPlan {
  dhcp: Dhcp
  lan: Lan
  /** The household's domain. */
  domain: string
  /** Name servers to tell; empty: the box itself. */
  dnsServers: string[]
  /** The box answers NTP. */
  servesTime: boolean
  /** Whose address is kept for them (known-clients.ts); none of them stands in the settings. */
  known: readonly { mac: string; address: string }[]
}

export interface DhcpPaths {
  conf: string
  pid: string
  /** Survive a restart, so they lie with the state. */
  leases: string
  known: string
  reservations: string
  options: string
}

export interface DhcpFiles {
  conf: string
  reservations: string
  options: string
}

/** As many as any range of a /16 could hold would be memory for nothing; a flood ends here. */
const MOST_LEASES = 10_000
/** As the schema allows; not how many there are, because this line is read only at start. */
const MOST_RESERVATIONS = 500
/** “This box”, in dnsmasq's options. */
const ITSELF = '0.0.0.0'

/**
 * The box gives addresses out only in a network that it makes itself; null elsewhere.
 * @param provided name servers that the box would ask
 */
export function dhcpPlan(
  { dhcp, lan, dns, time }: Snapshot,
  provided: string[],
  known: DhcpPlan['known'] = [],
): DhcpPlan | null {
  if (!dhcp.enabled || lan.addressing === 'system') return null
  return {
    dhcp,
    lan,
    domain: dns.localDomain,
    // Without a forwarder in the house its machines ask whom the box would have asked.
    dnsServers: dns.enabled ? [] : provided,
    servesTime: time.enabled && time.serve,
    known,
  }
}

/** @param device of the home network; nowhere else is anybody answered @returns the files; equal plans give byte-equal texts */
export function renderDhcp(plan: DhcpPlan, device: string, paths: DhcpPaths): DhcpFiles {
  return {
    conf: confText(plan, device, paths),
    reservations: reservationLines(plan),
    options: optionLines(plan),
  }
}

/** @returns how many addresses the range has */
export const rangeSize = ({ from, to }: Pick<Dhcp, 'from' | 'to'>): number =>
  Math.max(0, parseAddress(to)! - parseAddress(from)! + 1)

function confText({ dhcp, lan, domain }: DhcpPlan, device: string, paths: DhcpPaths): string {
  const mask = formatAddress(maskOfBits(lan.bits))
  const most = Math.min(MOST_LEASES, rangeSize(dhcp) + MOST_RESERVATIONS)
  const lines = [
    '# Written by Bauta from its settings; changes made here are overwritten.',
    'port=0',
    'bind-dynamic',
    `interface=${device}`,
    `pid-file=${paths.pid}`,
    'user=nobody',
    'log-facility=-',
    `domain=${domain}`,
    `dhcp-range=${dhcp.from},${dhcp.to},${mask},${dhcp.leaseSeconds}`,
    'dhcp-authoritative',
    `dhcp-leasefile=${paths.leases}`,
    `dhcp-lease-max=${most}`,
    `dhcp-hostsfile=${paths.reservations}`,
    `dhcp-optsfile=${paths.options}`,
    // CERT VU#598349: a machine that calls itself so would be asked by browsers how to reach the Internet.
    'dhcp-name-match=set:not-a-name,wpad',
    'dhcp-name-match=set:not-a-name,isatap',
    'dhcp-ignore-names=tag:not-a-name',
  ]
  return `${lines.join('\n')}\n`
}

function reservationLines({ dhcp, domain, known }: DhcpPlan): string {
  const settled = dhcp.reservations.map(({ mac, address, name }) =>
    [mac, ...(address === null ? [] : [address]), ...(name === '' ? [] : [`${name}.${domain}`])].join(','),
  )
  const lines = [...settled, ...known.map(({ mac, address }) => `${mac},${address}`)]
  return `${lines.join('\n')}\n`
}

function optionLines({ dhcp, dnsServers, domain, servesTime }: DhcpPlan): string {
  const dns = dhcp.dnsServers.length > 0 ? dhcp.dnsServers : dnsServers
  const time = dhcp.ntpServers.length > 0 ? dhcp.ntpServers : servesTime ? [ITSELF] : []
  const lines = [
    `option:router,${ITSELF}`,
    `option:dns-server,${dns.length > 0 ? dns.join(',') : ITSELF}`,
    `option:domain-name,${domain}`,
    ...(time.length > 0 ? [`option:ntp-server,${time.join(',')}`] : []),
  ]
  return `${lines.join('\n')}\n`
}

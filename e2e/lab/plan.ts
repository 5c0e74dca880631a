/**
 * The lab's map, as data: who stands where, with which address.
 *
 *   lan1 .11 ─┐
 *             ├─ lansw (a bridge) ── lan0 [router] wan0 or ppp0 ── [isp] ── far
 *   lan2 .12 ─┘    192.168.77.0/24                gateway, DNS, small Internet   a server behind a smaller path MTU
 *
 * Every address lives inside namespaces of one run, so two labs side by side may both use all of them. The servers have
 * addresses that look public, because resolvers strip documentation networks from answers as rebinding attacks.
 */
export const HOSTS = ['lan1', 'lan2', 'router', 'isp', 'far'] as const
export type Host = (typeof HOSTS)[number]
/** Hosts and the LAN's switch: one namespace each. */
export const NAMESPACES = [...HOSTS, 'lansw'] as const
export type Space = (typeof NAMESPACES)[number]

export const LAN = {
  bits: 24,
  network: '192.168.77.0/24',
  router: '192.168.77.1',
  lan1: '192.168.77.11',
  lan2: '192.168.77.12',
} as const

/** `eth` and `ppp0` have a fixed address that the lab gives; at `dhcp` the line is bare and the provider has a DHCP server. */
export type WanKind = 'eth' | 'ppp0' | 'dhcp'
export interface Wan {
  device: string
  /** The other end, at the provider. */
  providerDevice: string
  address: string
  gateway: string
  /** What the provider routes to this line. */
  network: string
  /** Another address of the same provider, for the reconnection that brings a new one. */
  otherAddress: string
  mtu: number
}
const ETHERNET: Wan = {
  device: 'wan0',
  providerDevice: 'line0',
  address: '198.51.100.2',
  gateway: '198.51.100.1',
  network: '198.51.100.0/24',
  otherAddress: '198.51.100.77',
  mtu: 1500,
}
export const WANS: Record<WanKind, Wan> = {
  eth: ETHERNET,
  dhcp: { ...ETHERNET, address: '198.51.100.50' },
  ppp0: {
    device: 'ppp0',
    providerDevice: 'line-ppp',
    address: '203.0.113.24',
    gateway: '203.0.113.1',
    network: '203.0.113.0/24',
    otherAddress: '203.0.113.99',
    // Ethernet's 1500 less 8 bytes of PPPoE and PPP headers (RFC 2516)
    mtu: 1492,
  },
}

/** The small Internet: every server runs every service; the names only make the traffic readable. */
export const SERVERS = {
  'www.example.org': '93.184.216.34',
  'ftp.example.org': '93.184.216.35',
  'echo.example.org': '93.184.216.36',
  'news.example.net': '93.184.216.37',
  'video.example.net': '93.184.216.38',
} as const
export const RESOLVER = '93.184.216.53'

/** The server beyond a link that takes only 1400 bytes: the provider answers what is longer with “fragmentation needed”. */
export const FAR = { name: 'far.example.org', address: '93.184.217.9', link: '100.64.9', mtu: 1400 } as const

export const SERVICES = {
  echo: 7,
  discard: 9,
  ftp: 21,
  http: 80,
  iperf3: 5201,
  /** Tells the peer its own address and port as the server sees them. */
  whoami: 7777,
} as const

/** The web app's user in the lab: owns nothing but its database, reaches the dataplane's socket through its group. */
export const WEB_USER = 2201

export function addressesOf(host: Host, wan: WanKind): string[] {
  switch (host) {
    case 'lan1':
    case 'lan2':
      return [LAN[host]]
    case 'router':
      return [LAN.router, WANS[wan].address]
    case 'isp':
      return [WANS[wan].gateway, RESOLVER, ...Object.values(SERVERS)]
    case 'far':
      return [FAR.address]
  }
}

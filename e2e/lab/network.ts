/** Namespaces, links, addresses and routes of one lab. Nothing here touches the machine's own network. */
import { FAR, LAN, NAMESPACES, RESOLVER, SERVERS, type Space, WANS, type Wan, type WanKind } from './plan.ts'
import { attempt, inside, run } from './shell.ts'

export type Names = Record<Space, string>

/** @param options.bare nobody in the home network has an address yet */
export function buildNetwork(names: Names, wan: WanKind, { bare = false } = {}): void {
  for (const space of NAMESPACES) {
    run(['ip', 'netns', 'add', names[space]])
    prepare(names[space])
  }
  buildLan(names, bare)
  buildInternet(names)
  if (wan === 'ppp0') return
  veth(names.router, WANS[wan].device, names.isp, WANS[wan].providerDevice)
  if (wan === 'eth') connectWan(names, wan)
  else providerSide(names, wan, WANS[wan])
}

export function removeNetwork(names: Names): void {
  for (const space of NAMESPACES) attempt(['ip', 'netns', 'del', names[space]])
}

export function existingNamespaces(names: Names): string[] {
  const present = new Set(
    run(['ip', 'netns', 'list'])
      .split('\n')
      .map((line) => line.split(' ')[0]),
  )
  return NAMESPACES.map((space) => names[space]).filter((name) => present.has(name))
}

/** The cable is plugged in; what comes over it is for the box to find out. */
export function plugIn(names: Names, kind: WanKind): void {
  ip(names.isp, 'link', 'set', WANS[kind].providerDevice, 'up')
  providerSide(names, kind, WANS[kind])
}

/** The WAN's devices exist: give them addresses and routes. */
export function connectWan(names: Names, kind: WanKind, address: string = WANS[kind].address): void {
  const wan = WANS[kind]
  // first, so that nothing can rightly leave with the old address once the line is up
  ip(names.router, 'addr', 'flush', 'dev', wan.device)
  providerSide(names, kind, wan)
  if (kind === 'eth') ip(names.router, 'addr', 'add', `${address}/24`, 'brd', '+', 'dev', wan.device)
  else ip(names.router, 'addr', 'add', address, 'peer', wan.gateway, 'dev', wan.device)
  ip(names.router, 'link', 'set', wan.device, 'mtu', String(wan.mtu), 'up')
  const via = kind === 'eth' ? ['via', wan.gateway] : []
  ip(names.router, 'route', 'replace', 'default', ...via, 'dev', wan.device)
}

/**
 * The line goes dead as such lines do: Ethernet loses its carrier and keeps its address for now; a point-to-point link
 * goes away with its address.
 */
export function disconnectWan(names: Names, kind: WanKind): void {
  if (kind !== 'ppp0') ip(names.isp, 'link', 'set', WANS[kind].providerDevice, 'down')
  else {
    ip(names.router, 'addr', 'flush', 'dev', WANS.ppp0.device)
    ip(names.router, 'link', 'set', WANS.ppp0.device, 'down')
  }
}

/** Moves the two ends of a point-to-point line to their places and connects them. */
export function placePppLine(names: Names): void {
  ip(names.isp, 'link', 'set', WANS.ppp0.device, 'netns', names.router)
  connectWan(names, 'ppp0')
}

function providerSide(names: Names, kind: WanKind, wan: Wan): void {
  const device = wan.providerDevice
  ip(names.isp, 'link', 'set', device, 'mtu', String(wan.mtu), 'up')
  ip(names.isp, 'addr', 'replace', `${wan.gateway}/${kind === 'ppp0' ? 32 : 24}`, 'dev', device)
  ip(names.isp, 'route', 'replace', wan.network, 'dev', device, 'src', wan.gateway)
}

/**
 * No IPv6, so that a capture shows the test's packets only; no limit on ICMP errors, so that a test may provoke many.
 * Cubic where the machine allows it to namespaces: BBR's pacing distorts what is measured over veth.
 */
function prepare(namespace: string): void {
  attempt(inside(namespace, ['sh', '-c', 'echo cubic > /proc/sys/net/ipv4/tcp_congestion_control']))
  const settings = {
    'net/ipv6/conf/all/disable_ipv6': 1,
    'net/ipv6/conf/default/disable_ipv6': 1,
    'net/ipv4/icmp_ratelimit': 0,
    'net/ipv4/icmp_msgs_per_sec': 100_000,
    'net/ipv4/icmp_msgs_burst': 100_000,
  }
  setSysctls(namespace, settings)
  ip(namespace, 'link', 'set', 'lo', 'up')
}

/** @param settings path below /proc/sys and value; those that this kernel does not have are passed over */
export function setSysctls(namespace: string, settings: Record<string, string | number>): void {
  const script =
    'while [ $# -gt 1 ]; do [ ! -e "/proc/sys/$1" ] || echo "$2" > "/proc/sys/$1" || exit 1; shift 2; done'
  run(inside(namespace, ['sh', '-c', script, 'sh', ...Object.entries(settings).flat().map(String)]))
}

function buildLan(names: Names, bare: boolean): void {
  // A switch looks at no IP header; Linux's bridge would, and drop what the malformed-packet tests send.
  setSysctls(names.lansw, { 'net/bridge/bridge-nf-call-iptables': 0 })
  ip(names.lansw, 'link', 'add', 'br0', 'type', 'bridge')
  ip(names.lansw, 'link', 'set', 'br0', 'up')
  const plug = (space: 'lan1' | 'lan2' | 'router', device: string) => {
    veth(names[space], device, names.lansw, `to-${space}`)
    ip(names.lansw, 'link', 'set', `to-${space}`, 'master', 'br0')
    if (bare) return
    ip(names[space], 'addr', 'add', `${LAN[space]}/${LAN.bits}`, 'brd', '+', 'dev', device)
  }
  plug('lan1', 'eth0')
  plug('lan2', 'eth0')
  plug('router', 'lan0')
  if (bare) return
  for (const space of ['lan1', 'lan2'] as const)
    ip(names[space], 'route', 'add', 'default', 'via', LAN.router)
}

function buildInternet(names: Names): void {
  for (const address of [RESOLVER, ...Object.values(SERVERS)])
    ip(names.isp, 'addr', 'add', `${address}/32`, 'dev', 'lo')
  veth(names.isp, 'to-far', names.far, 'eth0')
  ip(names.isp, 'addr', 'add', `${FAR.link}.1/30`, 'dev', 'to-far')
  ip(names.far, 'addr', 'add', `${FAR.link}.2/30`, 'dev', 'eth0')
  ip(names.far, 'addr', 'add', `${FAR.address}/32`, 'dev', 'lo')
  ip(names.far, 'route', 'add', 'default', 'via', `${FAR.link}.1`)
  ip(names.isp, 'route', 'add', FAR.address, 'via', `${FAR.link}.2`, 'mtu', String(FAR.mtu))
  setSysctls(names.isp, { 'net/ipv4/ip_forward': 1 })
}

function veth(here: string, device: string, there: string, peer: string): void {
  run(['ip', '-n', here, 'link', 'add', device, 'type', 'veth', 'peer', 'name', peer, 'netns', there])
  ip(here, 'link', 'set', device, 'up')
  ip(there, 'link', 'set', peer, 'up')
}

function ip(namespace: string, ...words: string[]): void {
  run(['ip', '-n', namespace, ...words])
}

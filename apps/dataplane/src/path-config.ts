/**
 * Everything the packet path must know, as one plain value that is posted to the packet thread and taken into use
 * between two batches. Pure: settings and links in, configuration out.
 */
import { type CompiledChains, compileChains, type InterfaceTable } from '@bauta/chains'
import {
  type Forwards,
  type Helpers,
  type OffloadMode,
  type Ports,
  parseAddress,
  pathInterfaces,
  type Role,
  type Snapshot,
  type Timeouts,
} from '@bauta/config'
import { tunNameOf } from '@bauta/door'
import type { DeviceLink, Links } from './links.ts'
import type { RuleSlotTable } from './rule-slots.ts'

export interface PathInterface {
  /** Place in the settings' list; compiled rules know the interface by it. */
  index: number
  name: string
  role: Role
  /** The TUN that the door sends this interface's packets up through. */
  tun: string
  up: boolean
  /** The kernel's number of the device; 0 while there is none. */
  ifindex: number
  /** Bytes before the IP header that a redirection by the kernel asks for: 14 on Ethernet and SLIP, 0 on ppp. */
  redirectHeader: number
  mtu: number
  /** The first is the one that errors are sent from; 0 while there is none. */
  address: number
}

/** Where a network lies; also what sources are right on an interface. */
export interface PathRoute {
  network: number
  mask: number
  index: number
  /** 0: the network is on the link itself. */
  gateway: number
}

/** An address of the household's choosing that stands for a name server of the line; `server` is 0 while the line has none. */
export interface ConstantDns {
  address: number
  server: number
}

export interface PathConfig {
  revision: number
  /** How often the rules were read again; when it grows, limits begin anew (apply/reread.ts). */
  reading: number
  interfaces: PathInterface[]
  /** Most specific first; without the default route: that is the WAN. */
  routes: PathRoute[]
  /** Index of the WAN, -1 where no interface has that role. */
  wan: number
  /** The provider's router; 0 where the WAN is a link without one. */
  gateway: number
  /** The address that masquerading uses; 0 while the WAN has none. */
  wanAddress: number
  /** Every address of the box. */
  own: number[]
  /** Addresses that mean "everybody" on a connected network. */
  broadcasts: number[]
  chains: CompiledChains
  timeouts: Timeouts
  ports: Ports
  forwards: Forwards
  helpers: Helpers
  /** Name servers of the line; what they are for is in `constantDns` and in the compiled rules. */
  servers: readonly string[]
  constantDns: ConstantDns[]
  /** Whether the kernel carries what is decided. */
  offload: OffloadMode
}

export const interfaceTable = (snapshot: Snapshot): InterfaceTable => ({
  list: pathInterfaces(snapshot).map(({ name, role }, index) => ({ index, name, role })),
})

/** What a configuration is made of beside settings, links and counters. */
export interface Moment {
  /** Name servers of the line, in the provider's order. */
  servers: readonly string[]
  reading: number
}
export const NO_MOMENT: Moment = { servers: [], reading: 0 }

export function pathConfig(
  revision: number,
  snapshot: Snapshot,
  links: Links,
  slots: RuleSlotTable,
  { servers, reading }: Moment = NO_MOMENT,
): PathConfig {
  const interfaces = pathInterfaces(snapshot).map(({ name, role }, index) =>
    pathInterface(index, name, role, links.devices.get(name)),
  )
  const wan = interfaces.findIndex((entry) => entry.role === 'wan')
  const wanEntry = interfaces[wan]
  return {
    revision,
    reading,
    interfaces,
    routes: routesOf(interfaces, links),
    wan,
    gateway: links.routes.find(({ mask, device }) => mask === 0 && device === wanEntry?.name)?.gateway ?? 0,
    wanAddress: wanEntry?.up ? wanEntry.address : 0,
    own: ownAddresses(links),
    broadcasts: [...links.devices.values()].flatMap(broadcastsOf),
    chains: compileChains(snapshot.rules, interfaceTable(snapshot), slots.ofRule, slots.ofPolicy, servers),
    timeouts: snapshot.timeouts,
    ports: snapshot.ports,
    forwards: snapshot.forwards,
    helpers: snapshot.helpers,
    servers,
    constantDns: snapshot.dns.constant.map((address, place) => ({
      address: parseAddress(address) ?? 0,
      server: parseAddress(servers[place] ?? '') ?? 0,
    })),
    offload: snapshot.offload.mode,
  }
}

export const ownAddresses = (links: Links): number[] =>
  [...links.devices.values()].flatMap((device) => device.addresses.map(({ address }) => address))

function pathInterface(index: number, name: string, role: Role, link: DeviceLink | undefined): PathInterface {
  return {
    index,
    name,
    role,
    tun: tunNameOf(name),
    up: link?.up ?? false,
    ifindex: link?.ifindex ?? 0,
    redirectHeader: link?.mac || link?.slip ? 14 : 0,
    mtu: link?.mtu ?? 1500,
    address: link?.addresses[0]?.address ?? 0,
  }
}

function routesOf(interfaces: readonly PathInterface[], links: Links): PathRoute[] {
  const routes = links.routes.flatMap(({ network, mask, device, gateway }): PathRoute[] => {
    const entry = interfaces.find(({ name, role }) => name === device && role !== 'unused')
    return entry && mask !== 0 ? [{ network, mask, index: entry.index, gateway: gateway ?? 0 }] : []
  })
  return routes.sort((a, b) => b.mask - a.mask)
}

/** RFC 3021: a /31 and a /32 have no broadcast address. */
const broadcastsOf = (device: DeviceLink): number[] =>
  device.addresses.filter(({ mask }) => mask < 0xfffffffe).map(({ address, mask }) => (address | ~mask) >>> 0)

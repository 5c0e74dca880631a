/**
 * The home network as it is: who is there, who has which address, which ports there are, and whether the provider's network
 * collides with it. It only looks; what it takes to change something are services and settings.
 */
import { EventEmitter } from 'node:events'
import { formatAddress, LAN_BRIDGE, parseAddress, pathInterfaces, type Snapshot } from '@bauta/config'
import type { DeviceList, LanStatus, PortList } from '@bauta/control/schemas'
import type { Links } from '../links.ts'
import { type DhcpLease, LeaseFile } from '../services/dhcp-leases.ts'
import { releaseLease } from '../services/dhcp-release.ts'
import { rangeSize } from '../services/dnsmasq-dhcp.ts'
import { findClash } from './clash.ts'
import { deviceList } from './device-list.ts'
import { DeviceTraffic } from './device-traffic.ts'
import { HardwareDatabase } from './hardware-database.ts'
import { NeighbourWatcher } from './neighbours.ts'
import { portList } from './port-list.ts'

export interface HomeNetworkOptions {
  leases: string
  /** Devices that count as ports where there is no hardware. */
  ports: readonly string[]
}

/** Where things stand when somebody asks. */
export interface Standing {
  snapshot: Snapshot
  links: Links
  /** Why nobody gets an address; null while somebody would. */
  dhcpProblem: string | null
}

const RELEASED_MS = 1500
const LOOK_MS = 25
/** As many as device-traffic.ts keeps. */
const MOST_SEEN = 4096

export class HomeNetwork extends EventEmitter<{ names: [{ address: string; name: string }[]] }> {
  readonly traffic = new DeviceTraffic()
  readonly leaseFile: LeaseFile
  readonly neighbours = new NeighbourWatcher()
  /** Packets a second that the door refused a machine, by hardware address or address. */
  refused: ReadonlyMap<string, number> = new Map()
  readonly #database = new HardwareDatabase()
  readonly #ports: readonly string[]
  readonly #seen = new Map<string, number>()
  #names: ReadonlyMap<string, string> = new Map()
  #print = ''
  #snapshot: Snapshot | null = null

  constructor({ leases, ports }: HomeNetworkOptions) {
    super()
    this.leaseFile = new LeaseFile(leases)
    this.#ports = ports
    this.leaseFile.on('change', () => {
      if (this.#snapshot) this.sample(this.#snapshot)
    })
    this.neighbours.on('change', (all) => {
      for (const { mac, reachable } of all) if (reachable) this.#note(mac)
    })
  }

  start(): void {
    this.leaseFile.start()
    this.neighbours.start()
  }

  stop(): void {
    this.leaseFile.stop()
    this.neighbours.stop()
  }

  /** Telephones make up another hardware address every day, and somebody may make up thousands: the oldest are forgotten. */
  #note(mac: string): void {
    this.#seen.delete(mac)
    this.#seen.set(mac, Date.now())
    if (this.#seen.size <= MOST_SEEN) return
    const [oldest] = this.#seen.keys()
    this.#seen.delete(oldest!)
  }

  /** Once a second, and when a lease comes or goes: names are asked for by the thousand. */
  sample(snapshot: Snapshot): void {
    this.#snapshot = snapshot
    const reserved = new Map(snapshot.dhcp.reservations.map(({ mac, name }) => [mac, name]))
    const names = this.leaseFile.current().flatMap(({ address, mac, hostname }) => {
      const name = reserved.get(mac) || hostname
      return name ? [{ address, name }] : []
    })
    const print = JSON.stringify(names)
    if (print === this.#print) return
    this.#print = print
    this.#names = new Map(names.map(({ address, name }) => [address, name]))
    this.emit('names', names)
  }

  /** @returns how the reservation names the machine at an address, or what it calls itself */
  nameOf(address: string): string | null {
    return this.#names.get(address) ?? null
  }

  /** @returns where a hardware address was seen last, as far as the kernel knows */
  addressOf(mac: string): string | null {
    return this.neighbours.current.find((one) => one.mac === mac)?.address ?? null
  }

  lan({ snapshot, links, dhcpProblem }: Standing): LanStatus {
    const { lan, interfaces } = snapshot
    const device = lanDevice(snapshot, links)
    const net = device ? links.devices.get(device)?.addresses[0] : undefined
    const bridged = lan.addressing === 'box' && links.devices.has(LAN_BRIDGE)
    return {
      address: net ? `${formatAddress(net.address)}/${net.bits}` : null,
      device,
      ports: bridged
        ? interfaces.list
            .filter(({ name, role }) => role === 'lan' && links.devices.has(name))
            .map(({ name }) => name)
        : [],
      dhcp: this.#dhcp(snapshot, dhcpProblem),
      clash: findClash(snapshot, links),
    }
  }

  ports(snapshot: Snapshot): PortList {
    return portList(snapshot.interfaces, this.#ports, this.#database)
  }

  devices({ snapshot, links }: Standing, now = Date.now()): DeviceList {
    const home = new Set(lanDevices(snapshot, links))
    const devices = deviceList({
      leases: this.leaseFile.current(now),
      neighbours: this.neighbours.current.filter(({ device }) => home.has(device)),
      traffic: this.traffic.machines,
      dhcp: snapshot.dhcp,
      hosts: snapshot.dns.hosts,
      maker: (mac) => this.#database.maker(mac),
      seen: this.#seen,
      refused: this.refused,
      now,
    })
    return { at: now, devices }
  }

  /** @returns whether there was such a lease, and there is none now */
  async endLease(address: string, { snapshot, links }: Standing): Promise<boolean> {
    const find = () => this.leaseFile.current().find((one) => one.address === address)
    const lease = find()
    const device = lanDevice(snapshot, links)
    const own = device ? links.devices.get(device)?.addresses[0] : undefined
    if (!lease || !own) return false
    await releaseLease(lease, formatAddress(own.address))
    const until = performance.now() + RELEASED_MS
    while (find()?.mac === lease.mac && performance.now() < until)
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
    return find()?.mac !== lease.mac
  }

  #dhcp({ dhcp, lan }: Snapshot, problem: string | null): LanStatus['dhcp'] {
    const enabled = dhcp.enabled && lan.addressing === 'box'
    const leases = this.leaseFile.current()
    const size = rangeSize(dhcp)
    return {
      running: enabled && problem === null,
      problem,
      size,
      free: enabled ? Math.max(0, size - heldInRange(leases, dhcp)) : 0,
      leases: leases.map(({ clientId, ...lease }) => ({
        ...lease,
        reserved: dhcp.reservations.some(
          ({ mac, address }) => mac === lease.mac && address === lease.address,
        ),
      })),
    }
  }
}

/** Leased, or kept for somebody who is not there. */
function heldInRange(leases: readonly DhcpLease[], { from, to, reservations }: Snapshot['dhcp']): number {
  const [first, last] = [parseAddress(from)!, parseAddress(to)!]
  const reserved = reservations.flatMap(({ address }) => address ?? [])
  const held = new Set([...leases.map(({ address }) => address), ...reserved])
  return [...held].map((text) => parseAddress(text)!).filter((one) => one >= first && one <= last).length
}

const lanDevices = (snapshot: Snapshot, links: Links): string[] =>
  pathInterfaces(snapshot)
    .filter(({ name, role }) => role === 'lan' && links.devices.has(name))
    .map(({ name }) => name)

const lanDevice = (snapshot: Snapshot, links: Links): string | null => lanDevices(snapshot, links)[0] ?? null

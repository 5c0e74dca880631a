/**
 * The machines of the household, put together from all that tells of them: leases, the kernel's neighbours, the connection table
 * and the settings. A machine is known by its hardware address where that is seen, else by its address.
 */
import { type Dhcp, type Dns, formatAddress, parseAddress } from '@bauta/config'
import type { Device } from '@bauta/control/schemas'
import type { DhcpLease } from '../services/dhcp-leases.ts'
import type { MachineTraffic } from './device-traffic.ts'
import type { Neighbour } from './neighbours.ts'

export interface DeviceFacts {
  leases: readonly DhcpLease[]
  /** Of the home network only. */
  neighbours: readonly Neighbour[]
  traffic: ReadonlyMap<number, MachineTraffic>
  dhcp: Pick<Dhcp, 'reservations' | 'leaseSeconds'>
  hosts: Dns['hosts']
  maker: (mac: string) => string | null
  /** When a neighbour was last found reachable, by hardware address. */
  seen: ReadonlyMap<string, number>
  /** Packets a second that were refused, by hardware address or address. */
  refused: ReadonlyMap<string, number>
  now: number
}

const PRESENT_MS = 60_000

export function deviceList(facts: DeviceFacts): Device[] {
  const machines = new Map<string, { mac: string | null; addresses: Set<string> }>()
  const macs = new Map<string, string>()
  const note = (mac: string | null, address: string) => {
    const id = mac ?? address
    const machine = machines.get(id) ?? { mac, addresses: new Set() }
    machine.addresses.add(address)
    machines.set(id, machine)
  }
  for (const { mac, address } of [...facts.neighbours, ...facts.leases]) macs.set(address, mac)
  for (const [address, mac] of macs) note(mac, address)
  for (const client of facts.traffic.keys()) {
    const address = formatAddress(client)
    note(macs.get(address) ?? null, address)
  }
  return [...machines]
    .map(([id, { mac, addresses }]) => deviceOf(id, mac, [...addresses], facts))
    .sort((a, b) => parseAddress(a.address)! - parseAddress(b.address)!)
}

function deviceOf(id: string, mac: string | null, addresses: string[], facts: DeviceFacts): Device {
  const { leases, neighbours, now } = facts
  const traffic = addresses.flatMap((address) => facts.traffic.get(parseAddress(address)!) ?? [])
  const lease = leases.find((one) => one.mac === mac)
  const reservation = facts.dhcp.reservations.find((one) => one.mac === mac)
  const reachable = neighbours.some((one) => one.mac === mac && one.reachable)
  const lastSeenAt = Math.max(
    0,
    ...traffic.map(({ at }) => at),
    mac === null ? 0 : (facts.seen.get(mac) ?? 0),
    reachable ? now : 0,
    // a lease is asked for, or asked for again, by somebody who is there
    lease ? Math.min(now, lease.expiresAt - facts.dhcp.leaseSeconds * 1000) : 0,
  )
  const sum = (value: (one: MachineTraffic) => number) =>
    traffic.reduce((total, one) => total + value(one), 0)
  return {
    id,
    mac,
    address: lease?.address ?? addresses[0]!,
    ...nameOf(addresses, reservation?.name, lease?.hostname, facts.hosts),
    maker: mac === null ? null : facts.maker(mac),
    present: reachable || now - lastSeenAt < PRESENT_MS,
    lastSeenAt,
    addressing: reservation?.address ? 'reserved' : lease ? 'dhcp' : 'fixed',
    connections: sum(({ connections }) => connections),
    rate: { down: sum(({ downRate }) => downRate), up: sum(({ upRate }) => upRate) },
    refused: facts.refused.get(id) ?? 0,
    bytes: { down: sum(({ down }) => down), up: sum(({ up }) => up) },
  }
}

function nameOf(
  addresses: string[],
  reserved: string | undefined,
  itself: string | null | undefined,
  hosts: Dns['hosts'],
): Pick<Device, 'name' | 'named'> {
  const given = reserved || hosts.find(({ address }) => addresses.includes(address))?.name
  if (given) return { name: given, named: 'settings' }
  return itself ? { name: itself, named: 'itself' } : { name: null, named: 'nobody' }
}

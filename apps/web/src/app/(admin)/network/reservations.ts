/** Machines that the settings know, by their hardware address. */
import type { Dhcp, Reservation } from '@bauta/config'

/** The machine keeps the address that it has now; a name given before stays. */
export function reserve(dhcp: Dhcp, { mac, address }: { mac: string; address: string }): Dhcp {
  return withMachine(dhcp, mac, (entry) => ({ ...entry, address }))
}

/** Gives a machine a name, which makes it known; an empty name and no address make it unknown again. */
export function rename(dhcp: Dhcp, mac: string, name: string): Dhcp {
  const next = withMachine(dhcp, mac, (entry) => ({ ...entry, name }))
  return {
    ...next,
    reservations: next.reservations.filter((entry) => entry.mac !== mac || entry.name || entry.address),
  }
}

export function withMachine(dhcp: Dhcp, mac: string, change: (entry: Reservation) => Reservation): Dhcp {
  const at = dhcp.reservations.findIndex((entry) => entry.mac === mac)
  const entry = dhcp.reservations[at] ?? { mac, address: null, name: '' }
  const reservations =
    at < 0 ? [...dhcp.reservations, change(entry)] : dhcp.reservations.with(at, change(entry))
  return { ...dhcp, reservations }
}

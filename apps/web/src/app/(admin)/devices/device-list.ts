/** Order, search and words of the devices. */
import { parseAddress } from '@bauta/config'
import type { Device } from '@bauta/control/schemas'

/** Who is there first, then by address: an order that does not jump while rates change. */
export function inOrder(devices: readonly Device[]): Device[] {
  return [...devices].sort(
    (a, b) =>
      Number(b.present) - Number(a.present) ||
      (parseAddress(a.address) ?? 0) - (parseAddress(b.address) ?? 0),
  )
}

/** @param q every word must be found in the name, the address, the hardware address or the maker */
export function matching(devices: readonly Device[], q: string): Device[] {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean)
  return devices.filter(({ name, address, mac, maker }) => {
    const text = [name, address, mac, maker].filter(Boolean).join(' ').toLowerCase()
    return words.every((word) => text.includes(word))
  })
}

/** What to call it: its name, or who made it, or that nobody knows. */
export function titleOf({ name, maker }: Pick<Device, 'name' | 'maker'>): string {
  return name ?? (maker ? `${maker} device` : 'Unknown device')
}

/** The second hexadecimal digit of an invented hardware address is 2, 6, a or e (IEEE 802, locally administered). */
export const isInvented = (mac: string | null): boolean => mac !== null && /^.[26ae]/i.test(mac)

/** Packets a second: a few are refused to whoever downloads over a box that is slower than the line. */
const MANY_REFUSED = 100
export const isFlooding = ({ refused }: Pick<Device, 'refused'>): boolean => refused >= MANY_REFUSED

const ADDRESSING: Record<Device['addressing'], string> = {
  dhcp: 'the box gave it, another one may come',
  reserved: 'always the same, reserved for it',
  fixed: 'set on the machine itself',
}
export const addressingOf = ({ addressing }: Device): string => ADDRESSING[addressing]

/** The page Connections with this device alone. */
export const connectionsOf = (address: string): string =>
  `/connections?q=${encodeURIComponent(`client:${address}`)}`

/**
 * The network ports of the hardware, told from everything else that looks like one: a port has a device behind it in sysfs, which
 * bridges, tunnels, veths and the loopback do not. Radios and modems are no ports: they need more than a cable.
 *
 * A lab or a container has no hardware; there the command line says which devices stand for ports.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export const SYS_CLASS_NET = '/sys/class/net'
/** linux/if_arp.h */
const ARPHRD_ETHER = '1'

/** @param told devices that count as ports, whatever they are @returns names, in the order told or else as people would count */
export function hardwarePorts(told: readonly string[] = [], root = SYS_CLASS_NET): string[] {
  const present = list(root)
  if (told.length > 0) return told.filter((name) => present.includes(name))
  return present
    .filter((name) => isPort(root, name))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
}

function isPort(root: string, name: string): boolean {
  const has = (entry: string) => existsSync(join(root, name, entry))
  if (!has('device') || has('wireless') || has('phy80211') || has('bridge') || has('tun_flags')) return false
  if (readAttribute(root, name, 'type') !== ARPHRD_ETHER) return false
  return !/^DEVTYPE=(wwan|wlan)$/m.test(readAttribute(root, name, 'uevent') ?? '')
}

/** @returns the attribute's text, or null where the kernel has none to give */
export function readAttribute(root: string, name: string, attribute: string): string | null {
  try {
    return readFileSync(join(root, name, attribute), 'utf8').trim()
  } catch {
    return null
  }
}

function list(root: string): string[] {
  try {
    return readdirSync(root)
  } catch {
    return []
  }
}

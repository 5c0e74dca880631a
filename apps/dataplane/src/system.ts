/**
 * The kernel switches of the box's own network namespace that no single device answers for, and those that the door
 * does not set itself. Forwarding is on for the TUNs only (@bauta/door sets it): the kernel forwards what the packet
 * thread wrote and nothing else. IPv6 is not forwarded until Bauta filters it.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'

const ROOT = '/proc/sys/net'

const BOX: readonly (readonly [string, string])[] = [
  ['ipv6/conf/all/forwarding', '0'],
  ['ipv6/conf/default/forwarding', '0'],
  ...['all', 'default'].flatMap(steering),
]

/** RFC 1812 5.2.7.2: a router must not follow redirects; nor does it send any from here, where it cannot know. */
function steering(device: string): (readonly [string, string])[] {
  return [
    [`ipv4/conf/${device}/accept_redirects`, '0'],
    [`ipv4/conf/${device}/secure_redirects`, '0'],
    [`ipv4/conf/${device}/send_redirects`, '0'],
    [`ipv4/conf/${device}/accept_source_route`, '0'],
  ]
}

/** @returns what could not be set, in words */
export function prepareBox(): string[] {
  return BOX.flatMap(([key, value]) => set(key, value))
}

/**
 * The packet path checks sources itself; the kernel's check would look at packets that come back from a TUN.
 * @returns what could not be set, in words
 */
export function prepareInterface(device: string): string[] {
  const switches = [...steering(device), [`ipv4/conf/${device}/rp_filter`, '0'] as const]
  return switches.flatMap(([key, value]) => set(key, value))
}

function set(key: string, value: string): string[] {
  const file = `${ROOT}/${key}`
  if (!existsSync(file)) return []
  try {
    if (readFileSync(file, 'utf8').trim() !== value) writeFileSync(file, value)
    return []
  } catch (error) {
    return [`${key} could not be set to ${value}: ${(error as Error).message}`]
  }
}

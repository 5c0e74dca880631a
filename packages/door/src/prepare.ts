/**
 * What the kernel must be told about the devices before packets go through the TUNs. All of it concerns this network namespace only.
 *
 * Forwarding is on for the TUNs and for nothing else: the kernel then forwards only what the packet thread wrote, whatever happens to the
 * door. A masqueraded packet comes out of a TUN with the box's own address as its source, so TUNs accept such (accept_local) and do
 * not look for the way back (rp_filter). The kernel takes the larger of a device's rp_filter and that of “all”; so “all” is lowered, and
 * its value given to every device that relied on it.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { FLOOD_LAYOUT } from './flood.ts'
import { requireLink, setMtu, setQueueLength, setUp, stateOf } from './link.ts'

/** Any IPv4 packet fits: super-packets and reassembled datagrams are never cut to the MTU of a device that has no wire. */
const TUN_MTU = 65_535
/** The kernel's 500 are gone in one TCP window of small packets (facts: performance.md §3.7). */
const TUN_QUEUE = FLOOD_LAYOUT.QUEUE_LENGTH

const IPV4 = '/proc/sys/net/ipv4/conf'
const IPV6 = '/proc/sys/net/ipv6/conf'

/**
 * @returns the name of the TUN that leads up from a device: 15 characters at most, as the kernel wants. Of a longer name the end is
 * kept, because that is where the names of like adapters differ (enx001122334455).
 */
export function tunNameOf(device: string): string {
  return `m-${device.slice(-13)}`
}

/** The TUN for the box's own packets. */
export const BOX_TUN = 'm-box'

/** Makes a TUN, which must exist, ready for the door: settings first, then up. */
export function prepareTun(name: string): void {
  requireLink(name)
  setIfThere(`${IPV6}/${name}/disable_ipv6`, 1)
  lowerGlobalReversePath()
  set(`${IPV4}/${name}/rp_filter`, 0)
  set(`${IPV4}/${name}/accept_local`, 1)
  set(`${IPV4}/${name}/forwarding`, 1)
  setMtu(name, TUN_MTU)
  setQueueLength(name, TUN_QUEUE)
  setUp(name)
}

/**
 * Waits until TUNs that were just opened take packets. While nobody held them they had no carrier, and so no queue; the kernel gives the queue
 * back in a worker of its own a moment after somebody has opened them, and drops without a count what comes before. A TUN that is
 * not up yet is not waited for.
 * @param limitMs after which it is given up
 */
export function awaitQueues(tuns: Iterable<string>, limitMs = 1000): void {
  const end = performance.now() + limitMs
  for (const name of tuns) {
    const { up, running } = stateOf(name)
    if (!up) continue
    for (let runs = running; !runs && performance.now() < end; runs = stateOf(name).running) sleep(1)
    // “Running” is said just before the queue is there; this waits for the lock under which both happen.
    setUp(name)
  }
}

const sleep = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)

/** Makes a managed device safe: nothing is forwarded past the door, and nobody on the wire may change routes. */
export function prepareDevice(name: string): void {
  requireLink(name)
  set(`${IPV4}/${name}/forwarding`, 0)
  set(`${IPV4}/${name}/accept_redirects`, 0)
  set(`${IPV4}/${name}/send_redirects`, 0)
  set(`${IPV4}/${name}/accept_source_route`, 0)
  setIfThere(`${IPV6}/${name}/forwarding`, 0)
}

function lowerGlobalReversePath(): void {
  const global = get(`${IPV4}/all/rp_filter`)
  if (global === 0) return
  for (const device of readdirSync(IPV4)) {
    if (device === 'all') continue
    const path = `${IPV4}/${device}/rp_filter`
    if (get(path) < global) set(path, global)
  }
  set(`${IPV4}/all/rp_filter`, 0)
}

function get(path: string): number {
  return Number(readFileSync(path, 'utf8'))
}

function set(path: string, value: number): void {
  try {
    writeFileSync(path, String(value))
  } catch (error) {
    throw new Error(`${path} cannot be set to ${value}: ${(error as Error).message}`)
  }
}

/** IPv6 may be missing from the kernel, or switched off at boot. */
function setIfThere(path: string, value: number): void {
  try {
    writeFileSync(path, String(value))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

/**
 * What the kernel knows about network devices, addresses and routes, and when that changes.
 *
 * `ip monitor` says *that* something changed, `ip -j` says *how things are now*: the whole picture is read again,
 * so a missed or misunderstood event cannot leave a wrong picture behind. A burst of events costs one reading. The
 * monitor is started again when it dies, and a slow timer reads anyway in case it fell silent.
 */
import { execFile } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { promisify } from 'node:util'
import { maskOfBits, parseAddress } from '@bauta/config'
import { IpMonitor } from './ip-monitor.ts'

export interface DeviceLink {
  name: string
  /** Changes when a device goes and comes back. */
  ifindex: number
  /** Administratively up and with carrier. */
  up: boolean
  mtu: number
  /** Null for devices without link layer (ppp0, tun). */
  mac: string | null
  /** Without link layer, but taken for one that has it; see link.ts of the door. */
  slip?: boolean
  /** Primary first. */
  addresses: { address: number; mask: number; bits: number }[]
}
export interface LinkRoute {
  network: number
  mask: number
  device: string
  gateway: number | null
}
export interface Links {
  devices: Map<string, DeviceLink>
  /** Main table, unicast. */
  routes: LinkRoute[]
}

export const noLinks = (): Links => ({ devices: new Map(), routes: [] })

interface IpAddress {
  family: string
  local?: string
  prefixlen: number
  scope: string
}
interface IpLink {
  ifindex: number
  ifname: string
  flags: string[]
  mtu: number
  link_type: string
  address?: string
  addr_info: IpAddress[]
}
interface IpRoute {
  dst: string
  dev?: string
  gateway?: string
  type?: string
  flags?: string[]
}

/** As ip(8) calls what slattach makes. */
const SLIP_TYPES = /^(c?slip6?|adapt)$/

/** @param text of `ip -j address` */
export function parseDevices(text: string): Map<string, DeviceLink> {
  const found = (JSON.parse(text || '[]') as IpLink[]).filter(
    ({ ifname, flags }) => ifname && !flags.includes('LOOPBACK'),
  )
  return new Map(found.map((link) => [link.ifname, deviceOf(link)]))
}

function deviceOf(link: IpLink): DeviceLink {
  return {
    name: link.ifname,
    ifindex: link.ifindex,
    up: link.flags.includes('UP') && link.flags.includes('LOWER_UP'),
    mtu: link.mtu,
    mac: link.link_type === 'ether' ? (link.address ?? null) : null,
    ...(SLIP_TYPES.test(link.link_type) ? { slip: true } : {}),
    addresses: link.addr_info
      .filter(({ family, local, scope }) => family === 'inet' && local !== undefined && scope !== 'host')
      .map(({ local, prefixlen }) => ({
        address: parseAddress(local!)!,
        mask: maskOfBits(prefixlen),
        bits: prefixlen,
      })),
  }
}

/** @param text of `ip -j -4 route` */
export function parseRoutes(text: string): LinkRoute[] {
  return (JSON.parse(text || '[]') as IpRoute[]).flatMap((route): LinkRoute[] => {
    if (!route.dev || (route.type && route.type !== 'unicast')) return []
    if (route.flags?.includes('dead') || route.flags?.includes('linkdown')) return []
    const [address = '', bits = '32'] = route.dst === 'default' ? ['0.0.0.0', '0'] : route.dst.split('/')
    const network = parseAddress(address)
    if (network === null) return []
    const gateway = route.gateway ? parseAddress(route.gateway) : null
    return [{ network, mask: maskOfBits(Number(bits)), device: route.dev, gateway }]
  })
}

const run = promisify(execFile)

export async function readLinks(): Promise<Links> {
  const [devices, routes] = await Promise.all([
    run('ip', ['-j', 'address'], { maxBuffer: 1 << 24 }),
    run('ip', ['-j', '-4', 'route'], { maxBuffer: 1 << 24 }),
  ])
  return { devices: parseDevices(devices.stdout), routes: parseRoutes(routes.stdout) }
}

/** The devices that Bauta itself makes are no news. */
const isOurs = (device: string) => device.startsWith('m-')

const fingerprint = ({ devices, routes }: Links): string =>
  JSON.stringify([
    [...devices.values()].filter(({ name }) => !isOurs(name)),
    routes.filter(({ device }) => !isOurs(device)),
  ])

/** Events of one change come within a few milliseconds; the promise is to act within 100 ms. */
const BURST_MS = 15
const ANYWAY_MS = 10_000

export class LinkWatcher extends EventEmitter<{ change: [Links]; problem: [string] }> {
  current: Links = noLinks()
  #print = ''
  readonly #monitor = new IpMonitor({
    words: ['monitor', 'link', 'address', 'route'],
    onEvent: () => this.#soon(),
    onProblem: (text) => this.emit('problem', text),
  })
  #pending: NodeJS.Timeout | null = null
  #anyway: NodeJS.Timeout | null = null
  #reading = false
  #again = false
  #stopped = false

  /** Reads once, then watches. */
  async start(): Promise<Links> {
    this.#monitor.start()
    this.#anyway = setInterval(() => this.#soon(), ANYWAY_MS)
    this.current = await readLinks()
    this.#print = fingerprint(this.current)
    return this.current
  }

  stop(): void {
    this.#stopped = true
    for (const timer of [this.#pending, this.#anyway]) if (timer) clearTimeout(timer)
    this.#monitor.stop()
  }

  #soon(): void {
    if (this.#reading) this.#again = true
    else this.#pending ??= setTimeout(() => void this.#read(), BURST_MS)
  }

  async #read(): Promise<void> {
    this.#pending = null
    this.#reading = true
    this.#again = false
    try {
      const links = await readLinks()
      const print = fingerprint(links)
      if (!this.#stopped && print !== this.#print) {
        this.#print = print
        this.current = links
        this.emit('change', links)
      }
    } catch (error) {
      this.emit('problem', `the interfaces could not be read: ${(error as Error).message}`)
    }
    this.#reading = false
    if (this.#again && !this.#stopped) this.#soon()
  }
}

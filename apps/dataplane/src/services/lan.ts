/**
 * The home network in the kernel: a bridge that joins the LAN ports, with the box's address on it.
 *
 * The kernel is asked anew each time and told only what differs (lan-plan.ts), so applying twice does nothing the second time, a
 * port that comes later joins with the event that tells of it, and the bridge that a killed dataplane left is simply taken over.
 * Stopping leaves everything as it is: the household goes on while the dataplane is exchanged.
 */
import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import {
  formatAddress,
  formatNetwork,
  LAN_BRIDGE,
  maskOfBits,
  parseAddress,
  type Snapshot,
} from '@bauta/config'
import type { Links } from '../links.ts'
import type { DaemonStatus, Service } from '../services.ts'
import { closePort } from './closed-port.ts'
import { type KernelDevice, type LanStep, planLan } from './lan-plan.ts'

const execute = promisify(execFile)

/** Runs `ip`; tests put something simpler in its place. */
export type Ip = (words: string[]) => Promise<string>

const realIp: Ip = async (words) => {
  try {
    return (await execute('ip', words, { maxBuffer: 1 << 24 })).stdout
  } catch (error) {
    const said = (error as { stderr?: string }).stderr?.trim()
    throw new Error(`ip ${words.join(' ')}: ${said || (error as Error).message}`)
  }
}

/** Long enough that no switch and no driver takes it for noise. */
const REPLUG_MS = 300

export class LanService implements Service {
  readonly name = 'The home network'
  readonly nouns = ['lan', 'interfaces'] as const
  readonly #ip: Ip
  readonly #close: (port: string) => void
  #held: string[] = []
  /** Addresses that were true once: going back to one of them is not refused. */
  readonly #known = new Set<string>()

  constructor(ip: Ip = realIp, close = closePort) {
    this.#ip = ip
    this.#close = close
  }

  /**
   * Addresses (`192.168.77.1/24`) that stay beside the one of the settings from the next apply on, so that a browser which came
   * by the old one can still confirm the new one. An empty list lets them go.
   */
  hold(addresses: readonly string[]): void {
    this.#held = [...addresses]
  }

  async apply(snapshot: Snapshot, _links?: Links): Promise<string[]> {
    const { lan, interfaces } = snapshot
    const ofRole = (role: string) => interfaces.list.filter((entry) => entry.role === role)
    const devices = parseKernelDevices(await this.#ip(['-j', '-d', 'address']))
    const wanted = {
      address: lan.addressing === 'box' ? `${lan.address}/${lan.bits}` : null,
      held: this.#held,
      ports: ofRole('lan').map(({ name }) => name),
      named: interfaces.list.map(({ name }) => name),
    }
    const steps = planLan(wanted, devices)
    if (wanted.address !== null && !this.#known.has(wanted.address)) refuseOverlap(wanted.address, devices)
    await this.#take(steps)
    if (wanted.address !== null) {
      this.#known.add(wanted.address)
      for (const { name } of ofRole('unused')) this.#close(name)
    }
    return steps.flatMap(({ text }) => text ?? [])
  }

  /** The household's machines see their cable go and come, and ask for an address again: the old ones lead nowhere any more. */
  async replug({ interfaces }: Snapshot): Promise<void> {
    const ports = interfaces.list.filter(({ role }) => role === 'lan')
    const devices = parseKernelDevices(await this.#ip(['-j', '-d', 'address']))
    for (const { name } of ports) if (devices.has(name)) await this.#ip(['link', 'set', name, 'down'])
    await new Promise((resolve) => setTimeout(resolve, REPLUG_MS))
    for (const { name } of ports) if (devices.has(name)) await this.#ip(['link', 'set', name, 'up'])
  }

  daemons(): DaemonStatus[] {
    return []
  }

  stop(): Promise<void> {
    return Promise.resolve()
  }

  async #take(steps: readonly LanStep[]): Promise<void> {
    for (const { ip } of steps) {
      // Otherwise the old address takes a new one of the same network with it when it goes.
      if (ip[0] === 'address' && ip[1] === 'delete') await keepSecondaries()
      await this.#ip(ip)
    }
  }
}

async function keepSecondaries(): Promise<void> {
  await writeFile(`/proc/sys/net/ipv4/conf/${LAN_BRIDGE}/promote_secondaries`, '1').catch(() => undefined)
}

/**
 * Moving the home network onto a network that another device is in would cut one of the two off. A home network that is there
 * already stays where it is: then it was the other one that moved, and taking the page away helps nobody.
 * @throws Error with a sentence
 */
export function refuseOverlap(wanted: string, devices: ReadonlyMap<string, KernelDevice>): void {
  const present = devices.get(LAN_BRIDGE)?.addresses ?? []
  if (present.length === 0 || present.includes(wanted)) return
  for (const { name, master, addresses } of devices.values()) {
    if (name === LAN_BRIDGE || name === 'lo' || master === LAN_BRIDGE) continue
    const other = addresses.find((address) => overlap(address, wanted))
    if (other)
      throw new Error(
        `the home network ${networkOf(wanted)} would overlap with ${networkOf(other)}, which ${name} is in; take another one`,
      )
  }
}

/** @param a, b an address with the length of its network's prefix */
export function overlap(a: string, b: string): boolean {
  const [left, right] = [split(a), split(b)]
  const mask = maskOfBits(Math.min(left.bits, right.bits))
  return (left.address & mask) >>> 0 === (right.address & mask) >>> 0
}

function networkOf(text: string): string {
  const { address, bits } = split(text)
  const mask = maskOfBits(bits)
  return formatNetwork({ address: (address & mask) >>> 0, mask })
}

function split(text: string): { address: number; bits: number } {
  const [address = '', bits = '32'] = text.split('/')
  return { address: parseAddress(address) ?? 0, bits: Number(bits) }
}

interface IpDevice {
  ifname?: string
  flags: string[]
  link_type: string
  address?: string
  ifalias?: string
  master?: string
  linkinfo?: { info_kind?: string }
  addr_info: { family: string; local?: string; prefixlen: number }[]
}

/** @param text of `ip -j -d address` */
export function parseKernelDevices(text: string): Map<string, KernelDevice> {
  const found = (JSON.parse(text || '[]') as IpDevice[]).filter(({ ifname }) => ifname)
  return new Map(
    found.map((device) => [
      device.ifname!,
      {
        name: device.ifname!,
        mac: device.link_type === 'ether' ? (device.address ?? null) : null,
        kind: device.linkinfo?.info_kind ?? null,
        alias: device.ifalias ?? null,
        master: device.master ?? null,
        up: device.flags.includes('UP'),
        addresses: device.addr_info
          .filter(({ family, local }) => family === 'inet' && local)
          .map(({ local, prefixlen }) => `${formatAddress(parseAddress(local!)!)}/${prefixlen}`),
      },
    ]),
  )
}

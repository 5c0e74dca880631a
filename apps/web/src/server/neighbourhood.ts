/**
 * Who is who around the box: its own addresses and the networks of its LAN.
 *
 * The dataplane knows best (roles and addresses of its interfaces); its answer is kept for a few seconds. While it is
 * away the last answer holds, and without any the kernel's list of this process's own interfaces with the roles of the
 * stored settings: the first login must not depend on a healthy dataplane.
 */
import { networkInterfaces } from 'node:os'
import { parseAddress, parseNetwork, type Snapshot } from '@bauta/config'
import type { DataplaneClient } from '@bauta/control'

const KEEP_MS = 5000

interface Around {
  own: ReadonlySet<string>
  /** `a.b.c.d/bits` of every address on a LAN interface */
  lan: readonly string[]
}
const NOBODY: Around = { own: new Set(), lan: [] }

export class Neighbourhood {
  readonly #dataplane: DataplaneClient
  readonly #roles: () => Promise<Snapshot['interfaces']['list']>
  #around: Around | null = null
  #until = 0
  #asking: Promise<void> | null = null

  /** @param roles the stored settings' interfaces, for as long as the dataplane never answered */
  constructor(dataplane: DataplaneClient, roles: () => Promise<Snapshot['interfaces']['list']>) {
    this.#dataplane = dataplane
    this.#roles = roles
  }

  /** @returns whether the box itself has this IPv4 or IPv6 address */
  async isOwn(address: string): Promise<boolean> {
    return isLoopback(address) || (await this.#look()).own.has(address)
  }

  /** @returns whether a peer is the box itself or a machine of the household */
  async isLan(peer: string): Promise<boolean> {
    const address = plainAddress(peer)
    if (isLoopback(address)) return true
    const number = parseAddress(address)
    if (number === null) return false
    return (await this.#look()).lan.some((cidr) => contains(cidr, number))
  }

  /** Waits only the very first time: later an old answer serves while a new one is fetched. */
  async #look(): Promise<Around> {
    if (performance.now() >= this.#until) {
      this.#asking ??= this.#ask().finally(() => {
        this.#asking = null
      })
      if (!this.#around) await this.#asking
    }
    return this.#around ?? NOBODY
  }

  async #ask(): Promise<void> {
    const fresh = await this.#fromDataplane().catch(() => null)
    this.#around = fresh ?? this.#around ?? (await this.#fromKernel())
    this.#until = performance.now() + KEEP_MS
  }

  async #fromDataplane(): Promise<Around> {
    const { interfaces } = await this.#dataplane.status()
    const own = new Set(kernelAddresses().map(({ address }) => address))
    for (const { addresses } of interfaces) for (const cidr of addresses) own.add(cidr.split('/')[0]!)
    const lan = interfaces.filter(({ role }) => role === 'lan').flatMap(({ addresses }) => addresses)
    return { own, lan }
  }

  async #fromKernel(): Promise<Around> {
    const lan = new Set((await this.#roles()).filter(({ role }) => role === 'lan').map((entry) => entry.name))
    const all = kernelAddresses()
    return {
      own: new Set(all.map(({ address }) => address)),
      lan: all.filter(({ name }) => lan.has(name)).map(({ cidr }) => cidr),
    }
  }
}

function kernelAddresses(): { name: string; address: string; cidr: string }[] {
  return Object.entries(networkInterfaces()).flatMap(([name, list]) =>
    (list ?? []).map(({ address, cidr }) => ({ name, address, cidr: cidr ?? address })),
  )
}

/** @returns an IPv4 address that a dual-stack socket shows as `::ffff:a.b.c.d` in its plain form */
export function plainAddress(peer: string): string {
  return peer.startsWith('::ffff:') ? peer.slice(7) : peer
}

export function isLoopback(address: string): boolean {
  return address === '::1' || (parseAddress(address) ?? 0) >>> 24 === 127
}

function contains(cidr: string, address: number): boolean {
  const [base = '', bits = '32'] = cidr.split('/')
  const own = parseAddress(base)
  const all = parseNetwork(`0.0.0.0/${bits}`)
  if (own === null || typeof all === 'string') return false
  return ((own ^ address) & all.mask) === 0
}

/**
 * Who is who around the box: its own addresses and the networks of its LAN.
 *
 * The dataplane knows best (roles and addresses of its interfaces); its answer is kept for a few seconds, and serves once more while
 * the next one is fetched. Nobody is sent away by an old answer, though: a box that has just started may have been asked before it had its
 * address. While the dataplane is away the last answer holds, and without any the kernel's list of this process's own interfaces
 * with the roles of the stored settings: the first login must not depend on a healthy dataplane.
 */
import { networkInterfaces } from 'node:os'
import { parseAddress, parseNetwork, type Snapshot } from '@bauta/config'
import type { DataplaneClient } from '@bauta/control'

const KEEP_MS = 5000
/** How old an answer may be to say no. Also how often strangers can make the box ask. */
const REFUSE_MS = 500

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
  #askedAt = Number.NEGATIVE_INFINITY
  #asking: Promise<void> | null = null

  /** @param roles the stored settings' interfaces, for as long as the dataplane never answered */
  constructor(dataplane: DataplaneClient, roles: () => Promise<Snapshot['interfaces']['list']>) {
    this.#dataplane = dataplane
    this.#roles = roles
  }

  /** @returns whether the box itself has this IPv4 or IPv6 address */
  async isOwn(address: string): Promise<boolean> {
    return isLoopback(address) || this.#holds(({ own }) => own.has(address))
  }

  /** @returns whether a peer is the box itself or a machine of the household */
  async isLan(peer: string): Promise<boolean> {
    const address = plainAddress(peer)
    if (isLoopback(address)) return true
    const number = parseAddress(address)
    if (number === null) return false
    return this.#holds(({ lan }) => lan.some((cidr) => contains(cidr, number)))
  }

  /** Waits for the very first answer, and for a fresh one before it says no. */
  async #holds(test: (around: Around) => boolean): Promise<boolean> {
    const age = performance.now() - this.#askedAt
    const asking = age >= KEEP_MS ? this.#ask() : null
    if (this.#around && test(this.#around)) return true
    await (asking ?? (age >= REFUSE_MS ? this.#ask() : this.#asking))
    return test(this.#around ?? NOBODY)
  }

  /** One question at a time; whoever comes meanwhile waits for the same answer. */
  #ask(): Promise<void> {
    this.#asking ??= this.#fetch().finally(() => {
      this.#asking = null
    })
    return this.#asking
  }

  async #fetch(): Promise<void> {
    const askedAt = performance.now()
    const fresh = await this.#fromDataplane().catch(() => null)
    this.#around = fresh ?? this.#around ?? (await this.#fromKernel())
    this.#askedAt = askedAt
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

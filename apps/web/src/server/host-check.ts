/**
 * The allow-list of Host headers, checked on every request before anything else.
 *
 * A page from the Internet can point a name of its own at the box's address (DNS rebinding); the browser then believes that
 * the box is that page's own site. It cannot change the name that it sends along: only names that lead here by right pass.
 */
import type { Snapshot } from '@bauta/config'
import type { Neighbourhood } from './neighbourhood.ts'

/** Names that every box answers to, alone and in its local domain. */
const OWN_NAMES = ['bauta', 'router']
/** And whatever the household calls its domain; nobody can register a name below .lan. */
const ALWAYS = 'bauta.lan'

type Named = Pick<Snapshot, 'dns' | 'lan'>

export class HostCheck {
  readonly #neighbourhood: Neighbourhood
  readonly #extra: ReadonlySet<string>
  readonly #settings: () => Promise<Named | null>

  /**
   * @param extra names from BAUTA_HOSTS
   * @param settings as they are stored: the box's own name, and local names that point at the box, are allowed
   */
  constructor(neighbourhood: Neighbourhood, extra: readonly string[], settings: () => Promise<Named | null>) {
    this.#neighbourhood = neighbourhood
    this.#extra = new Set(extra)
    this.#settings = settings
  }

  /** @param header as the client sent it */
  async allows(header: string | undefined): Promise<boolean> {
    const host = hostOf(header)
    if (host === null) return false
    if (host === 'localhost' || this.#extra.has(host)) return true
    if (await this.#neighbourhood.isOwn(host)) return true
    return this.#isOwnName(host)
  }

  async #isOwnName(host: string): Promise<boolean> {
    if (host === ALWAYS) return true
    const { dns, lan } = (await this.#settings()) ?? {}
    const domain = dns?.localDomain.toLowerCase() ?? 'home.arpa'
    const suffix = `.${domain}`
    const label = host.endsWith(suffix) ? host.slice(0, -suffix.length) : host
    if (host === domain || [...OWN_NAMES, lan?.name.toLowerCase()].includes(label)) return true
    const entry = dns?.hosts.find(({ name }) => [label, host].includes(name.toLowerCase()))
    return entry !== undefined && this.#neighbourhood.isOwn(entry.address)
  }
}

/** @returns the host in lower case without port and final dot, IPv6 without brackets; null for nonsense */
export function hostOf(header: string | undefined): string | null {
  const found = /^(?:\[([0-9a-f:.]{2,45})\]|([a-z0-9_.-]{1,253}?))\.?(?::\d{1,5})?$/i.exec(header ?? '')
  return (found?.[1] ?? found?.[2])?.toLowerCase() ?? null
}

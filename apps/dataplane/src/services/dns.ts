/**
 * DNS for the home network, as the settings want it: the front (dns/front.ts), dnsmasq behind it, and who asks the other servers.
 *
 *   household ──53──▶ front ──5300──▶ dnsmasq ──▶ servers of the settings, of single domains, of the provider
 *
 * Order of a change: dnsmasq first, the front last, so that whatever the front hands over finds a resolver that knows it.
 */
import path from 'node:path'
import type { Dns } from '@bauta/config'
import type { DnsStatus } from '@bauta/control'
import { FrontThread } from '../dns/front-thread.ts'
import type { DaemonStatus, DnsContext, DnsForwarder } from '../services.ts'
import { Dnsmasq } from './dnsmasq.ts'
import { DNSMASQ_PORT } from './dnsmasq-config.ts'

/** Programs on the box itself ask here. */
const LOOPBACK = '127.0.0.1'

export interface DnsServiceOptions {
  runDir: string
  log: (line: string) => void
}

/** A machine of the household that has a lease and a name. */
export interface LeasedName {
  address: string
  /** One label. */
  name: string
}

export class DnsService implements DnsForwarder {
  readonly #options: DnsServiceOptions
  readonly #dnsmasq: Dnsmasq
  readonly #front: FrontThread
  #hosts = new Map<string, string>()
  #leases: LeasedName[] = []
  /** What was made true last; null while DNS is off. */
  #now: { dns: Dns; context: DnsContext } | null = null
  /** Why the last settings could not be made true; null where they are. */
  #refused: string | null = null
  /** What the front could not do. */
  #problem: string | null = null
  #turn: Promise<unknown> = Promise.resolve()

  constructor(options: DnsServiceOptions) {
    this.#options = options
    this.#dnsmasq = new Dnsmasq({ folder: path.join(options.runDir, 'dns'), log: options.log })
    this.#front = new FrontThread(options.log)
  }

  /**
   * Makes the settings true.
   * @returns what was done, in words
   * @throws Error when dnsmasq refuses its file or is not installed; the old one goes on then
   */
  apply(dns: Dns, context: DnsContext): Promise<string[]> {
    return this.#inTurn(async () => {
      try {
        const done = await this.#apply(dns, context)
        this.#refused = null
        return done
      } catch (error) {
        this.#refused = (error as Error).message
        throw error
      }
    })
  }

  /** Names of machines that the DHCP server gave addresses to; a change keeps the cache. */
  leases(leases: LeasedName[]): Promise<void> {
    this.#leases = leases
    return this.#inTurn(async () => {
      if (this.#now) await this.#dnsmasq.apply(this.#now.dns, { ...this.#now.context, leases })
    })
  }

  async #apply(dns: Dns, context: DnsContext): Promise<string[]> {
    this.#hosts = new Map(dns.hosts.map(({ name, address }) => [address, name]))
    if (!dns.enabled || context.lanInterfaces.length === 0) return this.#switchOff(dns.enabled)
    const done = await this.#dnsmasq.apply(dns, { ...context, leases: this.#leases })
    this.#now = { dns, context }
    await this.#settleFront(dns, context)
    return done
  }

  async #settleFront(dns: Dns, context: DnsContext): Promise<void> {
    const { problems } = await this.#front.apply({
      listen: [LOOPBACK, ...context.listenAddresses],
      clients: context.clients,
      resolver: { address: LOOPBACK, port: DNSMASQ_PORT },
      spared: sparedNames(dns),
      lists: [],
    })
    for (const problem of problems) this.#options.log(problem)
    // On a machine that had a resolver before, that may go on to serve its own programs.
    this.#problem = problems.find((problem) => !problem.includes(LOOPBACK)) ?? null
  }

  async status(): Promise<DnsStatus> {
    const { child } = this.#dnsmasq
    const stats = await this.#dnsmasq.stats()
    return {
      ...stats,
      running: Boolean(child?.pid) && this.#problem === null,
      problem: child ? (child.problem ?? this.#problem) : (this.#refused ?? 'DNS forwarding is switched off'),
      pid: child?.pid ?? null,
      startedAt: child?.startedAt ?? null,
      rebinds: this.#dnsmasq.rebinds(),
    }
  }

  unmet(): number {
    return this.#front.count('unmet')
  }

  /** Address (dotted quad) → name, from the settings. */
  deviceNames(): Map<string, string> {
    return this.#hosts
  }

  /** @returns the name by which somebody in the house last asked for `address` */
  serverName(address: string): string | undefined {
    return this.#dnsmasq.serverName(address)
  }

  daemons(): DaemonStatus[] {
    return this.#dnsmasq.daemons()
  }

  async stop(): Promise<void> {
    await this.#inTurn(() => this.#switchOff(false))
  }

  async #switchOff(wanted: boolean): Promise<string[]> {
    const was = this.#dnsmasq.child !== null
    this.#now = null
    this.#problem = null
    await this.#front.stop()
    await this.#dnsmasq.stop()
    if (!was) return []
    return [wanted ? 'DNS stopped: there is no LAN interface' : 'DNS stopped']
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work)
    this.#turn = turn.catch(() => undefined)
    return turn
  }
}

/** What the settings name themselves is wanted, whatever a list says. */
function sparedNames(dns: Dns): string[] {
  const names = [
    ...dns.blockAllow,
    dns.localDomain,
    ...dns.hosts.map(({ name }) => name),
    ...dns.domains.map(({ domain }) => domain),
  ]
  return [...new Set(names.map((name) => name.toLowerCase()))]
}

/**
 * DNS for the home network, as the settings want it: the front (dns/front.ts), dnsmasq behind it, and who asks the other servers.
 *
 *   household ──53──▶ front ──5300──▶ dnsmasq ──▶ servers of the settings, of single domains, of the provider
 *                       │                └──5301──▶ unbound ──TLS──▶ servers asked over TLS
 *                   blocklists
 *
 * Order of a change: dnsmasq first, the front last, so that whatever the front hands over finds a resolver that knows it.
 */
import path from 'node:path'
import type { Dns } from '@bauta/config'
import type { DnsStatus, DnsVerdict } from '@bauta/control'
import { FrontThread } from '../dns/front-thread.ts'
import type { DaemonStatus, DnsContext, DnsForwarder } from '../services.ts'
import { Blocklists } from './blocklists.ts'
import { Dnsmasq } from './dnsmasq.ts'
import { DNSMASQ_PORT } from './dnsmasq-config.ts'
import { Unbound } from './unbound.ts'

/** Programs on the box itself ask here. */
const LOOPBACK = '127.0.0.1'

export interface DnsServiceOptions {
  runDir: string
  stateDir: string
  /** Certificates of those who may vouch for servers asked over TLS. */
  authorities: string
  log: (source: 'dnsmasq' | 'unbound' | 'dns', line: string) => void
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
  readonly #unbound: Unbound
  readonly #lists: Blocklists
  /** Addresses of the lists that the front has, in its order. */
  #listed: string[] = []
  #hosts = new Map<string, string>()
  #leases: LeasedName[] = []
  #lineServers: string[] = []
  /** What was made true last; null while DNS is off. */
  #now: { dns: Dns; context: DnsContext } | null = null
  /** Why the last settings could not be made true; null where they are. */
  #refused: string | null = null
  /** What the front could not do. */
  #problem: string | null = null
  #turn: Promise<unknown> = Promise.resolve()

  constructor(options: DnsServiceOptions) {
    this.#options = options
    const { stateDir, authorities, log } = options
    const folder = path.join(options.runDir, 'dns')
    const of = (source: 'dnsmasq' | 'unbound' | 'dns') => (line: string) => log(source, line)
    this.#dnsmasq = new Dnsmasq({ folder, log: of('dnsmasq') })
    this.#front = new FrontThread(of('dns'))
    const failures = () => this.#front.count('failed')
    this.#unbound = new Unbound({ folder, authorities, log: of('unbound'), failures })
    this.#lists = new Blocklists({ stateDir, log: of('dns'), onChange: () => void this.#listsChanged() })
  }

  /**
   * Makes the settings true.
   * @returns what was done, in words
   * @throws Error when dnsmasq refuses its file or is not installed; the old one goes on then
   */
  apply(dns: Dns, context: DnsContext): Promise<string[]> {
    this.#lineServers = context.providerServers
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
    const tls = dns.transport === 'tls'
    const done = tls ? await this.#unbound.apply(dns) : []
    done.push(...(await this.#dnsmasq.apply(dns, { ...context, leases: this.#leases })))
    // Not before nobody asks it any more.
    if (!tls) done.push(...(await this.#unbound.apply(dns)))
    this.#now = { dns, context }
    this.#lists.apply(dns.blocklists)
    await this.#settleFront(dns, context)
    return done
  }

  #listsChanged(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#now) await this.#settleFront(this.#now.dns, this.#now.context)
    })
  }

  async #settleFront(dns: Dns, context: DnsContext): Promise<void> {
    const lists = this.#lists.kept(dns.blocklists.filter(({ enabled }) => enabled).map(({ url }) => url))
    this.#listed = lists.map(({ url }) => url)
    const { problems } = await this.#front.apply({
      listen: [LOOPBACK, ...context.listenAddresses],
      clients: context.clients,
      resolver: { address: LOOPBACK, port: DNSMASQ_PORT },
      spared: sparedNames(dns),
      lists: lists.map(({ file, version }) => ({ file, version })),
    })
    for (const problem of problems) this.#options.log('dns', problem)
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
      lineServers: this.#lineServers,
      rebinds: this.#dnsmasq.rebinds(),
      blocked: this.#front.count('blocked'),
      failed: this.#front.count('failed'),
      tlsProblem: this.#unbound.problem,
      blocklists: this.#lists.status(),
    }
  }

  /** unbound says that it failed where dnsmasq, having no server, refuses. */
  unmet(): number {
    const tls = this.#now?.dns.transport === 'tls'
    return this.#front.count('unmet') + (tls ? this.#front.count('failed') : 0)
  }

  async why(name: string): Promise<DnsVerdict> {
    const plain = name.toLowerCase().replace(/\.$/, '')
    const { blocked, spared } = await this.#front.why(plain)
    return {
      name: plain,
      blocked: blocked !== null && !spared,
      domain: blocked?.domain ?? null,
      lists: (blocked?.lists ?? []).flatMap((number) => this.#listed[number] ?? []),
      spared: blocked !== null && spared,
    }
  }

  fetchBlocklists(): void {
    this.#lists.fetchNow()
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
    return [...this.#dnsmasq.daemons(), ...this.#unbound.daemons()]
  }

  async stop(): Promise<void> {
    await this.#inTurn(() => this.#switchOff(false))
  }

  async #switchOff(wanted: boolean): Promise<string[]> {
    const was = this.#dnsmasq.child !== null
    this.#now = null
    this.#problem = null
    this.#lists.stop()
    await this.#front.stop()
    await this.#dnsmasq.stop()
    await this.#unbound.stop()
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

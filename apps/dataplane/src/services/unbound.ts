/**
 * unbound, where the settings want DNS servers asked over TLS: rendered, kept alive, and looked after. Whether its servers answer is
 * found out by trying them (tls-probe.ts): after every change, and while questions fail.
 */
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import type { Dns } from '@bauta/config'
import { endOrphan } from '../orphans.ts'
import type { DaemonStatus } from '../services.ts'
import { SupervisedChild } from './child.ts'
import { replaceFile } from './dnsmasq.ts'
import { probeTls } from './tls-probe.ts'
import { renderUnbound } from './unbound-config.ts'

const LOOK_MS = 5000

export interface UnboundOptions {
  folder: string
  authorities: string
  log: (line: string) => void
  /** Questions that failed so far. */
  failures: () => number
}

export class Unbound {
  readonly #options: UnboundOptions
  readonly #confFile: string
  readonly #pidFile: string
  #child: SupervisedChild | null = null
  #conf = ''
  #servers: Dns['tlsServers'] = []
  #problems: string[] = []
  #timer: NodeJS.Timeout | null = null
  #failuresSeen = 0

  constructor(options: UnboundOptions) {
    this.#options = options
    this.#confFile = path.join(options.folder, 'unbound.conf')
    this.#pidFile = path.join(options.folder, 'unbound.pid')
  }

  /** @returns what was done, in words */
  async apply(dns: Dns): Promise<string[]> {
    if (dns.transport !== 'tls') {
      if (await this.stop()) return ['DNS servers are asked plainly again']
      await endOrphan(this.#pidFile, this.#options.folder)
      return []
    }
    const conf = renderUnbound(dns, this.#pidFile, this.#options.authorities)
    if (this.#child && conf === this.#conf) return []
    const was = this.#child !== null
    await mkdir(this.#options.folder, { recursive: true })
    await replaceFile(this.#confFile, conf)
    await this.#child?.stop()
    if (!was) await endOrphan(this.#pidFile, this.#options.folder)
    this.#conf = conf
    this.#servers = dns.tlsServers
    this.#problems = []
    this.#child = new SupervisedChild({
      command: 'unbound',
      args: ['-d', '-c', this.#confFile],
      onLine: this.#options.log,
    })
    this.#timer ??= setInterval(() => this.#look(), LOOK_MS).unref()
    void this.#probe()
    return [was ? 'DNS servers asked over TLS are others now' : 'DNS servers are asked over TLS']
  }

  /** Why nothing can be asked over TLS, in words; null while at least one server can. */
  get problem(): string | null {
    if (!this.#child) return null
    if (this.#child.problem)
      return /not installed/.test(this.#child.problem)
        ? 'unbound is not installed, so DNS servers cannot be asked over TLS'
        : this.#child.problem
    return this.#problems.length === this.#servers.length ? this.#problems.join('; ') : null
  }

  daemons(): DaemonStatus[] {
    return this.#child ? [this.#child.status('unbound')] : []
  }

  /** @returns whether it ran */
  async stop(): Promise<boolean> {
    if (this.#timer) clearInterval(this.#timer)
    this.#timer = null
    const child = this.#child
    this.#child = null
    this.#problems = []
    await child?.stop()
    return child !== null
  }

  #look(): void {
    const failures = this.#options.failures()
    if (failures !== this.#failuresSeen || this.#problems.length > 0) void this.#probe()
    this.#failuresSeen = failures
  }

  async #probe(): Promise<void> {
    const servers = this.#servers
    const found = await Promise.all(servers.map((server) => probeTls(server, this.#options.authorities)))
    if (servers === this.#servers) this.#problems = found.filter((problem) => problem !== null)
  }
}

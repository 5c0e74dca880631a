/**
 * The DHCP server: a dnsmasq of its own, rendered from the settings and kept alive. It answers no names, and the one that does gives
 * no addresses, so that neither is started again for the other's sake.
 *
 * A reservation or an option is taken by SIGHUP; only another range or lease time means a new process. The leases lie in a file
 * and outlive them all: a machine that is killed and comes back keeps its address, whoever was killed meanwhile.
 */
import { execFile } from 'node:child_process'
import { rename, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { pathInterfaces, type Snapshot } from '@bauta/config'
import type { Links } from '../links.ts'
import { endOrphan } from '../orphans.ts'
import { type DaemonStatus, dnsContext, type Service } from '../services.ts'
import { SupervisedChild } from './child.ts'
import type { DhcpLease } from './dhcp-leases.ts'
import { type DhcpFiles, type DhcpPaths, type DhcpPlan, dhcpPlan, renderDhcp } from './dnsmasq-dhcp.ts'
import { KnownClients } from './known-clients.ts'

const COMMAND = 'dnsmasq'
const run = promisify(execFile)

export interface DhcpOptions {
  paths: DhcpPaths
  /** Name servers of the connection in use; null where the system brought it up. */
  provided: () => string[] | null
  log: (line: string) => void
}

export class DhcpService implements Service {
  readonly name = 'The DHCP server'
  readonly nouns = ['dhcp', 'lan', 'interfaces'] as const
  readonly #options: DhcpOptions
  readonly #known: KnownClients
  #leases: readonly DhcpLease[] = []
  #child: SupervisedChild | null = null
  #files: DhcpFiles | null = null
  /** What is served, and on which device; null while nothing is. */
  #serving: { plan: DhcpPlan; device: string } | null = null
  /** Why the last settings could not be made true; null where they are. */
  #refused: string | null = null

  constructor(options: DhcpOptions) {
    this.#options = options
    this.#known = new KnownClients(options.paths.known)
  }

  async apply(snapshot: Snapshot, links: Links): Promise<string[]> {
    try {
      const { providerServers } = dnsContext(snapshot, links, this.#options.provided())
      const plan = dhcpPlan(snapshot, providerServers)
      const device = pathInterfaces(snapshot).find(
        ({ name, role }) => role === 'lan' && links.devices.has(name),
      )
      const done = plan && device ? await this.#serve(plan, device.name) : await this.#switchOff()
      this.#refused = null
      return done
    } catch (error) {
      this.#refused = (error as Error).message
      throw error
    }
  }

  /** The leases as they are, once a second: who is known by now keeps his address. */
  async note(leases: readonly DhcpLease[], now = Date.now()): Promise<void> {
    this.#leases = leases
    this.#known.note(leases, now)
    await this.#keepAddresses(now)
  }

  /** This lease is about to be ended, because the household wants it. */
  async forget(address: string): Promise<void> {
    this.#known.forget(address)
    await this.#keepAddresses(Date.now())
  }

  /** Why nobody gets an address, in words; null while somebody would. */
  get problem(): string | null {
    return this.#refused ?? (this.#child ? this.#child.problem : 'the DHCP server is switched off')
  }

  daemons(): DaemonStatus[] {
    return this.#child ? [this.#child.status('dnsmasq (DHCP)')] : []
  }

  async stop(): Promise<void> {
    await this.#child?.stop()
    this.#child = null
    this.#files = null
    this.#serving = null
  }

  async #keepAddresses(now: number): Promise<void> {
    const { paths } = this.#options
    const { plan, device } = this.#serving ?? {}
    if (!this.#child || !this.#files || !plan || !device) return
    const { reservations } = renderDhcp(this.#withKnown(plan, now), device, paths)
    if (reservations === this.#files.reservations) return
    this.#files = { ...this.#files, reservations }
    await replaceFile(paths.reservations, reservations)
    this.#child.signal('SIGHUP')
  }

  #withKnown(plan: DhcpPlan, now: number): DhcpPlan {
    return { ...plan, known: this.#known.kept(plan.dhcp, this.#leases, now) }
  }

  async #serve(plan: DhcpPlan, device: string): Promise<string[]> {
    const { paths } = this.#options
    this.#serving = { plan, device }
    const files = renderDhcp(this.#withKnown(plan, Date.now()), device, paths)
    const before = this.#files
    if (this.#child && same(before, files)) return []
    const restart = !this.#child || before?.conf !== files.conf
    if (restart) await this.#test(files.conf)
    await replaceFile(paths.reservations, files.reservations)
    await replaceFile(paths.options, files.options)
    this.#files = files
    if (!restart) {
      this.#child?.signal('SIGHUP')
      return ['given to the DHCP server without a restart']
    }
    const was = this.#child !== null
    await this.#child?.stop()
    if (!was) await endOrphan(paths.pid, paths.conf)
    await replaceFile(paths.conf, files.conf)
    this.#child = new SupervisedChild({
      command: COMMAND,
      args: ['--keep-in-foreground', `--conf-file=${paths.conf}`],
      onLine: this.#options.log,
    })
    return [was ? 'DHCP server started again' : 'DHCP server started']
  }

  async #switchOff(): Promise<string[]> {
    const was = this.#child !== null
    if (!was) await endOrphan(this.#options.paths.pid, this.#options.paths.conf)
    await this.stop()
    return was ? ['DHCP server stopped'] : []
  }

  async #test(conf: string): Promise<void> {
    const candidate = `${this.#options.paths.conf}.candidate`
    await replaceFile(candidate, conf)
    try {
      await run(COMMAND, ['--test', `--conf-file=${candidate}`])
    } catch (error) {
      const failure = error as NodeJS.ErrnoException & { stderr?: string }
      if (failure.code === 'ENOENT')
        throw new Error('dnsmasq is not installed, so nobody in the house gets an address from the box')
      throw new Error(`dnsmasq refuses its configuration: ${failure.stderr?.trim()}`)
    }
  }
}

const same = (a: DhcpFiles | null, b: DhcpFiles): boolean =>
  a?.conf === b.conf && a.reservations === b.reservations && a.options === b.options

/** Never half a file: written aside, then renamed. */
async function replaceFile(file: string, text: string): Promise<void> {
  const aside = path.join(path.dirname(file), `.${path.basename(file)}.new`)
  await writeFile(aside, text, { mode: 0o644 })
  await rename(aside, file)
}

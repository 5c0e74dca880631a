/**
 * The DNS forwarder: dnsmasq rendered from the settings and kept alive.
 *
 * A change takes the mildest step that makes it true (see dnsmasq-config.ts), so local names change without losing the cache.
 * A restart first lets dnsmasq itself judge the new file (`--test`); a file it refuses leaves the running one untouched.
 * Counters go on over restarts: the last figures of a process that ended are carried in `#before`.
 */
import { execFile } from 'node:child_process'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import type { Dns } from '@bauta/config'
import type { DnsStatus } from '@bauta/control'
import type { DaemonStatus } from '../services.ts'
import { SupervisedChild } from './child.ts'
import { type DnsContext, type DnsFiles, type DnsPaths, renderDns, stepBetween } from './dnsmasq-config.ts'
import { DnsLog } from './dnsmasq-log.ts'
import { type DnsStats, QUESTIONS_PER_ROUND, readStats } from './dnsmasq-stats.ts'

const COMMAND = 'dnsmasq'
/** dnsmasq logs every query for us; only these lines are of interest to people. */
const QUERY_LINE = /: \d+ \S+ (query|reply|cached|forwarded|config|validation|\S*hosts)/
const NOTHING: DnsStats = {
  cacheSize: 0,
  insertions: 0,
  evictions: 0,
  hits: 0,
  misses: 0,
  authoritative: 0,
  upstreams: [],
}
const run = promisify(execFile)

export interface DnsServiceOptions {
  runDir: string
  log: (line: string) => void
}

export class DnsService {
  readonly #options: DnsServiceOptions
  readonly #folder: string
  readonly #paths: DnsPaths
  readonly #dnsLog = new DnsLog()
  #files: DnsFiles | null = null
  #child: SupervisedChild | null = null
  #hosts = new Map<string, string>()
  /** Why the last settings could not be made true; null where they are. */
  #refused: string | null = null
  #before = NOTHING
  #latest = NOTHING
  /** Rounds of counters asked of the running process; their questions are not the household's. */
  #rounds = 0

  constructor(options: DnsServiceOptions) {
    this.#options = options
    this.#folder = path.join(options.runDir, 'dns')
    this.#paths = {
      servers: path.join(this.#folder, 'dnsmasq.servers'),
      hostsDir: path.join(this.#folder, 'hosts'),
      pid: path.join(this.#folder, 'dnsmasq.pid'),
    }
  }

  /**
   * Makes the settings true.
   * @returns what was done, in words
   * @throws Error when dnsmasq refuses its file or is not installed; the old one goes on then
   */
  async apply(dns: Dns, context: DnsContext): Promise<string[]> {
    try {
      const done = await this.#apply(dns, context)
      this.#refused = null
      return done
    } catch (error) {
      this.#refused = (error as Error).message
      throw error
    }
  }

  async #apply(dns: Dns, context: DnsContext): Promise<string[]> {
    this.#hosts = new Map(dns.hosts.map(({ name, address }) => [address, name]))
    if (!dns.enabled || context.lanInterfaces.length === 0) return this.#switchOff(dns.enabled)
    const files = renderDns(dns, context, this.#paths)
    const step = this.#child ? stepBetween(this.#files, files) : 'restart'
    await mkdir(this.#paths.hostsDir, { recursive: true })
    if (step === 'restart') await this.#test(files)
    await this.#write(files)
    this.#files = files
    if (step === 'nothing') return []
    if (step === 'hosts') return ['local names given to DNS, its cache kept']
    if (step === 'reload') {
      this.#child?.signal('SIGHUP')
      return ['DNS servers changed, cache emptied']
    }
    const was = this.#child !== null
    await this.stop()
    this.#start()
    return [was ? 'DNS started again' : 'DNS started']
  }

  async status(): Promise<DnsStatus> {
    const child = this.#child
    if (child?.pid) await this.#refresh()
    const sum = add(this.#before, this.#latest)
    return {
      ...sum,
      cacheSize: this.#latest.cacheSize,
      running: Boolean(child?.pid),
      problem: child ? child.problem : (this.#refused ?? 'DNS forwarding is switched off'),
      pid: child?.pid ?? null,
      startedAt: child?.startedAt ?? null,
      rebinds: this.#dnsLog.rebinds(),
    }
  }

  /** Address (dotted quad) → name, from the settings. */
  deviceNames(): Map<string, string> {
    return this.#hosts
  }

  /** @returns the name by which somebody in the house last asked for `address` */
  serverName(address: string): string | undefined {
    return this.#dnsLog.nameOf(address)
  }

  daemons(): DaemonStatus[] {
    return this.#child ? [this.#child.status('dnsmasq')] : []
  }

  async stop(): Promise<void> {
    if (!this.#child) return
    await this.#refresh()
    this.#before = add(this.#before, this.#latest)
    this.#latest = NOTHING
    this.#rounds = 0
    await this.#child.stop()
    this.#child = null
  }

  /** Fewer hits than our own questions made: dnsmasq died and was started again in between. */
  async #refresh(): Promise<void> {
    const raw = await readStats().catch(() => null)
    if (!raw) return
    const own = this.#rounds * QUESTIONS_PER_ROUND
    const restarted = raw.hits < own
    if (restarted) this.#before = add(this.#before, this.#latest)
    this.#latest = { ...raw, hits: restarted ? raw.hits : raw.hits - own }
    this.#rounds = restarted ? 1 : this.#rounds + 1
  }

  async #switchOff(wanted: boolean): Promise<string[]> {
    const was = this.#child !== null
    await this.stop()
    this.#files = null
    if (!was) return []
    return [wanted ? 'DNS stopped: there is no LAN interface' : 'DNS stopped']
  }

  #start(): void {
    this.#child = new SupervisedChild({
      command: COMMAND,
      args: ['--keep-in-foreground', `--conf-file=${this.#confFile}`],
      onLine: (line) => {
        this.#dnsLog.line(line, Date.now())
        if (!QUERY_LINE.test(line)) this.#options.log(line)
      },
    })
  }

  get #confFile(): string {
    return path.join(this.#folder, 'dnsmasq.conf')
  }

  async #test(files: DnsFiles): Promise<void> {
    const candidate = path.join(this.#folder, 'candidate.conf')
    await replaceFile(candidate, files.conf)
    try {
      await run(COMMAND, ['--test', `--conf-file=${candidate}`])
    } catch (error) {
      const failure = error as NodeJS.ErrnoException & { stderr?: string }
      if (failure.code === 'ENOENT')
        throw new Error('dnsmasq is not installed, so DNS forwarding cannot start')
      throw new Error(`dnsmasq refuses its configuration: ${failure.stderr?.trim()}`)
    }
  }

  async #write(files: DnsFiles): Promise<void> {
    await replaceFile(this.#confFile, files.conf)
    await replaceFile(this.#paths.servers, files.servers)
    if (files.hosts !== this.#files?.hosts)
      await replaceFile(path.join(this.#paths.hostsDir, 'local'), files.hosts)
  }
}

/** Never half a file: written aside, then renamed. The leading dot keeps dnsmasq from reading the unfinished one. */
async function replaceFile(file: string, text: string): Promise<void> {
  const aside = path.join(path.dirname(file), `.${path.basename(file)}.new`)
  await writeFile(aside, text, { mode: 0o644 })
  await rename(aside, file)
}

function add(a: DnsStats, b: DnsStats): DnsStats {
  const servers = new Map(a.upstreams.map((upstream) => [upstream.server, { ...upstream }]))
  for (const { server, sent, failed } of b.upstreams) {
    const known = servers.get(server)
    servers.set(server, { server, sent: sent + (known?.sent ?? 0), failed: failed + (known?.failed ?? 0) })
  }
  return {
    cacheSize: b.cacheSize,
    insertions: a.insertions + b.insertions,
    evictions: a.evictions + b.evictions,
    hits: a.hits + b.hits,
    misses: a.misses + b.misses,
    authoritative: a.authoritative + b.authoritative,
    upstreams: [...servers.values()],
  }
}

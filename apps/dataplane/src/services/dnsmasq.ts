/**
 * dnsmasq as the resolver behind the front: rendered from the settings and kept alive.
 *
 * A change takes the mildest step that makes it true (see dnsmasq-config.ts), so local names change without losing the cache.
 * A restart first lets dnsmasq itself judge the new file (`--test`); a file it refuses leaves the running one untouched. Questions
 * that come while it is away wait in the front.
 * Counters go on over restarts: the last figures of a process that ended are carried in `#before`.
 */
import { execFile } from 'node:child_process'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import type { Dns } from '@bauta/config'
import { endOrphan } from '../orphans.ts'
import type { DaemonStatus, DnsContext } from '../services.ts'
import { SupervisedChild } from './child.ts'
import { DNSMASQ_PORT, type DnsFiles, type DnsPaths, renderDns, stepBetween } from './dnsmasq-config.ts'
import { DnsLog, type Rebind } from './dnsmasq-log.ts'
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

export interface DnsmasqOptions {
  /** A folder for its files, which are made anew at every start. */
  folder: string
  log: (line: string) => void
}

export class Dnsmasq {
  readonly #options: DnsmasqOptions
  readonly #paths: DnsPaths
  readonly #dnsLog = new DnsLog()
  #files: DnsFiles | null = null
  #child: SupervisedChild | null = null
  #before = NOTHING
  #latest = NOTHING
  /** Rounds of counters asked of the running process; their questions are not the household's. */
  #rounds = 0

  constructor(options: DnsmasqOptions) {
    const { folder } = options
    this.#options = options
    this.#paths = {
      servers: path.join(folder, 'dnsmasq.servers'),
      hostsDir: path.join(folder, 'hosts'),
      pid: path.join(folder, 'dnsmasq.pid'),
    }
  }

  get child(): SupervisedChild | null {
    return this.#child
  }

  /**
   * Makes the settings true.
   * @returns what was done, in words
   * @throws Error when dnsmasq refuses its file or is not installed; the old one goes on then
   */
  async apply(dns: Dns, context: DnsContext): Promise<string[]> {
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
    await this.#end()
    if (!was) await endOrphan(this.#paths.pid, this.#options.folder)
    this.#start()
    return [was ? 'DNS started again' : 'DNS started']
  }

  /** Counters since the dataplane started. */
  async stats(): Promise<DnsStats> {
    if (this.#child?.pid) await this.#refresh()
    return { ...add(this.#before, this.#latest), cacheSize: this.#latest.cacheSize }
  }

  /** Answers whose private addresses were stripped. */
  rebinds(): Rebind[] {
    return this.#dnsLog.rebinds()
  }

  /** @returns the name by which somebody in the house last asked for `address` */
  serverName(address: string): string | undefined {
    return this.#dnsLog.nameOf(address)
  }

  daemons(): DaemonStatus[] {
    return this.#child ? [this.#child.status('dnsmasq')] : []
  }

  async stop(): Promise<void> {
    if (this.#child) await this.#end()
    else await endOrphan(this.#paths.pid, this.#options.folder)
    this.#files = null
  }

  async #end(): Promise<void> {
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
    const raw = await readStats('127.0.0.1', DNSMASQ_PORT).catch(() => null)
    if (!raw) return
    const own = this.#rounds * QUESTIONS_PER_ROUND
    const restarted = raw.hits < own
    if (restarted) this.#before = add(this.#before, this.#latest)
    this.#latest = { ...raw, hits: restarted ? raw.hits : raw.hits - own }
    this.#rounds = restarted ? 1 : this.#rounds + 1
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
    return path.join(this.#options.folder, 'dnsmasq.conf')
  }

  async #test(files: DnsFiles): Promise<void> {
    const candidate = path.join(this.#options.folder, 'candidate.conf')
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
    for (const [part, file] of [
      ['hosts', 'local'],
      ['leases', 'leases'],
    ] as const)
      if (files[part] !== this.#files?.[part])
        await replaceFile(path.join(this.#paths.hostsDir, file), files[part])
  }
}

/** Never half a file: written aside, then renamed. The leading dot keeps dnsmasq from reading the unfinished one. */
export async function replaceFile(file: string, text: string): Promise<void> {
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

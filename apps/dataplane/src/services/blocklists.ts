/**
 * The blocklists on disk: fetched from time to time, kept in STATE/blocklists, so that a box that starts without Internet blocks
 * what it blocked before.
 *
 *   HASH.names   the names, one a line; replaced as a whole when a newer list is complete
 *   HASH.json    what the server said of it, and when
 *
 * A list is fetched when it is new, then once a day; after a failure in 5, 10, 20 … minutes, at most once in 6 hours. One at a time.
 * A failure keeps the names of before. Files of lists that the settings no longer have are removed.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Dns } from '@bauta/config'
import type { DnsStatus } from '@bauta/control'
import { type Fetched, type Known, PATIENCE_MS } from '../dns/list-fetch.ts'
import { entry } from '../here.ts'

const PROGRAM = entry('dns/list-fetch-main')
const DAY_MS = 86_400_000
const FIRST_AGAIN_MS = 300_000
const LONGEST_AGAIN_MS = 6 * 3_600_000
const LOOK_MS = 30_000
/** nobody and nogroup of Debian */
const NOBODY = 65_534
/** MB of JavaScript objects that a fetch may have; a million names take 27 beside. */
const HEAP_MB = 48

export interface KeptList {
  file: string
  version: string
}

interface Entry {
  url: string
  meta: (Known & { names: number; fetchedAt: number }) | null
  problem: string | null
  failures: number
  /** ms since 1970 */
  nextAt: number
}

export interface BlocklistsOptions {
  stateDir: string
  log: (line: string) => void
  /** A list on disk is another than before. */
  onChange: () => void
}

export class Blocklists {
  readonly #options: BlocklistsOptions
  readonly #folder: string
  #entries = new Map<string, Entry>()
  #fetching: { url: string; child: ChildProcess } | null = null
  #timer: NodeJS.Timeout | null = null

  constructor(options: BlocklistsOptions) {
    this.#options = options
    this.#folder = path.join(options.stateDir, 'blocklists')
  }

  apply(lists: Dns['blocklists']): void {
    const old = this.#entries
    const wanted = lists.filter(({ enabled }) => enabled)
    this.#entries = new Map(wanted.map(({ url }) => [url, old.get(url) ?? this.#begin(url)]))
    if (this.#fetching && !this.#entries.has(this.#fetching.url)) this.#fetching.child.kill('SIGKILL')
    this.#removeOthers(lists)
    if (this.#entries.size > 0) this.#timer ??= setInterval(() => this.#look(), LOOK_MS).unref()
    this.#look()
  }

  /** @returns the lists that are on disk, in the order of `urls` */
  kept(urls: readonly string[]): (KeptList & { url: string })[] {
    return urls.flatMap((url) => {
      const meta = this.#entries.get(url)?.meta
      return meta ? [{ url, file: this.#file(url, 'names'), version: `${meta.fetchedAt}` }] : []
    })
  }

  status(): DnsStatus['blocklists'] {
    return [...this.#entries.values()].map(({ url, meta, problem }) => ({
      url,
      names: meta?.names ?? 0,
      fetchedAt: meta?.fetchedAt ?? null,
      problem,
      fetching: this.#fetching?.url === url,
    }))
  }

  /** Fetches all of them now. */
  fetchNow(): void {
    for (const entry of this.#entries.values()) entry.nextAt = 0
    this.#look()
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer)
    this.#timer = null
    this.#entries.clear()
    this.#fetching?.child.kill('SIGKILL')
  }

  #file(url: string, end: 'names' | 'json'): string {
    return path.join(this.#folder, `${hashOf(url)}.${end}`)
  }

  #begin(url: string): Entry {
    const meta = this.#readMeta(url)
    return { url, meta, problem: null, failures: 0, nextAt: meta ? meta.fetchedAt + DAY_MS : 0 }
  }

  #readMeta(url: string): Entry['meta'] {
    try {
      if (!existsSync(this.#file(url, 'names'))) return null
      const meta = JSON.parse(readFileSync(this.#file(url, 'json'), 'utf8')) as NonNullable<Entry['meta']>
      return Number.isFinite(meta.fetchedAt) && Number.isFinite(meta.names) ? meta : null
    } catch {
      return null
    }
  }

  #removeOthers(lists: Dns['blocklists']): void {
    if (!existsSync(this.#folder)) return
    const kept = new Set(lists.map(({ url }) => hashOf(url)))
    for (const file of readdirSync(this.#folder)) if (!kept.has(file.split('.')[0]!)) this.#remove(file)
  }

  /** A flash memory that can no longer be written is no reason to be without DNS. */
  #remove(file: string): void {
    try {
      rmSync(path.join(this.#folder, file), { force: true })
    } catch (error) {
      this.#options.log(`a blocklist that is not used any more stays: ${(error as Error).message}`)
    }
  }

  #look(): void {
    if (this.#fetching) return
    const due = [...this.#entries.values()].find(({ nextAt }) => nextAt <= Date.now())
    if (due) void this.#fetch(due).then(() => this.#look())
  }

  async #fetch(entry: Entry): Promise<void> {
    const { url } = entry
    try {
      const fetched = await this.#run(entry)
      const before = entry.meta
      const meta = fetched.unchanged
        ? { ...before!, fetchedAt: Date.now() }
        : {
            etag: fetched.etag,
            lastModified: fetched.lastModified,
            names: fetched.names,
            fetchedAt: Date.now(),
          }
      writeFileSync(this.#file(url, 'json'), JSON.stringify(meta))
      Object.assign(entry, { meta, problem: null, failures: 0, nextAt: Date.now() + DAY_MS })
      if (this.#entries.get(url) === entry && !fetched.unchanged) this.#options.onChange()
    } catch (error) {
      entry.problem = (error as Error).message
      entry.nextAt = Date.now() + Math.min(FIRST_AGAIN_MS * 2 ** entry.failures, LONGEST_AGAIN_MS)
      entry.failures++
      this.#options.log(`blocklist ${url}: ${entry.problem}`)
    }
  }

  /** @throws Error with a sentence */
  async #run({ url, meta }: Entry): Promise<Fetched> {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
    const aside = `${this.#file(url, 'names')}.new`
    const child = spawn(
      process.execPath,
      [`--max-old-space-size=${HEAP_MB}`, PROGRAM, url, meta?.etag ?? '', meta?.lastModified ?? ''],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { PATH: process.env.PATH },
        cwd: '/',
        ...(process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}),
      },
    )
    this.#fetching = { url, child }
    const limit = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS + 10_000)
    let said = ''
    child.stderr.on('data', (text) => {
      said = (said + text).slice(-4096)
    })
    try {
      const ended = new Promise<number | null>((resolve, reject) => {
        child.once('error', reject)
        child.once('close', resolve)
      })
      const [code] = await Promise.all([
        ended,
        pipeline(child.stdout, createWriteStream(aside, { mode: 0o600 })),
      ])
      const last = said.trim().split('\n').at(-1) ?? ''
      if (code !== 0) throw new Error(last || 'fetching it was cut short')
      const fetched = JSON.parse(last) as Fetched
      if (!fetched.unchanged) renameSync(aside, this.#file(url, 'names'))
      return fetched
    } finally {
      clearTimeout(limit)
      child.kill('SIGKILL')
      this.#fetching = null
      rmSync(aside, { force: true })
    }
  }
}

const hashOf = (url: string): string => createHash('sha256').update(url).digest('hex').slice(0, 24)

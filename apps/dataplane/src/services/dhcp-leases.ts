/**
 * The leases as dnsmasq keeps them: one file, which it writes anew whenever one comes, goes or changes. It is watched, so a page
 * shows a new machine at once; whoever asks gets what the file says now.
 *
 * dnsmasq writes in place: a look in between may see half a line, which is passed over, and the next event follows at once.
 */
import { EventEmitter } from 'node:events'
import { type FSWatcher, readFileSync, statSync, watch } from 'node:fs'
import path from 'node:path'
import { normalMac, parseAddress } from '@bauta/config'

export interface DhcpLease {
  address: string
  mac: string
  hostname: string | null
  /** As the client sent it, `01:aa:…`; null where it sent none. */
  clientId: string | null
  /** ms since 1970 */
  expiresAt: number
}

/** @param text lines of `expiry mac address name client-id` */
export function parseLeases(text: string): DhcpLease[] {
  return text.split('\n').flatMap((line): DhcpLease[] => {
    const [expiry, hardware, address, name, clientId] = line.split(' ')
    // `06-aa:bb:…` for hardware other than Ethernet
    const mac = normalMac(hardware?.replace(/^[0-9a-f]{2}-/i, '') ?? '')
    const at = Number(expiry)
    if (!mac || !address || !clientId || parseAddress(address) === null || !Number.isInteger(at)) return []
    const orNull = (word: string | undefined) => (word && word !== '*' ? word : null)
    // 0: without end, which Bauta never gives; a reservation from somebody's own file may
    const expiresAt = at === 0 ? Number.MAX_SAFE_INTEGER : at * 1000
    return [{ address, mac, hostname: orNull(name), clientId: orNull(clientId), expiresAt }]
  })
}

const SETTLE_MS = 20

export class LeaseFile extends EventEmitter<{ change: [DhcpLease[]] }> {
  readonly #file: string
  #watcher: FSWatcher | null = null
  #settle: NodeJS.Timeout | null = null
  #leases: DhcpLease[] = []
  #stamp = ''

  constructor(file: string) {
    super()
    this.#file = file
  }

  /** The folder must exist; the file need not. */
  start(): void {
    if (this.#watcher) return
    const name = path.basename(this.#file)
    this.#watcher = watch(path.dirname(this.#file), { persistent: false }, (_, changed) => {
      if (changed === name) this.#settle ??= setTimeout(() => this.#look(), SETTLE_MS)
    })
    this.#watcher.on('error', () => this.stop())
  }

  stop(): void {
    this.#watcher?.close()
    this.#watcher = null
    if (this.#settle) clearTimeout(this.#settle)
    this.#settle = null
  }

  /** @returns the leases that hold at `now` */
  current(now = Date.now()): DhcpLease[] {
    this.#read()
    return this.#leases.filter(({ expiresAt }) => expiresAt > now)
  }

  #look(): void {
    this.#settle = null
    if (this.#read()) this.emit('change', this.current())
  }

  /** @returns whether the file is another than last time */
  #read(): boolean {
    try {
      const { mtimeMs, size, ino } = statSync(this.#file)
      const stamp = `${mtimeMs} ${size} ${ino}`
      if (stamp === this.#stamp) return false
      this.#leases = parseLeases(readFileSync(this.#file, 'utf8'))
      this.#stamp = stamp
      return true
    } catch {
      this.#leases = []
      return false
    }
  }
}

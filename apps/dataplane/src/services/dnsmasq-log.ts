/**
 * What the dataplane learns from dnsmasq's log: by which name an address was asked for, and which answers were stripped.
 *
 * With `log-queries=extra` every line of one query carries the same serial number, so an address that came by way of an alias is
 * still filed under the name the machine asked for. Both memories are bounded: the oldest entry goes when a new one needs room.
 * Nothing is kept on disk.
 */

const MOST_NAMES = 8192
const MOST_SERIALS = 1024
const MOST_REBINDS = 50

const QUERY = /^dnsmasq(?:\[\d+\])?: (\d+) \S+ query\[(?:A|AAAA|HTTPS)\] (\S+) from /
const REPLY =
  /^dnsmasq(?:\[\d+\])?: (\d+) \S+ (?:reply|cached|\S*hosts\S*|config) \S+ is (\d+\.\d+\.\d+\.\d+)$/
const REBIND = /possible DNS-rebind attack detected: (\S+)/

export interface Rebind {
  name: string
  /** ms since 1970, of the last one */
  at: number
  count: number
}

export class DnsLog {
  readonly #names = new Map<string, string>()
  readonly #serials = new Map<string, string>()
  readonly #rebinds = new Map<string, Rebind>()

  /** @param now ms since 1970 */
  line(text: string, now: number): void {
    const query = QUERY.exec(text)
    if (query) {
      remember(this.#serials, query[1]!, query[2]!, MOST_SERIALS)
      return
    }
    const reply = REPLY.exec(text)
    if (reply) {
      const asked = this.#serials.get(reply[1]!)
      if (asked) remember(this.#names, reply[2]!, asked, MOST_NAMES)
      return
    }
    const rebind = REBIND.exec(text)?.[1]
    if (rebind) {
      const count = (this.#rebinds.get(rebind)?.count ?? 0) + 1
      remember(this.#rebinds, rebind, { name: rebind, at: now, count }, MOST_REBINDS)
    }
  }

  /** @returns the name that last led to `address` (a dotted quad) */
  nameOf(address: string): string | undefined {
    return this.#names.get(address)
  }

  /** Newest first. */
  rebinds(): Rebind[] {
    return [...this.#rebinds.values()].reverse()
  }
}

/** Map keeps insertion order, so deleting first makes the entry the newest, and the first key the oldest. */
function remember<V>(map: Map<string, V>, key: string, value: V, most: number): void {
  map.delete(key)
  map.set(key, value)
  if (map.size > most) map.delete(map.keys().next().value as string)
}

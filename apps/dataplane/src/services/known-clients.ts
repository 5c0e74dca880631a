/**
 * Who lives here: machines that have held their address for a while keep it, also when somebody gives it back in their name.
 *
 * A DHCPRELEASE is nothing but a claim: whoever can send a frame can send one for anybody (RFC 2131 section 7), and a server that believes it
 * gives the address to the next who asks. So a machine that has held an address as long as it takes to renew it (RFC 2131 4.4.5: half
 * the lease time; KNOWN_MS at most) becomes known, and the DHCP server is told that this address is kept for it, as a reservation would.
 *
 *   stranger   has a lease, since less than that: the lease file alone speaks for it
 *   known      has held it longer; its address is kept for as long as a lease lasts after it was last seen with one, whatever
 *              is released meanwhile
 *   absent     longer away than a lease lasts: kept on for ABSENT_MS, as long as a tenth of the range is neither leased nor kept;
 *              where it is not, those away longest make way
 *
 * What the settings reserve counts before all of this; who gets another address, or loses his to the settings, begins again as a
 * stranger. Limits: MOST machines; the file is written when somebody comes or becomes known, and then about every quarter of an hour.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { type Dhcp, normalMac, parseAddress } from '@bauta/config'
import type { DhcpLease } from './dhcp-leases.ts'
import { rangeSize } from './dnsmasq-dhcp.ts'

export const KNOWN_MS = 10 * 60_000
export const ABSENT_MS = 30 * 86_400_000
const WRITE_MS = 15 * 60_000
const MOST = 1000
/** Of the range, for those who come anew. */
const ROOM = 0.1

export interface KnownClient {
  mac: string
  address: string
  /** ms since 1970: when it was first seen with this address */
  since: number
  /** ms since 1970: when it last had a lease for it */
  seen: number
}

export class KnownClients {
  readonly #file: string
  readonly #byMac = new Map<string, KnownClient>()
  #writtenAt = 0
  #print = ''

  /** @param file survives a restart; one that is missing or cannot be read means that everybody is a stranger */
  constructor(file: string) {
    this.#file = file
    for (const client of readClients(file)) this.#byMac.set(client.mac, client)
  }

  /** Takes note of the leases that hold. */
  note(leases: readonly DhcpLease[], now: number): void {
    for (const { mac, address } of leases) {
      const client = this.#byMac.get(mac)
      if (client?.address === address) client.seen = now
      else this.#byMac.set(mac, { mac, address, since: now, seen: now })
    }
    this.#forgetOldest(now)
    this.#write(now)
  }

  /** Somebody of the household ended this lease: the address is free for everybody. */
  forget(address: string): void {
    for (const client of this.#byMac.values()) if (client.address === address) this.#byMac.delete(client.mac)
    this.#print = ''
  }

  /** @returns whose address is kept, by address */
  kept(dhcp: Dhcp, leases: readonly DhcpLease[], now: number): KnownClient[] {
    const leaseMs = dhcp.leaseSeconds * 1000
    const eligible = this.#eligible(dhcp, now)
    const present = eligible.filter(({ seen }) => now - seen < leaseMs)
    const absent = eligible.filter(({ seen }) => now - seen >= leaseMs).sort((a, b) => b.seen - a.seen)
    const held = new Set([...leases, ...present].map(({ address }) => address))
    const room = Math.floor(rangeSize(dhcp) * (1 - ROOM)) - held.size
    const all = [...present, ...absent.slice(0, Math.max(0, room))]
    return all.sort((a, b) => parseAddress(a.address)! - parseAddress(b.address)!)
  }

  #eligible({ from, to, leaseSeconds, reservations }: Dhcp, now: number): KnownClient[] {
    const [first, last] = [parseAddress(from)!, parseAddress(to)!]
    const knownMs = Math.min(KNOWN_MS, leaseSeconds * 500)
    const settled = new Set(reservations.flatMap(({ mac, address }) => [mac, address]))
    const newest = new Map<string, KnownClient>()
    for (const client of this.#byMac.values()) {
      const { mac, address, since, seen } = client
      const at = parseAddress(address)!
      if (seen - since < knownMs || now - seen > ABSENT_MS || at < first || at > last) continue
      if (settled.has(mac) || settled.has(address)) continue
      if ((newest.get(address)?.seen ?? 0) <= seen) newest.set(address, client)
    }
    return [...newest.values()]
  }

  #forgetOldest(now: number): void {
    for (const { mac, seen } of this.#byMac.values()) if (now - seen > ABSENT_MS) this.#byMac.delete(mac)
    if (this.#byMac.size <= MOST) return
    const oldest = [...this.#byMac.values()].sort((a, b) => a.seen - b.seen || b.since - a.since)
    for (const { mac } of oldest.slice(0, this.#byMac.size - MOST)) this.#byMac.delete(mac)
  }

  /** Never half a file. A disk that cannot be written costs no more than that everybody is a stranger after the next start. */
  #write(now: number): void {
    const clients = [...this.#byMac.values()]
    const print = clients.map(({ mac, address, since }) => `${mac} ${address} ${since}`).join('\n')
    if (print === this.#print && now - this.#writtenAt < WRITE_MS) return
    this.#print = print
    this.#writtenAt = now
    try {
      mkdirSync(path.dirname(this.#file), { recursive: true })
      writeFileSync(`${this.#file}.new`, JSON.stringify({ clients }))
      renameSync(`${this.#file}.new`, this.#file)
    } catch {
      // told by the watch over the disk; here it changes nothing
    }
  }
}

function readClients(file: string): KnownClient[] {
  try {
    const { clients } = JSON.parse(readFileSync(file, 'utf8')) as { clients: unknown[] }
    return clients.filter(isClient)
  } catch {
    return []
  }
}

function isClient(value: unknown): value is KnownClient {
  const { mac, address, since, seen } = (value ?? {}) as Record<string, unknown>
  return (
    typeof mac === 'string' &&
    normalMac(mac) === mac &&
    typeof address === 'string' &&
    parseAddress(address) !== null &&
    Number.isSafeInteger(since) &&
    Number.isSafeInteger(seen)
  )
}

/**
 * Sessions of administrators.
 *
 * The browser holds a random token of 256 bits in a cookie that scripts cannot read; the database holds only its SHA-256,
 * so a copy of the database opens nothing. A session ends after 10 minutes without a deed of its user, after 12 hours in
 * any case, and at logout, on this side. It survives a restart of the web process.
 *
 * What counts as a deed: requests that somebody caused. Live streams and what pages ask by themselves do not (the route
 * says so), or an open page would keep its session for ever. A page tells of a moving mouse by POST /api/session.
 *
 * The moment of the last deed is kept in memory and written at most every 15 seconds: writing waits for a running
 * change of settings, a request must not.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Database } from '@bauta/db'

export const IDLE_MS = 10 * 60_000
export const ABSOLUTE_MS = 12 * 3600_000
const WRITE_EVERY_MS = 15_000
const TOKEN_BYTES = 32
export const SESSION_COOKIE = 'bauta_session'

export interface Session {
  readonly administratorId: number
  readonly name: string
  readonly tokenHash: string
  /** sent back by scripts of our own pages in the header x-csrf-token */
  readonly csrf: string
}

export class Sessions {
  readonly #db: Database
  readonly #now: () => number
  /** By token hash: the last deed, and when one was last written down. */
  readonly #deeds = new Map<string, { seen: number; written: number }>()

  constructor(db: Database, now: () => number) {
    this.#db = db
    this.#now = now
  }

  /** @returns the token for the cookie; never stored here */
  async open(administratorId: number, address: string): Promise<string> {
    const token = randomBytes(TOKEN_BYTES).toString('base64url')
    const at = new Date(this.#now())
    await this.#db.write(async (tx) => {
      await tx.session.deleteMany({ where: { createdAt: { lt: new Date(this.#now() - ABSOLUTE_MS) } } })
      await tx.session.create({
        data: { tokenHash: hashOf(token), administratorId, address, createdAt: at, lastSeenAt: at },
      })
    })
    return token
  }

  /** @returns the live session of this token; looking does not prolong it */
  async find(token: string | null): Promise<Session | null> {
    if (!token) return null
    const tokenHash = hashOf(token)
    const row = await this.#db.reader.session.findUnique({
      where: { tokenHash },
      include: { administrator: { select: { name: true } } },
    })
    if (!row || !this.#alive(tokenHash, row)) return null
    const { administratorId, administrator } = row
    return { administratorId, name: administrator.name, tokenHash, csrf: csrfOf(token) }
  }

  /** Notes a deed of the user. */
  touch({ tokenHash }: Session): void {
    const now = this.#now()
    const written = this.#deeds.get(tokenHash)?.written ?? 0
    if (Math.abs(now - written) < WRITE_EVERY_MS) {
      this.#deeds.set(tokenHash, { seen: now, written })
      return
    }
    this.#deeds.set(tokenHash, { seen: now, written: now })
    this.#db
      .write((tx) => tx.session.updateMany({ where: { tokenHash }, data: { lastSeenAt: new Date(now) } }))
      .catch(() => this.#deeds.set(tokenHash, { seen: now, written: 0 }))
  }

  async close({ tokenHash }: Session): Promise<void> {
    this.#deeds.delete(tokenHash)
    await this.#db.write((tx) => tx.session.deleteMany({ where: { tokenHash } }))
  }

  #alive(tokenHash: string, row: { createdAt: Date; lastSeenAt: Date }): boolean {
    const now = this.#now()
    const seen = Math.max(this.#deeds.get(tokenHash)?.seen ?? 0, row.lastSeenAt.getTime())
    // Distances: a clock that was set back must not make a session live longer than it would have.
    const idle = Math.abs(now - seen)
    if (idle < IDLE_MS && Math.abs(now - row.createdAt.getTime()) < ABSOLUTE_MS) return true
    this.#deeds.delete(tokenHash)
    return false
  }
}

/** @returns the value of our cookie, or null */
export function tokenOf(cookies: string | null, name = SESSION_COOKIE): string | null {
  const found = cookies?.split(/;\s*/).find((cookie) => cookie.startsWith(`${name}=`))
  return found?.slice(name.length + 1) || null
}

/**
 * Strict: no other site can make the browser send it. Without `Secure` and the `__Host-` prefix as long as the box is
 * reached by plain HTTP on the LAN.
 * @param token null takes the cookie away
 */
export function sessionCookie(token: string | null): string {
  const age = token === null ? 0 : ABSOLUTE_MS / 1000
  return `${SESSION_COOKIE}=${token ?? ''}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${age}`
}

export function csrfMatches(session: { csrf: string }, given: string | null): boolean {
  const wanted = Buffer.from(session.csrf)
  const bytes = Buffer.from(given ?? '')
  return bytes.length === wanted.length && timingSafeEqual(bytes, wanted)
}

export const hashOf = (token: string) => createHash('sha256').update(token).digest('hex')
/** Follows from the token, so it is as unguessable, new for each session, and needs no place. */
export const csrfOf = (token: string) => createHash('sha256').update(`csrf ${token}`).digest('base64url')

/**
 * People of the household who may look at the Internet connections, and press the buttons of some, without being administrators.
 *
 * Who they are stands in the settings; the dataplane checks their passwords and, at every press, their rights once more.
 * Their sessions have a cookie and a place of their own, apart from those of administrators: no route takes one for the other.
 * They live in memory, end after 30 minutes without a deed or 8 hours in any case, with a restart, and as soon as the settings
 * do not know the name any more or know it with another password.
 */
import { randomBytes } from 'node:crypto'
import type { Dialer, Snapshot } from '@bauta/config'
import { type DataplaneClient, DataplaneRefusal } from '@bauta/control'
import { DIAL_ABSOLUTE_MS } from './dial-cookie.ts'
import { hashPassword, passwordFault } from './password.ts'
import { Problem } from './problem.ts'
import type { LoginLimit } from './rate-limit.ts'
import { csrfOf, hashOf } from './session.ts'

const IDLE_MS = 30 * 60_000
/** More than a household has devices; the oldest makes way. */
const MOST = 200

export interface DialSession {
  readonly name: string
  /** Connections whose buttons may be pressed. */
  readonly connections: readonly string[]
  readonly tokenHash: string
  readonly csrf: string
}

interface Kept {
  name: string
  passwordHash: string
  openedAt: number
  seenAt: number
}

export class Dialers {
  readonly #dataplane: DataplaneClient
  readonly #limit: LoginLimit
  readonly #stored: () => Promise<Snapshot | undefined>
  readonly #now: () => number
  readonly #say: (line: string) => void
  readonly #sessions = new Map<string, Kept>()

  constructor(
    dataplane: DataplaneClient,
    limit: LoginLimit,
    stored: () => Promise<Snapshot | undefined>,
    now: () => number,
    say: (line: string) => void,
  ) {
    this.#dataplane = dataplane
    this.#limit = limit
    this.#stored = stored
    this.#now = now
    this.#say = say
  }

  /** @returns the token for the cookie. @throws Problem 401 or 429 */
  async logIn(name: string, password: string, address: string): Promise<string> {
    await this.#limit.guard(address, `dialer ${name}`, async () => {
      try {
        return await this.#dataplane.dialer({ name, password })
      } catch (error) {
        if (!(error instanceof DataplaneRefusal) || error.status !== 403) throw error
        this.#say(`a login for dialling from ${address} failed`)
        return new Problem(401, 'The name or the password is wrong.')
      }
    })
    const known = await this.#known(name)
    // Between the dataplane's yes and now the settings may have changed.
    if (!known) throw new Problem(401, 'The name or the password is wrong.')
    const token = randomBytes(32).toString('base64url')
    const now = this.#now()
    const oldest = this.#sessions.keys().next().value
    if (this.#sessions.size >= MOST && oldest !== undefined) this.#sessions.delete(oldest)
    this.#sessions.set(hashOf(token), {
      name,
      passwordHash: known.passwordHash,
      openedAt: now,
      seenAt: now,
    })
    this.#say(`${name} logged in for dialling from ${address}`)
    return token
  }

  /** @returns the session with the rights of this moment; looking does not prolong it */
  async find(token: string | null): Promise<DialSession | null> {
    if (!token) return null
    const tokenHash = hashOf(token)
    const kept = this.#sessions.get(tokenHash)
    if (!kept) return null
    const known = await this.#known(kept.name)
    if (!this.#alive(kept) || known?.passwordHash !== kept.passwordHash) {
      this.#sessions.delete(tokenHash)
      return null
    }
    return { name: kept.name, connections: known.connections, tokenHash, csrf: csrfOf(token) }
  }

  touch({ tokenHash }: DialSession): void {
    const kept = this.#sessions.get(tokenHash)
    if (kept) kept.seenAt = this.#now()
  }

  close({ tokenHash }: DialSession): void {
    this.#sessions.delete(tokenHash)
  }

  #alive({ openedAt, seenAt }: Kept): boolean {
    const now = this.#now()
    return Math.abs(now - seenAt) < IDLE_MS && Math.abs(now - openedAt) < DIAL_ABSOLUTE_MS
  }

  /**
   * The password of somebody as the settings keep it: the password itself goes into no draft and no revision.
   * @throws Problem 422 for a weak one
   */
  async hash(name: string, password: string): Promise<string> {
    const fault = passwordFault(password, name)
    if (!fault) return hashPassword(password)
    throw new Problem(422, `The password was not taken: ${fault}.`, {
      faults: [{ path: ['password'], message: fault }],
    })
  }

  async #known(name: string): Promise<Dialer | undefined> {
    return (await this.#stored())?.internet.dialers.find((dialer) => dialer.name === name)
  }
}

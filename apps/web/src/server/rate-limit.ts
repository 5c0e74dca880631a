/**
 * Slows down the guessing of passwords, kept in the database so that a restart does not forgive.
 *
 * Counted twice: per address and per account. The first four failures cost nothing; from the fifth on the next try must
 * wait 1, 2, 4 … 60 seconds. A success clears both counts; an hour of quiet forgets.
 *
 * Nobody can be locked out by somebody else (ASVS 6.3.1): the account's wait holds only for an address that has failed
 * itself within the hour. A guesser who takes a new address for each guess has one guess per address of the LAN.
 */
import type { Database } from '@bauta/db'
import { Problem } from './problem.ts'

const FREE_FAILURES = 5
const LONGEST_WAIT_S = 60
const FORGET_MS = 3600_000
const NAME_LENGTH = 64

export class LoginLimit {
  readonly #db: Database
  readonly #now: () => number
  /** Addresses that are being checked: one at a time each, so that a volley is not answered before it is counted. */
  readonly #busy = new Set<string>()

  constructor(db: Database, now: () => number) {
    this.#db = db
    this.#now = now
  }

  /**
   * Checks something secret under this limit.
   * @param check a Problem means that it was wrong: it is counted, and thrown with the wait that follows from it
   * @throws Problem 429 with `retryAfter`
   */
  async guard<T>(address: string, account: string, check: () => Promise<T | Problem>): Promise<T> {
    if (this.#busy.has(address)) throw tooMany(1)
    this.#busy.add(address)
    try {
      const wait = await this.wait(address, account)
      if (wait > 0) throw tooMany(wait)
      const result = await check()
      if (!(result instanceof Problem)) {
        await this.succeeded(address, account)
        return result
      }
      const next = await this.failed(address, account)
      if (next === 0) throw result
      const { message, ...more } = result.body
      throw new Problem(result.status, `${message} The next try is possible in ${next} s.`, more)
    } finally {
      this.#busy.delete(address)
    }
  }

  /** @returns whole seconds until this address may try this account; 0: now */
  async wait(address: string, account: string): Promise<number> {
    const own = await this.#find(addressKey(address))
    if (!own) return 0
    const shared = await this.#find(accountKey(account))
    return Math.max(this.#rest(own), shared ? this.#rest(shared) : 0)
  }

  /** @returns seconds until the next try */
  async failed(address: string, account: string): Promise<number> {
    const at = new Date(this.#now())
    const forget = new Date(this.#now() - FORGET_MS)
    await this.#db.write(async (tx) => {
      await tx.loginAttempt.deleteMany({ where: { lastFailureAt: { lt: forget } } })
      for (const subject of [addressKey(address), accountKey(account)])
        await tx.loginAttempt.upsert({
          where: { subject },
          create: { subject, failures: 1, lastFailureAt: at },
          update: { failures: { increment: 1 }, lastFailureAt: at },
        })
    })
    return this.wait(address, account)
  }

  async succeeded(address: string, account: string): Promise<void> {
    const subjects = [addressKey(address), accountKey(account)]
    if ((await this.#db.reader.loginAttempt.count({ where: { subject: { in: subjects } } })) === 0) return
    await this.#db.write((tx) => tx.loginAttempt.deleteMany({ where: { subject: { in: subjects } } }))
  }

  async #find(subject: string): Promise<Attempt | null> {
    const row = await this.#db.reader.loginAttempt.findUnique({ where: { subject } })
    return row && this.#now() - row.lastFailureAt.getTime() < FORGET_MS ? row : null
  }

  /** A clock that was set back must not make the wait longer than it ever was. */
  #rest({ failures, lastFailureAt }: Attempt): number {
    const wait = waitAfter(failures)
    const passed = Math.max(0, (this.#now() - lastFailureAt.getTime()) / 1000)
    return Math.max(0, Math.ceil(wait - passed))
  }
}

interface Attempt {
  failures: number
  lastFailureAt: Date
}

/** @returns seconds */
export function waitAfter(failures: number): number {
  return failures < FREE_FAILURES ? 0 : Math.min(LONGEST_WAIT_S, 2 ** (failures - FREE_FAILURES))
}

function tooMany(seconds: number): Problem {
  return new Problem(429, `Too many failed logins; try again in ${seconds} s.`, { retryAfter: seconds })
}

const addressKey = (address: string) => `address:${address}`
const accountKey = (account: string) => `account:${account.toLowerCase().slice(0, NAME_LENGTH)}`

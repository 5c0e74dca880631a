/** Administrators: the first one, and logging in. */
import type { Database } from '@bauta/db'
import { hashPassword, passwordFault, verifyNothing, verifyPassword } from './password.ts'
import { Problem } from './problem.ts'
import type { LoginLimit } from './rate-limit.ts'
import type { Sessions } from './session.ts'

export interface Credentials {
  name: string
  password: string
}

const WRONG = 'The name or the password is wrong.'
const CLAIMED = 'This box has an administrator already; log in.'

export class Accounts {
  readonly #db: Database
  readonly #sessions: Sessions
  readonly #limit: LoginLimit
  readonly #now: () => number
  readonly #say: (line: string) => void
  /** Addresses whose login is being checked: one at a time each, so that a volley is not answered before it is counted. */
  readonly #busy = new Set<string>()

  constructor(
    db: Database,
    sessions: Sessions,
    limit: LoginLimit,
    now: () => number,
    say: (line: string) => void = () => {},
  ) {
    this.#db = db
    this.#sessions = sessions
    this.#limit = limit
    this.#now = now
    this.#say = say
  }

  /** @returns whether nobody owns this box yet */
  async unclaimed(): Promise<boolean> {
    return (await this.#db.reader.administrator.count()) === 0
  }

  /** Makes the first administrator. @throws Problem when there is one, or the password is too weak */
  async claim({ name, password }: Credentials): Promise<number> {
    if (!(await this.unclaimed())) throw new Problem(409, CLAIMED)
    const fault = passwordFault(password, name)
    if (fault)
      throw new Problem(422, `The password was not taken: ${fault}.`, {
        faults: [{ path: ['password'], message: fault }],
      })
    const passwordHash = await hashPassword(password)
    const at = new Date(this.#now())
    return this.#db.write(async (tx) => {
      if ((await tx.administrator.count()) > 0) throw new Problem(409, CLAIMED)
      const row = await tx.administrator.create({
        data: { name, passwordHash, createdAt: at, passwordChangedAt: at },
      })
      return row.id
    })
  }

  /** @returns the session token. @throws Problem 401, or 429 with `retryAfter` */
  async logIn({ name, password }: Credentials, address: string): Promise<string> {
    if (this.#busy.has(address)) throw tooMany(1)
    this.#busy.add(address)
    try {
      const wait = await this.#limit.wait(address, name)
      if (wait > 0) throw tooMany(wait)
      const row = await this.#db.reader.administrator.findUnique({ where: { name } })
      const right = await (row ? verifyPassword(password, row.passwordHash) : verifyNothing(password))
      if (!row || !right) {
        // A name that nobody has may be a password typed into the wrong field.
        this.#say(`a login as ${row ? row.name : 'somebody unknown'} from ${address} failed`)
        const next = await this.#limit.failed(address, name)
        throw new Problem(401, next > 0 ? `${WRONG} The next try is possible in ${next} s.` : WRONG)
      }
      await this.#limit.succeeded(address, name)
      const token = await this.#sessions.open(row.id, address)
      this.#say(`${row.name} logged in from ${address}`)
      return token
    } finally {
      this.#busy.delete(address)
    }
  }
}

function tooMany(seconds: number): Problem {
  return new Problem(429, `Too many failed logins; try again in ${seconds} s.`, { retryAfter: seconds })
}

/** Administrators: the first one, logging in, another password, and the way back in with the recovery code. */
import type { Database } from '@bauta/db'
import { beginFirstRun } from './first-run.ts'
import { hashPassword, passwordFault, verifyNothing, verifyPassword } from './password.ts'
import { Problem } from './problem.ts'
import type { LoginLimit } from './rate-limit.ts'
import { makeRecoveryCode, recoveryHash } from './recovery-code.ts'
import type { Session, Sessions } from './session.ts'

export interface Credentials {
  name: string
  password: string
}

interface Claim {
  /** Of a code that is shown now. */
  recoveryHash?: string | null
  /** Whether questions about the network follow. */
  firstRun?: boolean
}

const WRONG = 'The name or the password is wrong.'
const CLAIMED = 'This box has an administrator already; log in.'
/** What guesses of the recovery code are counted under: no name goes with them. */
const RECOVERY = 'recovery code'

export class Accounts {
  readonly #db: Database
  readonly #sessions: Sessions
  readonly #limit: LoginLimit
  readonly #now: () => number
  readonly #say: (line: string) => void

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
  async claim({ name, password }: Credentials, more: Claim = {}): Promise<number> {
    if (!(await this.unclaimed())) throw new Problem(409, CLAIMED)
    refuseWeak(password, name)
    const passwordHash = await hashPassword(password)
    const at = new Date(this.#now())
    return this.#db.write(async (tx) => {
      if ((await tx.administrator.count()) > 0) throw new Problem(409, CLAIMED)
      const row = await tx.administrator.create({
        data: {
          name,
          passwordHash,
          createdAt: at,
          passwordChangedAt: at,
          recoveryHash: more.recoveryHash ?? null,
        },
      })
      if (more.firstRun) await beginFirstRun(tx)
      return row.id
    })
  }

  /** @returns the session token. @throws Problem 401, or 429 with `retryAfter` */
  async logIn({ name, password }: Credentials, address: string): Promise<string> {
    const row = await this.#limit.guard(address, name, async () => {
      const found = await this.#db.reader.administrator.findUnique({ where: { name } })
      const right = await (found ? verifyPassword(password, found.passwordHash) : verifyNothing(password))
      if (found && right) return found
      // A name that nobody has may be a password typed into the wrong field.
      this.#say(`a login as ${found ? found.name : 'somebody unknown'} from ${address} failed`)
      return new Problem(401, WRONG)
    })
    const token = await this.#sessions.open(row.id, address)
    this.#say(`${row.name} logged in from ${address}`)
    return token
  }

  /** All other sessions of this administrator end. @throws Problem 422 beside the field, or 429 */
  async changePassword(session: Session, old: string, password: string, address: string): Promise<void> {
    await this.#confirm(session, old, address, 'old')
    refuseWeak(password, session.name)
    const passwordHash = await hashPassword(password)
    const { administratorId: id, tokenHash } = session
    await this.#db.write(async (tx) => {
      const data = { passwordHash, passwordChangedAt: new Date(this.#now()) }
      await tx.administrator.update({ where: { id }, data })
      await tx.session.deleteMany({ where: { administratorId: id, tokenHash: { not: tokenHash } } })
    })
    this.#say(`${session.name} changed the password from ${address}`)
  }

  /** The code before it is worth nothing any more. @returns the new one, which nobody can tell again */
  async newRecoveryCode(session: Session, password: string, address: string): Promise<string> {
    await this.#confirm(session, password, address, 'password')
    const code = makeRecoveryCode()
    await this.#db.write((tx) =>
      tx.administrator.update({
        where: { id: session.administratorId },
        data: { recoveryHash: recoveryHash(code) },
      }),
    )
    this.#say(`${session.name} made a new recovery code from ${address}`)
    return code
  }

  /**
   * Sets a new password with the recovery code, which is used up; every session of that administrator ends.
   * @returns a session, and the next code. @throws Problem 401 for a wrong code, 422 for a weak password, or 429
   */
  async recover(code: string, password: string, address: string): Promise<{ token: string; code: string }> {
    const hash = recoveryHash(code)
    const row = await this.#limit.guard(address, RECOVERY, async () => {
      const found = hash
        ? await this.#db.reader.administrator.findUnique({ where: { recoveryHash: hash } })
        : null
      if (found) return found
      this.#say(`a recovery from ${address} failed`)
      return new Problem(401, 'This is not the recovery code of this box; look at every letter.')
    })
    refuseWeak(password, row.name)
    const next = makeRecoveryCode()
    const passwordHash = await hashPassword(password)
    const used = await this.#db.write(async (tx) => {
      const data = {
        passwordHash,
        passwordChangedAt: new Date(this.#now()),
        recoveryHash: recoveryHash(next),
      }
      // Of two who come with the same code one is first; for the other it is used up.
      const { count } = await tx.administrator.updateMany({ where: { id: row.id, recoveryHash: hash }, data })
      if (count > 0) await tx.session.deleteMany({ where: { administratorId: row.id } })
      return count > 0
    })
    if (!used) throw new Problem(401, 'This recovery code has just been used.')
    this.#say(`${row.name} set a new password with the recovery code, from ${address}`)
    return { token: await this.#sessions.open(row.id, address), code: next }
  }

  /** Whoever found an open page must not be able to keep the box. */
  async #confirm(session: Session, password: string, address: string, field: string): Promise<void> {
    await this.#limit.guard(address, session.name, async () => {
      const row = await this.#db.reader.administrator.findUniqueOrThrow({
        where: { id: session.administratorId },
      })
      if (await verifyPassword(password, row.passwordHash)) return true
      this.#say(`${session.name} gave a wrong password from ${address}`)
      const message = 'this is not your present password'
      return new Problem(422, `Nothing was changed: ${message}.`, { faults: [{ path: [field], message }] })
    })
  }
}

function refuseWeak(password: string, name: string): void {
  const fault = passwordFault(password, name)
  if (fault)
    throw new Problem(422, `The password was not taken: ${fault}.`, {
      faults: [{ path: ['password'], message: fault }],
    })
}

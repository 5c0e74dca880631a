/**
 * Changes that go back by themselves unless their maker says, over the new way, that he is still there.
 *
 * The clock runs in the dataplane and nowhere else; here is only known who made the change. Keeping it is allowed
 * - for the session that made it, over a connection that was opened after the change: an old one may go on to live where no new
 *   one would come through;
 * - where the box changed its address, for whoever brings the code that the maker was given: the browser keeps sessions by
 *   address, so at the new one it has none. The code works once, and opens a session there.
 * After a restart of this process nobody is remembered as the maker; then any administrator may keep what waits.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { AppliedSettings, DataplaneClient, Pending } from '@bauta/control'
import { Problem } from './problem.ts'
import type { Call } from './route.ts'
import type { Session } from './session.ts'

interface Maker {
  revision: number
  since: number
  administratorId: number
  tokenHash: string
  /** Where the box is to be reached from now on, when that changed. */
  at: string | null
  code: Buffer
}

export class Confirmations {
  readonly #dataplane: DataplaneClient
  #maker: Maker | null = null

  constructor(dataplane: DataplaneClient) {
    this.#dataplane = dataplane
  }

  /** Notes who made the change that waits now. @returns the code for another address */
  note(
    { revision, since }: Pending,
    { administratorId, tokenHash }: Session,
    at: string | null = null,
  ): string {
    const code = randomBytes(32)
    this.#maker = { revision, since, administratorId, tokenHash, at, code }
    return code.toString('base64url')
  }

  /** Connections opened before this moment prove nothing and are closed after their answer; 0: all are well. */
  get freshSince(): number {
    return this.#maker?.since ?? 0
  }

  /**
   * @returns false where the connection is older than the change, which proves nothing: ask once more over another one
   * @throws Problem 403; DataplaneRefusal 409
   */
  async keep(revision: number, session: Session, via: Call['via']): Promise<boolean> {
    const maker = this.#makerOf(revision)
    if (maker && maker.tokenHash !== session.tokenHash)
      throw new Problem(
        403,
        'Only the browser that made this change can keep it: it must show that it was not cut off.',
      )
    refuseOldWay(maker, via)
    if (maker && via.connectedAt < maker.since) return false
    await this.#answer(revision, true)
    return true
  }

  /** @returns the administrator whose code it is. @throws Problem 403, 409 */
  async keepByCode(revision: number, code: string, via: Call['via']): Promise<number> {
    const maker = this.#makerOf(revision)
    const given = Buffer.from(code, 'base64url')
    if (!maker || given.length !== maker.code.length || !timingSafeEqual(given, maker.code))
      throw new Problem(
        403,
        'This link is used up or too old. Log in at this address and look under Changes what is in force.',
      )
    refuseOldWay(maker, via)
    await this.#answer(revision, true)
    return maker.administratorId
  }

  /** Any administrator may: the settings from before are the safe ones. */
  goBack(revision: number): Promise<AppliedSettings> {
    return this.#answer(revision, false)
  }

  #makerOf(revision: number): Maker | null {
    return this.#maker?.revision === revision ? this.#maker : null
  }

  async #answer(revision: number, keep: boolean): Promise<AppliedSettings> {
    const settings = await this.#dataplane.confirm({ revision, keep })
    this.#maker = null
    return settings
  }
}

function refuseOldWay(maker: Maker | null, { address }: Call['via']): void {
  if (maker?.at && address !== maker.at)
    throw new Problem(403, `The box has moved: confirm it at its new address, http://${maker.at}/.`)
}

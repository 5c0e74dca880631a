/**
 * Who of the household may press which buttons. Names and rights come from the settings; passwords are checked here, one at a
 * time, because each takes tens of megabytes and a router has little.
 *
 * After five wrong passwords in a row a name has to wait: a second, doubling to a minute (reliability F31). The right one makes
 * it forgotten. Nobody is locked out for ever, and a name that does not exist takes as long as one that does.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Dialer, Internet } from '@bauta/config'
import { fits, type PasswordHash, parseHash } from './password-hash.ts'

const FREE_TRIES = 5
const FIRST_WAIT_MS = 1000
const LONGEST_WAIT_MS = 60_000
/** Names that somebody made up do not fill the memory. */
const MOST_NAMES = 256
/** Parameters for names that do not exist; as the web app makes them for those that do. */
const USUAL = { memory: 47_104, passes: 1, parallelism: 1 }

/** What the right password proves itself with, without being sent; see docs/dial-protocol.md. */
export const proofOf = (hash: Uint8Array, name: string, nonce: string): Buffer =>
  createHmac('sha256', hash).update(`bauta-dial-1 ${name} ${nonce}`).digest()

export class Dialers {
  readonly #settings: () => Internet
  readonly #now: () => number
  readonly #failures = new Map<string, { count: number; waitUntil: number }>()
  /** Makes the same salt for the same made-up name each time. */
  readonly #secret = randomBytes(32)
  #turn: Promise<unknown> = Promise.resolve()

  constructor(settings: () => Internet, now: () => number) {
    this.#settings = settings
    this.#now = now
  }

  get any(): boolean {
    return this.#settings().dialers.length > 0
  }

  find(name: string): Dialer | null {
    return this.#settings().dialers.find((dialer) => dialer.name === name) ?? null
  }

  mayDial(name: string, connection: string): boolean {
    return this.find(name)?.connections.includes(connection) ?? false
  }

  /** @returns milliseconds until the name may try again */
  waitOf(name: string): number {
    return Math.max(0, (this.#failures.get(name)?.waitUntil ?? 0) - this.#now())
  }

  /** @returns the dialer, or null where name or password is wrong, or the name has to wait */
  async login(name: string, password: string): Promise<Dialer | null> {
    if (this.waitOf(name) > 0) return null
    const turn = this.#turn.then(() => fits(password, this.#kept(name)))
    this.#turn = turn.catch(() => undefined)
    const right = (await turn) && this.waitOf(name) === 0
    return this.#judged(name, right)
  }

  /** What a client needs to derive the proof from the password. */
  challenge(name: string): Omit<PasswordHash, 'hash'> {
    return this.#kept(name)
  }

  /** @param proof see proofOf */
  prove(name: string, nonce: string, proof: Uint8Array): Dialer | null {
    if (this.waitOf(name) > 0) return null
    const wanted = proofOf(this.#kept(name).hash, name, nonce)
    return this.#judged(name, proof.length === wanted.length && timingSafeEqual(proof, wanted))
  }

  #judged(name: string, right: boolean): Dialer | null {
    const dialer = this.find(name)
    if (right && dialer) {
      this.#failures.delete(name)
      return dialer
    }
    const count = (this.#failures.get(name)?.count ?? 0) + 1
    const wait = count < FREE_TRIES ? 0 : Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (count - FREE_TRIES))
    this.#failures.delete(name)
    this.#failures.set(name, { count, waitUntil: this.#now() + wait })
    this.#forgetOne()
    return null
  }

  /** Names that nobody has go first: whoever makes up many must not make the wrong passwords of a real one forgotten. */
  #forgetOne(): void {
    if (this.#failures.size <= MOST_NAMES) return
    const names = [...this.#failures.keys()]
    this.#failures.delete(names.find((name) => this.find(name) === null) ?? names[0]!)
  }

  /** One that no password fits, for a name that does not exist. */
  #kept(name: string): PasswordHash {
    const dialer = this.find(name)
    const kept = dialer ? parseHash(dialer.passwordHash) : null
    const salt = createHmac('sha256', this.#secret).update(name).digest().subarray(0, 16)
    return kept ?? { ...USUAL, salt, hash: randomBytes(32) }
  }
}

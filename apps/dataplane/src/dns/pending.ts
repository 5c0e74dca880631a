/**
 * Questions under way: handed to the resolver behind the front, not answered yet.
 *
 * Each has an id of its own towards the resolver, given back when it is done. One that stays unanswered is handed over again after
 * 0.4, 1.2 and 2.8 seconds, as a patient client would do it: a resolver that was started again in between answers it then, and
 * dnsmasq takes a question that comes again as a reason to try its other servers (failover within 2 s). After 4.9 seconds the
 * asker is told that it failed; stub resolvers give up after 5 (resolv.conf(5)).
 *
 * While the resolver refuses packets (it is being started again), all are handed over again at every look.
 *
 * Limits: MOST in all, MOST_PER_CLIENT for one machine, so that one cannot take the others' places.
 */
import type { Question } from './message.ts'

export const AGAIN_AFTER_MS = [400, 1200, 2800]
export const GIVE_UP_MS = 4900
/** An id has 16 bits; a quarter of them in use leaves a free one near every place. */
export const MOST = 16_384
export const MOST_PER_CLIENT = 4096

/** Who asked, and the way back. */
export interface Asker {
  /** Address of the machine. */
  client: string
  /** The same for a question and its repetition by the same client, and for no other; null: never repeated (TCP). */
  key: string | null
  /** Over a stream: an answer that was cut short is of no use. */
  stream: boolean
  reply: (answer: Uint8Array) => void
}

export interface Pending {
  id: number
  asker: Asker
  /** As it came, with the asker's id. */
  query: Uint8Array
  question: Question
  since: number
  tries: number
}

export class PendingTable {
  readonly #byId = new Map<number, Pending>()
  readonly #keys = new Set<string>()
  readonly #clients = new Map<string, number>()
  #lastId: number

  /** @param firstId anything */
  constructor(firstId: number) {
    this.#lastId = firstId & 0xffff
  }

  get size(): number {
    return this.#byId.size
  }

  /** @returns the new entry; `repeated` when the same question of the same client is under way; `crowded` when a limit is reached */
  add(asker: Asker, query: Uint8Array, question: Question, now: number): Pending | 'repeated' | 'crowded' {
    if (asker.key !== null && this.#keys.has(asker.key)) return 'repeated'
    const ofClient = this.#clients.get(asker.client) ?? 0
    if (this.#byId.size >= MOST || ofClient >= MOST_PER_CLIENT) return 'crowded'
    const entry: Pending = { id: this.#freeId(), asker, query, question, since: now, tries: 1 }
    this.#byId.set(entry.id, entry)
    if (asker.key !== null) this.#keys.add(asker.key)
    this.#clients.set(asker.client, ofClient + 1)
    return entry
  }

  /** @returns the entry that an answer with this id is for, which is under way no longer */
  take(id: number): Pending | null {
    const entry = this.#byId.get(id)
    if (entry) this.#remove(entry)
    return entry ?? null
  }

  /** @param all the resolver is not there: every question is to be handed over again */
  look(now: number, all: boolean): { again: Pending[]; failed: Pending[] } {
    const again: Pending[] = []
    const failed: Pending[] = []
    for (const entry of this.#byId.values()) {
      const waited = now - entry.since
      if (waited >= GIVE_UP_MS) failed.push(entry)
      else if (waited >= (AGAIN_AFTER_MS[entry.tries - 1] ?? GIVE_UP_MS)) {
        entry.tries++
        again.push(entry)
      } else if (all) again.push(entry)
    }
    for (const entry of failed) this.#remove(entry)
    return { again, failed }
  }

  all(): Iterable<Pending> {
    return this.#byId.values()
  }

  #remove(entry: Pending): void {
    const { id, asker } = entry
    this.#byId.delete(id)
    if (asker.key !== null) this.#keys.delete(asker.key)
    const left = this.#clients.get(asker.client)! - 1
    if (left > 0) this.#clients.set(asker.client, left)
    else this.#clients.delete(asker.client)
  }

  #freeId(): number {
    do this.#lastId = (this.#lastId + 1) & 0xffff
    while (this.#byId.has(this.#lastId))
    return this.#lastId
  }
}

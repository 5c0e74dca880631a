/**
 * Released ports in the order of their release, each until its rest is over.
 *
 * A doubly linked list through two arrays indexed by port: a port joins at the tail, leaves at the head when its time has
 * come, or from the middle when its former owner comes back for it. All rests last equally long, so the order of release
 * is the order of waking. `until` lies in the table's memory, so that a restarted dataplane keeps the rests. It stays there when a port
 * is taken out: killed before the connection is there that it was taken out for, the port still rests.
 */
import { PORTS_PER_PROTOCOL } from './layout.ts'

const NONE = -1

export class RestQueue {
  /** Tick at which a port that rests may be given to others again; 0: it does not rest. */
  readonly #until: Float64Array
  readonly #rests = new Uint8Array(PORTS_PER_PROTOCOL)
  readonly #next = new Int32Array(PORTS_PER_PROTOCOL)
  readonly #previous = new Int32Array(PORTS_PER_PROTOCOL)
  #head = NONE
  #tail = NONE

  constructor(until: Float64Array) {
    this.#until = until
  }

  has(port: number): boolean {
    return this.#rests[port] === 1
  }

  /** The port that has rested longest, or -1. */
  get first(): number {
    return this.#head
  }

  /** The port released next after this one, or -1. */
  after(port: number): number {
    return this.#next[port]!
  }

  add(port: number, until: number): void {
    this.#until[port] = until
    this.#link(port)
  }

  remove(port: number): void {
    const next = this.#next[port]!
    const previous = this.#previous[port]!
    if (previous === NONE) this.#head = next
    else this.#next[previous] = next
    if (next === NONE) this.#tail = previous
    else this.#previous[next] = previous
    this.#rests[port] = 0
  }

  /** Takes out the first port if its rest is over. @returns the port, or -1 */
  wake(now: number): number {
    const port = this.#head
    if (port === NONE || this.#until[port]! > now) return NONE
    this.remove(port)
    this.#until[port] = 0
    return port
  }

  /** A port that is in use, or was, and is not to rest for it. */
  forgo(port: number): void {
    this.#until[port] = 0
  }

  /** Builds the order anew from the times that the memory has kept. */
  rebuild(): void {
    this.#head = NONE
    this.#tail = NONE
    this.#rests.fill(0)
    const resting: number[] = []
    for (let port = 0; port < PORTS_PER_PROTOCOL; port++) if (this.#until[port] !== 0) resting.push(port)
    resting.sort((a, b) => this.#until[a]! - this.#until[b]!)
    for (const port of resting) this.#link(port)
  }

  #link(port: number): void {
    this.#rests[port] = 1
    this.#next[port] = NONE
    this.#previous[port] = this.#tail
    if (this.#tail === NONE) this.#head = port
    else this.#next[this.#tail] = port
    this.#tail = port
  }
}

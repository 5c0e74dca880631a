/**
 * Released ports in the order of their release, each until its rest is over.
 *
 * A doubly linked list through two arrays indexed by port: a port joins at the tail, leaves at the head when its time has
 * come, or from the middle when its former owner comes back for it. All rests last equally long, so the order of release
 * is the order of waking. `until` lies in the table's memory, so that a restarted dataplane keeps the rests. It stays there when a port
 * is taken out: killed before the connection is there that it was taken out for, the port still rests.
 */
import { PORTS_PER_PROTOCOL } from './layout.ts'
import { PortBitmap } from './port-bitmap.ts'
import { writtenIn } from './written.ts'

const NONE = -1

export class RestQueue {
  /** Tick at which a port that rests may be given to others again; 0: it does not rest. */
  readonly #until: Float64Array
  /** The ports that rest. */
  readonly ports = new PortBitmap()
  readonly #next = new Int32Array(PORTS_PER_PROTOCOL)
  readonly #previous = new Int32Array(PORTS_PER_PROTOCOL)
  #head = NONE
  #tail = NONE

  constructor(until: Float64Array) {
    this.#until = until
  }

  has(port: number): boolean {
    return this.ports.has(port)
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
    this.ports.delete(port)
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
    this.ports.clear()
    const resting: number[] = []
    const until = this.#until
    for (const [from, to] of writtenIn(until))
      for (let port = from; port < to; port++) if (until[port] !== 0) resting.push(port)
    resting.sort((a, b) => until[a]! - until[b]!)
    for (const port of resting) this.#link(port)
  }

  #link(port: number): void {
    this.ports.add(port)
    this.#next[port] = NONE
    this.#previous[port] = this.#tail
    if (this.#tail === NONE) this.#head = port
    else this.#next[this.#tail] = port
    this.#tail = port
  }
}

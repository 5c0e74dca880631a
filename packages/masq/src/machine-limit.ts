/**
 * How many connections every LAN machine has opened, and whether it may open another one (RFC 6888 REQ-4).
 *
 * Open addressing with linear probing over addresses, as in lan-sockets.ts. Machines that do not fit (there is room for thousands; a
 * home has dozens) are not counted and so not limited. Only the packet thread uses it; nothing is allocated after the constructor.
 */
const PLACES = 16_384
const MASK = PLACES - 1
/** Beyond this probing would get long. */
const MOST = PLACES / 2

export class MachineLimit {
  /** 0: no limit. */
  most = 0
  readonly #machines = new Int32Array(PLACES)
  readonly #counts = new Int32Array(PLACES)
  #known = 0

  /** @param client signed 32-bit, here and below */
  isReached(client: number): boolean {
    return this.most !== 0 && this.#counts[this.#place(client)]! >= this.most
  }

  countOf(client: number): number {
    return this.#counts[this.#place(client)]!
  }

  add(client: number): void {
    const place = this.#place(client)
    if (this.#counts[place] === 0) {
      if (this.#known === MOST) return
      this.#known++
      this.#machines[place] = client
    }
    this.#counts[place]!++
  }

  remove(client: number): void {
    const place = this.#place(client)
    if (this.#counts[place] === 0) return
    this.#counts[place]!--
    if (this.#counts[place] === 0) this.#takeOut(place)
  }

  /** @returns where the machine is counted, or would be */
  #place(client: number): number {
    let place = home(client)
    while (this.#counts[place] !== 0 && this.#machines[place] !== client) place = (place + 1) & MASK
    return place
  }

  /** What follows moves back over the hole, so that no search ends before its machine. */
  #takeOut(hole: number): void {
    this.#known--
    let free = hole
    for (let place = (hole + 1) & MASK; this.#counts[place] !== 0; place = (place + 1) & MASK) {
      if (((place - home(this.#machines[place]!)) & MASK) < ((place - free) & MASK)) continue
      this.#machines[free] = this.#machines[place]!
      this.#counts[free] = this.#counts[place]!
      free = place
    }
    this.#counts[free] = 0
  }
}

/** Fibonacci hashing: machines of one network lie side by side, and are to be spread. */
const home = (client: number): number => (Math.imul(client, 0x9e3779b1) >>> 16) & MASK

/**
 * Which masq port belongs to a LAN socket (client address and port) of one protocol.
 *
 * Open addressing with linear probing over port numbers: the socket itself is read from the arrays that the port table
 * keeps by port, so an entry is just a port. There are at most 65536 ports, so the 131072 places are never more than half
 * full. Removal shifts back what follows, which leaves no graves behind. Only the packet thread uses it.
 */
import { hashKey } from './hash.ts'
import { PORTS_PER_PROTOCOL } from './layout.ts'

const PLACES = 2 * PORTS_PER_PROTOCOL
const MASK = PLACES - 1

export class LanSockets {
  readonly #owner: Int32Array
  readonly #ownerPort: Uint16Array
  readonly #seed: number
  /** port + 1, or 0 where empty */
  readonly #places = new Int32Array(PLACES)

  /** Both arrays are indexed by masq port and say whose it is. */
  constructor(owner: Int32Array, ownerPort: Uint16Array, seed: number) {
    this.#owner = owner
    this.#ownerPort = ownerPort
    this.#seed = seed
  }

  /** @param client signed 32-bit @returns the masq port, or -1 */
  find(client: number, clientPort: number): number {
    for (let place = this.#home(client, clientPort); ; place = (place + 1) & MASK) {
      const port = this.#places[place]! - 1
      if (port < 0) return -1
      if (this.#owner[port] === client && this.#ownerPort[port] === clientPort) return port
    }
  }

  /** Enters a port whose owner is already written and not yet entered with another port. */
  add(port: number): void {
    let place = this.#homeOf(port)
    while (this.#places[place] !== 0) place = (place + 1) & MASK
    this.#places[place] = port + 1
  }

  /** Takes out an entered port; its owner is still written. */
  remove(port: number): void {
    let hole = this.#homeOf(port)
    while (this.#places[hole] !== port + 1) hole = (hole + 1) & MASK
    for (let place = (hole + 1) & MASK; this.#places[place] !== 0; place = (place + 1) & MASK) {
      const home = this.#homeOf(this.#places[place]! - 1)
      // An entry may fill the hole unless its home lies between the hole and itself.
      if (((place - home) & MASK) < ((place - hole) & MASK)) continue
      this.#places[hole] = this.#places[place]!
      hole = place
    }
    this.#places[hole] = 0
  }

  clear(): void {
    this.#places.fill(0)
  }

  #homeOf(port: number): number {
    return this.#home(this.#owner[port]!, this.#ownerPort[port]!)
  }

  #home(client: number, clientPort: number): number {
    return hashKey(this.#seed, client, 0, clientPort, 0) & MASK
  }
}

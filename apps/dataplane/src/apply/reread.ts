/**
 * Reading the rules again when the line comes up or goes down, as Debian's ipmasq did from pppd's scripts (`rereadUp`, `rereadDown` of
 * packages/config/src/ports.ts). Rules follow the line by themselves; whoever wants their counts and limits to be those of one session chooses this.
 *
 * The line is up while the WAN has an address. Another address without a moment in between is a line that has come up: a session or lease
 * has begun. A line that was up when the dataplane started has not come up since.
 */
import { formatAddress, type Ports } from '@bauta/config'

export interface LineTurn {
  up: boolean
  /** For the box's log: why. */
  text: string
}

export class LineTurns {
  #address: number

  /** @param address of the WAN when the first configuration was made; 0: none */
  constructor(address: number) {
    this.#address = address
  }

  /** @param address of the WAN now @returns what became of the line since the last call, or null */
  look(address: number): LineTurn | null {
    const was = this.#address
    this.#address = address
    if (address === was) return null
    if (address === 0) return { up: false, text: `the line went down (it had ${formatAddress(was)})` }
    return { up: true, text: `the line came up with ${formatAddress(address)}` }
  }
}

export const asksToReread = ({ rereadUp, rereadDown }: Ports, { up }: LineTurn): boolean =>
  up ? rereadUp : rereadDown

/** @param ended connections that the rules do not let through any more */
export const rereadText = ({ text }: LineTurn, ended: number): string =>
  `the rules were read again: ${text}; their counters begin at zero, limits are open again${ended > 0 ? `, ${ended} ${ended === 1 ? 'connection' : 'connections'} ended` : ''}`

/**
 * What the main thread and the packet thread have to say to each other about rules, beside the rules themselves: who is behind which
 * address (for matches on MAC addresses), and packets that rules log.
 */
import { macNumber } from '@bauta/chains'
import { parseAddress } from '@bauta/config'
import type { LogLine } from '@bauta/control/schemas'
import type { InForce } from './apply/apply.ts'
import type { Neighbour } from './home/neighbours.ts'
import { PacketLogReader, packetLogBytes } from './packet-log.ts'
import { packetLogLine } from './packet-log-line.ts'
import type { CommandBody } from './thread-protocol.ts'

/** How often to look what there is to say. */
export const LOG_MS = 250
/** Lines at a time: a flood must not push everything else out of the log. */
const MOST_LOGGED = 10

export interface RuleTalkParts {
  inForce: () => InForce
  neighbours: () => readonly Neighbour[]
  send: (command: CommandBody) => Promise<unknown>
  log: (text: string, level: LogLine['level']) => void
}

export class RuleTalk {
  /** The ring of packets to be logged. */
  readonly memory = new SharedArrayBuffer(packetLogBytes)
  readonly #reader = new PacketLogReader(this.memory)
  readonly #parts: RuleTalkParts
  /** The list that the packet thread knows: the watcher makes a new one whenever something is different. */
  #told: readonly Neighbour[] = []

  constructor(parts: RuleTalkParts) {
    this.#parts = parts
  }

  /** A thread that is just being started again is told when it is there. */
  tellNeighbours(): void {
    const known = this.#parts.neighbours()
    this.#told = known
    const addresses = Int32Array.from(known, ({ address }) => parseAddress(address)! | 0)
    const macs = Float64Array.from(known, ({ mac }) => macNumber(mac))
    this.#parts.send({ kind: 'neighbours', addresses, macs }).catch(() => undefined)
  }

  /** Call every LOG_MS. */
  look(): void {
    if (this.#parts.neighbours() !== this.#told) this.tellNeighbours()
    this.#logged()
  }

  #logged(): void {
    const { snapshot, config } = this.#parts.inForce()
    const { packets, lost } = this.#reader.take(MOST_LOGGED)
    const nameOf = (index: number) => config.interfaces[index]?.name ?? '-'
    for (const packet of packets) {
      const line = packetLogLine(packet, snapshot.rules, nameOf)
      if (line) this.#parts.log(line.text, line.level)
    }
    if (lost > 0) this.#parts.log(`${lost} more packets were to be logged; too many at once`, 'info')
  }
}

/**
 * What the main thread and the packet thread have to say to each other about rules, beside the rules themselves: who is behind which
 * address (for matches on MAC addresses), and packets that rules log.
 */
import { macNumber } from '@bauta/chains'
import { parseAddress } from '@bauta/config'
import type { LogLine } from '@bauta/control/schemas'
import type { InForce } from './apply/apply.ts'
import type { Neighbour } from './home/neighbours.ts'
import { PacketLogReader } from './packet-log.ts'
import { packetLogLine } from './packet-log-line.ts'
import type { CommandBody, KnownNeighbours } from './thread-protocol.ts'

/** How often to look what there is to say. */
export const LOG_MS = 250
/** Lines at a time: a flood must not push everything else out of the log. */
const MOST_LOGGED = 10

/** The parts of the dataplane that have something to do with it; they are there when the first look is taken. */
export interface RuleTalkParts {
  applier: { inForce: InForce }
  parts: {
    home: { neighbours: { current: readonly Neighbour[] } }
    logs: { add: (source: string, text: string, level: LogLine['level']) => void }
  }
  thread: { send: (command: CommandBody) => Promise<unknown> }
  /** The next process is to know it, too. */
  keep: () => void
}

export class RuleTalk {
  readonly #reader: PacketLogReader
  readonly #of: () => RuleTalkParts
  /** The list that the packet thread knows: the watcher makes a new one whenever something is different. */
  #told: readonly Neighbour[] = []
  #known: KnownNeighbours = { addresses: new Int32Array(0), macs: new Float64Array(0) }

  /** @param log the ring of packets to be logged */
  constructor(log: SharedArrayBuffer, of: () => RuleTalkParts) {
    this.#reader = new PacketLogReader(log)
    this.#of = of
  }

  /** What the packet thread was told last; a new one begins with it. */
  get neighbours(): KnownNeighbours {
    return this.#known
  }

  #tellNeighbours(): void {
    const { parts, thread, keep } = this.#of()
    const current = parts.home.neighbours.current
    this.#told = current
    const addresses = Int32Array.from(current, ({ address }) => parseAddress(address)! | 0)
    const macs = Float64Array.from(current, ({ mac }) => macNumber(mac))
    this.#known = { addresses, macs }
    // A thread that is just being started again begins with them.
    thread.send({ kind: 'neighbours', addresses, macs }).catch(() => undefined)
    keep()
  }

  /** Call every LOG_MS. */
  look(): void {
    if (this.#of().parts.home.neighbours.current !== this.#told) this.#tellNeighbours()
    this.#logged()
  }

  #logged(): void {
    const { applier, parts } = this.#of()
    const { snapshot, config } = applier.inForce
    const { packets, lost } = this.#reader.take(MOST_LOGGED)
    const nameOf = (index: number) => config.interfaces[index]?.name ?? '-'
    for (const packet of packets) {
      const line = packetLogLine(packet, snapshot.rules, nameOf)
      if (line) parts.logs.add('firewall', line.text, line.level)
    }
    if (lost > 0)
      parts.logs.add('firewall', `${lost} more packets were to be logged; too many at once`, 'info')
  }
}

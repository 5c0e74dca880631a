/**
 * The packet tracer: a packet of one's choice through THE packet path (path.ts), and what happened to it, in words.
 *
 * It is the packet path's own code, in the main thread, with collaborators that nobody else has: a copy of the connection table as it
 * is at this moment, counters that start at zero (whatever is counted belongs to this packet), and devices that keep
 * what is written. The rules' particulars come from packages/chains `trace`, the evaluator's second opinion; should the two ever
 * disagree the station says so.
 *
 * What cannot be known beforehand: the number of a masq port that has to be chosen (it is drawn at random; the way names one),
 * whether a rule's limit has room (it is taken to have), and the identification of what may be fragmented.
 */
import { formatAddress, parseAddress, type Snapshot } from '@bauta/config'
import type { TraceReply, TraceRequest, TraceWay } from '@bauta/control/schemas'
import { type ConnectionTable, copyTable, Masquerader } from '@bauta/masq'
import { PacketView, PROTOCOL, parsePacket, readVnetHeader, TCP_FLAG, VNET_HEADER } from '@bauta/packet'
import { MAX_FRAME, TICKS_PER_SECOND } from '@bauta/tun-tap'
import { Counters, countersBytes } from '../counters.ts'
import { BOX, type Crossing } from '../path/crossing.ts'
import { Path } from '../path.ts'
import type { PathConfig } from '../path-config.ts'
import { randomWords } from '../random-words.ts'
import { type Event, Recorder } from './recorder.ts'
import { frameOf } from './synthetic-packet.ts'
import { wayInWords } from './words.ts'

export interface TracerSource {
  config: PathConfig
  /** The settings that `config` was made of. */
  snapshot: Snapshot
  table: ConnectionTable
  /** MAC addresses by IPv4 address (`| 0`), 48 bits each. */
  neighbours?: ReadonlyMap<number, number>
  /** Ports on which the box's own services listen: protocol*65536+port. */
  listening?: ReadonlySet<number>
  /** Ticks. */
  now: number
  /** For ports that have to be chosen; 32 bits a call. */
  random?: () => number
}

/** One packet through the path, as it was noted. */
export interface Crossed {
  from: number
  frame: Uint8Array
  events: Event[]
  /** Drop reason code, 0: not dropped. */
  reason: number
  /** The path's own notes of the packet, until the next one. */
  crossing: Crossing
}

export class TraceRefused extends Error {}

export class Tracer {
  readonly #source: TracerSource
  readonly #recorder = new Recorder()
  readonly #counters = new Counters(new ArrayBuffer(countersBytes))
  readonly #path: Path
  readonly #buffer = new Uint8Array(MAX_FRAME)

  constructor(source: TracerSource) {
    this.#source = source
    const { config, now } = source
    const table = copyTable(source.table)
    const masq = new Masquerader(table, { random: source.random ?? randomWords() })
    const reservedPorts = [...(source.listening ?? [])].map((port) => ({
      protocol: port >>> 16,
      port: port & 0xffff,
    }))
    const { timeouts, ports, forwards, helpers } = config
    masq.configure({ timeouts, ports, reservedPorts, forwards, helpers }, now)
    this.#path = new Path(table, this.#recorder.masquerader(masq), this.#counters, config, 1)
    const { crossing } = this.#path
    if (source.neighbours) crossing.evaluator.neighbours = source.neighbours
    crossing.evaluator = this.#recorder.evaluator(crossing.evaluator)
    const devices = config.interfaces.map(({ name, role }) =>
      role === 'unused' ? null : this.#recorder.device(name),
    )
    this.#path.connect(devices, this.#recorder.device(BOX_DEVICE))
  }

  /** @throws TraceRefused where the question makes no sense for this box */
  trace(request: TraceRequest): TraceReply {
    const { config, snapshot } = this.#source
    const crossed = this.cross(this.#cameInBy(request), frameOf(request))
    const way = wayInWords(crossed, config, snapshot)
    const connection = this.#connection(crossed)
    return { revision: config.revision, way, connection, answer: this.#answer(crossed, way) }
  }

  /** A frame through the path. @param from interface index or BOX */
  cross(from: number, frame: Uint8Array): Crossed {
    this.#recorder.take()
    this.#counters.drops.fill(0)
    this.#buffer.set(frame)
    this.#path.receive(from, this.#buffer, frame.length, this.#source.now)
    this.#path.tick(this.#source.now)
    const reason = this.#counters.drops.findIndex((packets) => packets > 0)
    return {
      from,
      frame,
      events: this.#recorder.take(),
      reason: Math.max(0, reason),
      crossing: this.#path.crossing,
    }
  }

  #cameInBy({ interface: name, from }: TraceRequest): number {
    const { config } = this.#source
    const { crossing } = this.#path
    if (name !== undefined) {
      const index = config.interfaces.findIndex((entry) => entry.name === name && entry.role !== 'unused')
      if (index < 0) throw new TraceRefused(`The box has no interface “${name}” that is LAN or WAN.`)
      return index
    }
    const source = parseAddress(from)!
    if (crossing.isOwn(source)) return BOX
    const behind = crossing.routeTo(source)
    if (behind >= 0) return behind
    if (config.wan < 0) throw new TraceRefused(`Nothing leads to ${from}: no interface has the role WAN.`)
    return config.wan
  }

  #connection({ crossing }: Crossed): TraceReply['connection'] {
    const { slot, table, fresh } = crossing
    if (slot < 0 || !table.used(slot)) return null
    return {
      opened: fresh,
      state: table.stateName(slot),
      timeout: table.timeout(slot) / TICKS_PER_SECOND,
      client: formatAddress(table.client(slot)),
      clientPort: table.clientPort(slot),
      wan: formatAddress(table.wan(slot)),
      masqPort: table.masqPort(slot),
      server: formatAddress(table.server(slot)),
      serverPort: table.serverPort(slot),
    }
  }

  /** What the other side would answer to what left the box, on its way back. */
  #answer({ crossing, events }: Crossed, way: TraceWay): TraceWay | null {
    if (way.outcome !== 'carried' || crossing.slot < 0 || crossing.aboutSlot) return null
    const sent = events.findLast((event) => event.kind === 'write')
    const question = sent && answerTo(sent.frame)
    if (!question) return null
    const { config, snapshot } = this.#source
    return wayInWords(this.cross(crossing.outIf, frameOf(question)), config, snapshot)
  }
}

export const BOX_DEVICE = 'box'

/** @returns the answer that a friendly machine gives to a packet; null where it gives none */
function answerTo(frame: Uint8Array): TraceRequest | null {
  const view = new PacketView()
  readVnetHeader(view, frame, 0)
  if (parsePacket(view, frame, VNET_HEADER, frame.length - VNET_HEADER) !== 0) return null
  const { protocol, tcpFlags, icmpType, icmpId } = view
  const query = protocol === PROTOCOL.icmp ? REPLIES.get(icmpType) : 0
  if (query === undefined || (tcpFlags & TCP_FLAG.rst) !== 0) return null
  return {
    from: formatAddress(view.destination),
    to: formatAddress(view.source),
    protocol,
    sourcePort: view.destinationPort,
    port: view.sourcePort,
    icmpType: query,
    icmpCode: 0,
    icmpId,
    tcpFlags: TCP_FLAG.ack | (tcpFlags & (TCP_FLAG.syn | TCP_FLAG.fin)),
    ttl: 60,
    length: 60,
    dontFragment: false,
  }
}

const REPLIES = new Map([
  [8, 0],
  [13, 14],
  [15, 16],
  [17, 18],
])

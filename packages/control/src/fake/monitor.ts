import type { MonitorPacket, MonitorState, WatchRequest } from '../monitor.ts'
import type { FakeHome } from './home.ts'

const ROWS = 100
/** A section header block and nothing in it: the shortest capture file there is. */
const EMPTY_FILE = Buffer.from('0a0d0d0a1c0000004d3c2b1a01000000ffffffffffffffff1c000000', 'hex')

/** Two packets a look: one of a connection of the household going out, one coming back; now and then one that is dropped. */
export class FakeMonitor {
  readonly #home: FakeHome
  #watched: WatchRequest | null = null
  #state: MonitorState

  constructor(home: FakeHome) {
    this.#home = home
    this.#state = { ...NOTHING, at: home.now }
  }

  start(request: WatchRequest): MonitorState | null {
    if (request.connection && !this.#row(request.connection)) return null
    this.#watched = request
    const words = [
      request.interface,
      request.host && `host ${request.host}`,
      request.port && `port ${request.port}`,
    ]
    this.#state = {
      ...NOTHING,
      at: this.#home.now,
      watching: true,
      words: request.connection ? 'one connection' : words.filter(Boolean).join(', ') || 'every packet',
      startedAt: this.#home.now,
      turns: [],
    }
    return this.state()
  }

  stop(): void {
    if (this.#watched) this.#state = { ...this.#state, watching: false, ended: 'It was stopped.' }
    this.#watched = null
  }

  state(): MonitorState {
    this.#state = { ...this.#state, at: this.#home.now }
    const row = this.#watched && this.#row(this.#watched.connection)
    if (!row) return this.#state
    const near = { address: row.client, port: row.clientPort }
    const masq = { address: row.wan, port: row.masqPort }
    const far = { address: row.server, port: row.serverPort }
    const { seen, turns } = this.#state
    const next = [
      {
        turn: seen + 1,
        at: this.#home.now,
        in: packet('lan0', near, far, 64),
        out: [packet('wan0', masq, far, 63)],
      },
      {
        turn: seen + 2,
        at: this.#home.now,
        in: packet('wan0', far, masq, 58),
        out: seen % 8 === 6 ? [] : [packet('lan0', far, near, 57)],
      },
    ]
    this.#state = {
      ...this.#state,
      seen: seen + 2,
      kept: this.#state.kept + 4,
      notShown: Math.max(0, seen + 2 - ROWS),
      turns: [...turns, ...next].slice(-ROWS),
    }
    return this.#state
  }

  file = (): Buffer => EMPTY_FILE

  #row(id?: string) {
    const { flows } = this.#home
    return (id === undefined ? flows[0] : flows.find((flow) => flow.row.id === id))?.row
  }
}

interface End {
  address: string
  port: number
}

const packet = (device: string, from: End, to: End, ttl: number): MonitorPacket => ({
  interface: device,
  text: `tcp ${from.address}:${from.port} > ${to.address}:${to.port} [.] ttl ${ttl} id 1 len 52`,
  source: from.address,
  sourcePort: from.port,
  destination: to.address,
  destinationPort: to.port,
  icmpId: null,
  ttl,
  tos: 0,
  length: 52,
  sequence: 1,
})

const NOTHING: MonitorState = {
  at: 0,
  watching: false,
  words: '',
  startedAt: null,
  ended: null,
  seen: 0,
  notShown: 0,
  lost: 0,
  kept: 0,
  notKept: 0,
  turns: [],
}

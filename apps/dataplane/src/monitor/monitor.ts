/**
 * The live packet monitor, in the main thread: who watches what, the packets of the last moments, and the file to take away.
 *
 * States: idle; watching (a ring is with the packet thread, and is emptied several times a second). One watch at a time; a new one
 * takes the place of the old. A watch ends when it is stopped, after LONGEST_MS, and when nobody has read from it for
 * UNREAD_MS, so that a closed page costs nothing. What was caught stays for the download until the next watch.
 *
 * Bounds: the ring (4 MB), the file (MOST_KEPT bytes), the rows told (ROWS). Whatever is over a bound is counted, and told.
 */
import type { MonitorState, MonitorTurn } from '@bauta/control/schemas'
import type { WatchFilter } from './filter.ts'
import { packetOfBytes } from './packet-words.ts'
import { type CapturedPacket, writePcapng } from './pcapng.ts'
import { type Caught, Ring } from './ring.ts'

const DRAIN_MS = 100
const ROWS = 100
const MOST_KEPT = 16 * 1024 * 1024
/** What a packet costs beside its bytes. */
const EACH = 512
const LONGEST_MS = 15 * 60_000
const UNREAD_MS = 20_000

export interface MonitorSource {
  /** Gives the packet thread a ring and a filter, or takes them away. */
  watch: (memory: SharedArrayBuffer | null, filter: WatchFilter | null) => Promise<unknown>
  /** Names of the interfaces by index. */
  names: () => string[]
  log: (line: string) => void
  now?: () => number
}

export class Monitor {
  readonly #source: MonitorSource
  readonly #now: () => number
  #ring: Ring | null = null
  #filter: WatchFilter | null = null
  #words = ''
  #timer: NodeJS.Timeout | null = null
  #startedAt = 0
  #readAt = 0
  #names: string[] = []
  #turns: MonitorTurn[] = []
  #seen = 0
  #kept: CapturedPacket[] = []
  #keptBytes = 0
  #notKept = 0
  #ended: string | null = null
  #lost = 0

  constructor(source: MonitorSource) {
    this.#source = source
    this.#now = source.now ?? Date.now
  }

  /** @param words what is watched, for people */
  async start(filter: WatchFilter, words: string): Promise<MonitorState> {
    await this.stop(null)
    const ring = new Ring()
    await this.#source.watch(ring.memory, filter)
    this.#ring = ring
    this.#filter = filter
    this.#words = words
    this.#startedAt = this.#readAt = this.#now()
    this.#names = ['the box', ...this.#source.names()]
    this.#turns = []
    this.#kept = []
    this.#seen = this.#keptBytes = this.#notKept = this.#lost = 0
    this.#ended = null
    this.#timer = setInterval(() => this.#look(), DRAIN_MS)
    return this.state()
  }

  /** @param why for people; null: by hand */
  async stop(why: string | null): Promise<void> {
    if (!this.#ring) return
    this.#drain()
    this.#ring = null
    this.#ended = why ?? 'It was stopped.'
    if (this.#timer) clearInterval(this.#timer)
    this.#timer = null
    await this.#source.watch(null, null).catch((error: Error) => this.#source.log(error.message))
  }

  /** The packet thread was started again: it knows of no watch. */
  again(): void {
    if (!this.#ring) return
    this.#source
      .watch(this.#ring.memory, this.#filter)
      .catch((error: Error) => this.#source.log(error.message))
  }

  /** For a reader; a watch that nobody reads ends. */
  state(): MonitorState {
    this.#readAt = this.#now()
    this.#drain()
    return {
      at: this.#readAt,
      watching: this.#ring !== null,
      words: this.#words,
      startedAt: this.#startedAt || null,
      ended: this.#ended,
      seen: this.#seen,
      notShown: Math.max(0, this.#seen - this.#turns.length),
      lost: this.#lost,
      kept: this.#kept.length,
      notKept: this.#notKept,
      turns: this.#turns,
    }
  }

  /** @returns a pcapng file of what was caught */
  file(): Uint8Array {
    this.#drain()
    return writePcapng(this.#names, this.#kept)
  }

  #look(): void {
    this.#drain()
    const now = this.#now()
    if (now - this.#readAt > UNREAD_MS) void this.stop('It ended because nobody was looking any more.')
    else if (now - this.#startedAt > LONGEST_MS) void this.stop('It ended after a quarter of an hour.')
  }

  #drain(): void {
    if (!this.#ring) return
    const now = this.#now()
    for (const caught of this.#ring.take()) this.#add(caught, now)
    this.#lost = this.#ring.lost
  }

  #add(caught: Caught, now: number): void {
    const packet = { ...packetOfBytes(caught.bytes), interface: this.#nameOf(caught) }
    if (caught.outward) {
      const turn = this.#turns.findLast((one) => one.turn === caught.turn)
      turn?.out.push(packet)
    } else {
      this.#seen++
      this.#turns.push({ turn: caught.turn, at: now, in: packet, out: [] })
      if (this.#turns.length > ROWS) this.#turns.shift()
    }
    const bytes = caught.bytes.length + EACH
    if (this.#keptBytes + bytes > MOST_KEPT) {
      this.#notKept++
      return
    }
    this.#keptBytes += bytes
    this.#kept.push({
      interface: this.#indexOf(caught) + 1,
      at: now,
      outward: caught.outward,
      length: caught.length,
      bytes: caught.bytes,
    })
  }

  #indexOf = ({ outward, inIf, outIf }: Caught): number => (outward ? outIf : inIf)
  #nameOf = (caught: Caught): string => this.#names[this.#indexOf(caught) + 1] ?? 'the box'
}

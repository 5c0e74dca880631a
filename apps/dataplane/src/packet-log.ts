/**
 * Packets that rules want told about, on their way from the packet thread to the box's log.
 *
 * The packet thread copies what is worth telling into a ring in memory that both threads see, and goes on: it makes no text and
 * waits for nobody. The main thread comes by a few times a second (PacketLogReader). Somebody who sends faster than that loses
 * lines, not packets: what was written over is counted and told in one line.
 *
 * Layout, in words of 32 bits: `written` (how many records ever), then RECORDS records of RECORD words: the fields of WORD, then the
 * first SNAP bytes of the packet as it came. Addresses and ports stand beside, as the rule saw them.
 */
import type { MatchInput } from '@bauta/chains'

const RECORDS = 256
const HEADER = 2
const SNAP = 120
const FIELDS = 16
const RECORD = FIELDS + SNAP / 4
export const packetLogBytes = 4 * (HEADER + RECORDS * RECORD)

const WORD = {
  rule: 0,
  hook: 1,
  inIf: 2,
  outIf: 3,
  mark: 4,
  source: 5,
  destination: 6,
  ports: 7,
  snapped: 8,
  revision: 9,
  packets: 10,
} as const

/** In the place of a hook: the packet found no masq port, as 2.2 told it. `mark` is what was free, `packets` why (FAILURE of packages/masq). */
export const MASQ_FAILURE = -1

/** The side of the packet thread. */
export class PacketLog {
  readonly #words: Int32Array
  readonly #bytes: Uint8Array

  constructor(memory: ArrayBufferLike = new ArrayBuffer(packetLogBytes)) {
    this.#words = new Int32Array(memory)
    this.#bytes = new Uint8Array(memory)
  }

  /**
   * @param seen the packet as the rule saw it
   * @param buffer with the packet as it came, from `start` on
   */
  note(
    ruleId: number,
    hook: number,
    seen: MatchInput,
    inIf: number,
    outIf: number,
    mark: number,
    revision: number,
    packets: number,
    buffer: Uint8Array,
    start: number,
  ): void {
    const words = this.#words
    const place = HEADER + ((words[0]! >>> 0) % RECORDS) * RECORD
    words[place + WORD.rule] = ruleId
    words[place + WORD.hook] = hook
    words[place + WORD.inIf] = inIf
    words[place + WORD.outIf] = outIf
    words[place + WORD.mark] = mark
    words[place + WORD.source] = seen.source
    words[place + WORD.destination] = seen.destination
    words[place + WORD.ports] = (seen.sourcePort << 16) | seen.destinationPort
    words[place + WORD.revision] = revision
    words[place + WORD.packets] = packets
    const snapped = Math.min(SNAP, seen.totalLength, buffer.length - start)
    words[place + WORD.snapped] = snapped
    const at = 4 * (place + FIELDS)
    for (let i = 0; i < snapped; i++) this.#bytes[at + i] = buffer[start + i]!
    Atomics.add(words, 0, 1)
  }
}

export interface LoggedPacket {
  ruleId: number
  hook: number
  inIf: number
  outIf: number
  mark: number
  source: number
  destination: number
  sourcePort: number
  destinationPort: number
  revision: number
  /** More than one: a super-packet. */
  packets: number
  /** The packet from its IP header on, cut. */
  bytes: Uint8Array
}

/** The side of the main thread. */
export class PacketLogReader {
  readonly #words: Int32Array
  readonly #bytes: Uint8Array
  #read = 0

  constructor(memory: ArrayBufferLike) {
    this.#words = new Int32Array(memory)
    this.#bytes = new Uint8Array(memory)
    this.#read = Atomics.load(this.#words, 0) >>> 0
  }

  /** @returns the newest `most` packets since the last call, oldest first, and how many more there were */
  take(most: number): { packets: LoggedPacket[]; lost: number } {
    const written = Atomics.load(this.#words, 0) >>> 0
    const fresh = (written - this.#read) >>> 0
    this.#read = written
    const shown = Math.min(fresh, most, RECORDS - 1)
    const packets = Array.from({ length: shown }, (_, i) => this.#packet((written - shown + i) >>> 0))
    return { packets, lost: fresh - shown }
  }

  #packet(number: number): LoggedPacket {
    const place = HEADER + (number % RECORDS) * RECORD
    const word = (at: number) => this.#words[place + at]!
    const at = 4 * (place + FIELDS)
    return {
      ruleId: word(WORD.rule),
      hook: word(WORD.hook),
      inIf: word(WORD.inIf),
      outIf: word(WORD.outIf),
      mark: word(WORD.mark) >>> 0,
      source: word(WORD.source) >>> 0,
      destination: word(WORD.destination) >>> 0,
      sourcePort: word(WORD.ports) >>> 16,
      destinationPort: word(WORD.ports) & 0xffff,
      revision: word(WORD.revision),
      packets: word(WORD.packets),
      bytes: this.#bytes.slice(at, at + word(WORD.snapped)),
    }
  }
}

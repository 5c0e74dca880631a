/**
 * Two ends of TCP with a box between them, for the tests of streams.ts: random pieces, loss, repetition, reordering and SACK. The
 * ends are strict: a byte that is not yet acknowledged must never come with another value, an acknowledgement must never
 * be of what was not sent, and what was acknowledged selectively is never sent again.
 */
import { PacketView, parsePacket, readVnetHeader, TCP_FLAG, VNET_HEADER } from '@bauta/packet'
import { buildTcp } from '@bauta/packet/build'
import type { Masquerader } from '../masquerader.ts'
import { formatted, LAN1, SERVER, seededRandom, WAN } from '../testing.ts'

export interface Weather {
  seed: number
  /** Of 100 packets, before and behind the box. */
  lost: number
  doubled: number
  reordered: number
  /** Longest segment. */
  mss: number
  /** Each end waits for the acknowledgement of what it sent before it sends a short piece (Nagle), writing line by line in pieces. */
  nagle: boolean
}

const SPACE = 1 << 17
const CLIENT_PORT = 40_000
const SERVER_PORT = 21

/** One direction's sender and the other's receiver, of one end. */
class End {
  readonly text: Uint8Array
  readonly iss: number
  /** Offsets in the text. */
  acked = 0
  sent = 0
  written = 0
  finished = false
  readonly sacked = new Uint8Array(SPACE)
  /** What came in, by offset of the other's stream: value + 1. */
  readonly received = new Int16Array(SPACE)
  highest = 0
  next = 0
  theirIss = 0

  constructor(text: Uint8Array, iss: number) {
    this.text = text
    this.iss = iss
  }

  take(view: PacketView): void {
    const { buffer, l4, tcpHeaderLength } = view
    const sequence = read(buffer, l4 + 4)
    const from = l4 + tcpHeaderLength
    const offset = (sequence - this.theirIss - 1) | 0
    for (let i = from; i < view.ip + view.totalLength; i++) {
      const place = offset + i - from
      if (place < this.next) continue
      const value = buffer[i]! + 1
      const before = this.received[place]!
      if (before !== 0 && before !== value)
        throw new Error(`byte ${place} was ${before - 1} and came as ${value - 1}`)
      this.received[place] = value
      this.highest = Math.max(this.highest, place + 1)
    }
    while (this.received[this.next] !== 0) this.next++
    this.#acknowledged(view)
  }

  #acknowledged(view: PacketView): void {
    const { buffer, l4, tcpHeaderLength } = view
    const acked = (read(buffer, l4 + 8) - this.iss - 1) | 0
    if (acked > this.sent) throw new Error(`acknowledged ${acked} of ${this.sent} sent`)
    this.acked = Math.max(this.acked, acked)
    for (
      let at = l4 + 20;
      at + 1 < l4 + tcpHeaderLength;
      at += Math.max(1, buffer[at]! < 2 ? 1 : buffer[at + 1]!)
    ) {
      if (buffer[at] !== 5) continue
      for (let block = at + 2; block < at + buffer[at + 1]!; block += 8) {
        const left = (read(buffer, block) - this.iss - 1) | 0
        const right = (read(buffer, block + 4) - this.iss - 1) | 0
        if (right > this.sent || left > right)
          throw new Error(`a block of ${left} to ${right}, ${this.sent} sent`)
        if (left >= this.acked) this.sacked.fill(1, left, right)
      }
    }
  }

  /** Up to three blocks of what lies behind a hole. */
  blocks(): number[] {
    const found: number[] = []
    for (let place = this.next; place < this.highest && found.length < 6; place++) {
      if (this.received[place] !== 0 && (place === 0 || this.received[place - 1] === 0)) found.push(place)
      if (this.received[place] !== 0 && this.received[place + 1] === 0) found.push(place + 1)
    }
    return found
  }

  get heard(): Uint8Array {
    return Uint8Array.from(this.received.subarray(0, this.next), (value) => value - 1)
  }
}

const read = (buffer: Uint8Array, at: number): number =>
  (buffer[at]! << 24) | (buffer[at + 1]! << 16) | (buffer[at + 2]! << 8) | buffer[at + 3]!

export interface Outcome {
  /** What the server, and the client, got. */
  server: string
  client: string
  /** Everything was acknowledged. */
  done: boolean
  slot: number
}

/** @returns what each end got of the other's text */
export function converse(masq: Masquerader, said: string, answered: string, weather: Weather): Outcome {
  const random = seededRandom(weather.seed)
  const below = (limit: number): number => (random() >>> 0) % limit
  const client = new End(Buffer.from(said, 'latin1'), random())
  const server = new End(Buffer.from(answered, 'latin1'), random())
  client.theirIss = server.iss
  server.theirIss = client.iss
  const view = new PacketView()
  const buffer = new Uint8Array(VNET_HEADER + 65_535)
  let slot = -1
  let masqPort = 0
  let now = 100
  /** On their way to the box; and from it. */
  const roads: { toServer: boolean; through: boolean; packet: Uint8Array }[] = []

  const packetOf = (from: End, offset: number, length: number, flags: number): Uint8Array => {
    const toServer = from === client
    const blocks = from.blocks()
    const options =
      blocks.length === 0
        ? []
        : [1, 1, 5, 2 + 4 * blocks.length].concat(
            blocks.flatMap((place) => bytesOf((from.theirIss + 1 + place) | 0)),
          )
    return buildTcp({
      source: toServer ? LAN1 : SERVER,
      destination: toServer ? SERVER : WAN,
      sourcePort: toServer ? CLIENT_PORT : SERVER_PORT,
      destinationPort: toServer ? SERVER_PORT : masqPort,
      flags,
      sequence: ((flags & TCP_FLAG.syn) !== 0 ? from.iss : from.iss + 1 + offset) >>> 0,
      acknowledgement:
        (flags & TCP_FLAG.ack) === 0
          ? 0
          : (from.theirIss + ((flags & TCP_FLAG.syn) !== 0 ? 1 : 1 + from.next)) >>> 0,
      tcpOptions: options,
      payload: from.text.subarray(offset, offset + length),
    })
  }

  /** @returns the packet as it leaves the box, or null where it does not */
  const cross = (packet: Uint8Array, toServer: boolean): PacketView | null => {
    buffer.fill(0, 0, VNET_HEADER)
    buffer.set(packet, VNET_HEADER)
    readVnetHeader(view, buffer, 0)
    if (parsePacket(view, buffer, VNET_HEADER, packet.length) !== 0) throw new Error('a bad packet')
    if (slot < 0) {
      slot = masq.openOut(view, WAN, 1, 1, now)
      masqPort = masq.table.masqPort(slot)
    }
    const helped = toServer ? masq.outbound(view, slot, now) : masq.inbound(view, slot, now)
    if (helped !== 0) return null
    formatted(view)
    return view
  }

  const shake = (from: End, flags: number) => {
    if (!cross(packetOf(from, 0, 0, flags), from === client)) throw new Error('no handshake')
  }
  shake(client, TCP_FLAG.syn)
  shake(server, TCP_FLAG.syn | TCP_FLAG.ack)
  shake(client, TCP_FLAG.ack)

  const post = (from: End, offset: number, length: number) => {
    if (below(100) < weather.lost) return
    const packet = packetOf(from, offset, length, TCP_FLAG.ack | TCP_FLAG.psh)
    roads.push({ toServer: from === client, through: false, packet })
    if (below(100) < weather.doubled)
      roads.push({ toServer: from === client, through: false, packet: packet.slice() })
  }

  const send = (from: End) => {
    const { text } = from
    if (from.sent < text.length && from.sent - from.acked < 4 * weather.mss) {
      // A program that writes lines in pieces.
      const piece = 1 + below(weather.mss)
      if (!(weather.nagle && from.sent > from.acked && piece < weather.mss)) {
        const length = Math.min(piece, text.length - from.sent)
        const offset = from.sent
        from.sent += length
        post(from, offset, length)
        return
      }
    }
    if (below(4) === 0) repeat(from)
  }

  /** Again what is not acknowledged, in other pieces than before. */
  const repeat = (from: End) => {
    let offset = from.acked
    while (offset < from.sent && from.sacked[offset] === 1) offset++
    let length = 0
    const most = 1 + below(weather.mss)
    while (length < most && offset + length < from.sent && from.sacked[offset + length] === 0) length++
    if (length > 0) post(from, offset, length)
  }

  const deliver = () => {
    const at = below(100) < weather.reordered ? below(roads.length) : 0
    const [road] = roads.splice(at, 1)
    if (!road) return
    const { toServer, through, packet } = road
    if (!through) {
      const left = cross(packet, toServer)
      if (left && below(100) >= weather.lost)
        roads.push({
          toServer,
          through: true,
          packet: left.buffer.slice(left.ip, left.ip + left.totalLength),
        })
      return
    }
    const to = toServer ? server : client
    if (parsePacket(view, packet, 0, packet.length) !== 0) throw new Error('the box made a bad packet')
    to.take(view)
    const carries = view.totalLength > view.headerLength + view.tcpHeaderLength
    if (carries) post(to, to.sent, 0)
  }

  const finished = (end: End) => end.acked === end.text.length
  for (let turns = 0; turns < 200_000; turns++) {
    now += 1
    if (finished(client) && finished(server)) break
    if (below(3) === 0) send(client)
    if (below(3) === 0) send(server)
    if (roads.length > 0) deliver()
    if (below(500) === 0) {
      // A retransmission timer gives up on what was acknowledged selectively, too.
      client.sacked.fill(0, 0, client.sent)
      server.sacked.fill(0, 0, server.sent)
    }
  }
  return {
    server: Buffer.from(server.heard).toString('latin1'),
    client: Buffer.from(client.heard).toString('latin1'),
    done: finished(client) && finished(server),
    slot,
  }
}

const bytesOf = (value: number): number[] => [
  value >>> 24,
  (value >>> 16) & 255,
  (value >>> 8) & 255,
  value & 255,
]

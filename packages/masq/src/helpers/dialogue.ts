/** A conversation through a Masquerader, packet by packet, for the tests of helpers: what each end says, and what the other one hears. */
import { HELPER_NAMES, HELPERS, type HelperName } from '@bauta/config'
import { PacketView, PROTOCOL, packetEnd, parsePacket, payloadStart, TCP_FLAG } from '@bauta/packet'
import { buildTcp, buildUdp } from '@bauta/packet/build'
import { IN, OUT } from '../key-index.ts'
import type { MasqueraderSettings } from '../masquerader-settings.ts'
import { type Bench, bench, formatted, LAN1, SERVER, standard, WAN } from '../testing.ts'

export const withHelpers = (...names: HelperName[]): MasqueraderSettings => ({
  ...standard,
  helpers: {
    list: HELPER_NAMES.map((name) => ({
      name,
      enabled: names.length === 0 || names.includes(name),
      ports: [...HELPERS[name].ports],
    })),
  },
})

export class Dialogue {
  readonly bench: Bench
  readonly #buffer = new Uint8Array(70_000)
  readonly #protocol: number
  readonly #clientPort: number
  readonly #serverPort: number
  readonly #next = { client: 1000, server: 5000 }
  slot = -1
  now = 100

  constructor(
    serverPort: number,
    { protocol = PROTOCOL.tcp as number, clientPort = 40_000, on = bench(256, withHelpers()) } = {},
  ) {
    this.bench = on
    this.#protocol = protocol
    this.#clientPort = clientPort
    this.#serverPort = serverPort
    if (protocol !== PROTOCOL.tcp) return
    this.#send(true, '', TCP_FLAG.syn)
    this.#send(false, '', TCP_FLAG.syn | TCP_FLAG.ack)
    this.#send(true, '', TCP_FLAG.ack)
  }

  /** @returns what the server hears, or null where nothing passes */
  says(text: string): string | null {
    return this.#send(true, text, TCP_FLAG.ack | TCP_FLAG.psh)
  }

  /** @returns what the client hears */
  answers(text: string): string | null {
    return this.#send(false, text, TCP_FLAG.ack | TCP_FLAG.psh)
  }

  ends(): void {
    this.bench.masq.remove(this.slot, this.now)
  }

  /** @returns the slot of a connection from outside that is let in, or -1 */
  comes(port: number, from = SERVER, fromPort = 20, protocol = this.#protocol): number {
    const { masq } = this.bench
    const ends = { source: from, destination: WAN, sourcePort: fromPort, destinationPort: port }
    const view = this.#view(
      protocol === PROTOCOL.tcp ? buildTcp({ ...ends, flags: TCP_FLAG.syn }) : buildUdp(ends),
    )
    const expectation = masq.findExpected(view, IN)
    if (expectation < 0) return -1
    const slot = masq.openExpected(view, expectation, WAN, 0, 1, this.now)
    if (slot >= 0) masq.inbound(view, slot, this.now)
    return slot
  }

  /** @returns whether somebody waits for what the client opens */
  goes(to: number, port: number, protocol = this.#protocol): boolean {
    const ends = { source: LAN1, destination: to, sourcePort: 41_000, destinationPort: port }
    const packet = protocol === PROTOCOL.tcp ? buildTcp({ ...ends, flags: TCP_FLAG.syn }) : buildUdp(ends)
    return this.bench.masq.findExpected(this.#view(packet), OUT) >= 0
  }

  #send(fromClient: boolean, text: string, flags: number): string | null {
    const { masq, table } = this.bench
    const payload = Uint8Array.from(text, (letter) => letter.charCodeAt(0))
    const begins = (flags & TCP_FLAG.syn) !== 0 ? 1 : 0
    const ends = fromClient
      ? { source: LAN1, destination: SERVER, sourcePort: this.#clientPort, destinationPort: this.#serverPort }
      : {
          source: SERVER,
          destination: WAN,
          sourcePort: this.#serverPort,
          destinationPort: table.masqPort(this.slot),
        }
    const [mine, theirs] = fromClient ? (['client', 'server'] as const) : (['server', 'client'] as const)
    const numbers = {
      sequence: this.#next[mine],
      acknowledgement: this.#next[theirs] + this.#shift(!fromClient),
    }
    const packet =
      this.#protocol === PROTOCOL.tcp
        ? buildTcp({ ...ends, flags, ...numbers, payload })
        : buildUdp({ ...ends, payload })
    this.#next[mine] += payload.length + begins
    const view = this.#view(packet)
    if (this.slot < 0) this.slot = masq.openOut(view, WAN, 1, 1, this.now)
    const helped = fromClient
      ? masq.outbound(view, this.slot, this.now)
      : masq.inbound(view, this.slot, this.now)
    if (helped !== 0) return null
    formatted(view)
    return String.fromCharCode(...view.buffer.subarray(payloadStart(view), packetEnd(view)))
  }

  /** By how much the other end counts more than the one who speaks. */
  #shift(ofClient: boolean): number {
    const { table } = this.bench
    if (this.slot < 0) return 0
    return ofClient ? table.deltaOut(this.slot) : table.deltaIn(this.slot)
  }

  #view(packet: Uint8Array): PacketView {
    const view = new PacketView()
    this.#buffer.set(packet, 16)
    if (parsePacket(view, this.#buffer, 16, packet.length) !== 0) throw new Error('not a packet')
    return view
  }
}

/**
 * A conversation for tests of helpers: it keeps what a helper wants, and gives ports and calls away without a table behind it.
 * Payloads lie in the middle of a larger buffer, and what is held comes again before what follows, as from the real one.
 */
import { parseAddress } from '@bauta/config'
import { read16, write16, write32 } from '@bauta/packet'
import { type Direction, IN, OUT } from '../key-index.ts'
import { type Conversation, type Expectation, type Helper, isSafePort } from './helper.ts'

export const CLIENT = parseAddress('192.168.77.11')!
export const WAN = parseAddress('198.51.100.2')!
export const SERVER = parseAddress('93.184.216.34')!
const BEFORE = 40

export class FakeConversation implements Conversation {
  direction: Direction = OUT
  protocol = 6
  bytes = new Uint8Array(0)
  start = 0
  end = 0
  now = 0
  fromOutside = false
  client = CLIENT
  clientPort = 40_000
  wan = WAN
  masqPort = 50_000
  asked = SERVER
  askedPort = 554
  server = SERVER
  serverPort = 554
  state = 1
  stage = 0
  note = 0

  left = false
  refused = false
  readonly expected: Expectation[] = []
  /** Own ports that another machine has already: such a socket gets 10000 more. */
  readonly busy = new Set<number>()
  /** By masq call: the client's number, and the server's or -1. */
  readonly calls = new Map<number, [number, number]>()
  readonly busyCalls = new Set<number>()
  readonly #helper: Helper
  readonly #owners = new Map<number, number>()
  readonly #held: Record<number, Uint8Array> = { [OUT]: new Uint8Array(0), [IN]: new Uint8Array(0) }
  #hold = -1

  constructor(helper: Helper, fields: Partial<FakeConversation> = {}) {
    this.#helper = helper
    Object.assign(this, fields)
  }

  /** @returns what passes */
  out = (payload: Uint8Array): Uint8Array => this.#say(OUT, payload)
  back = (payload: Uint8Array): Uint8Array => this.#say(IN, payload)

  #say(direction: Direction, payload: Uint8Array): Uint8Array {
    const held = this.#held[direction]!
    if (this.left || payload.length === 0) return payload
    this.direction = direction
    this.bytes = new Uint8Array(BEFORE + held.length + payload.length + BEFORE).fill(0xee)
    this.bytes.set(held, BEFORE)
    this.bytes.set(payload, BEFORE + held.length)
    this.start = BEFORE
    this.end = BEFORE + held.length + payload.length
    this.#hold = -1
    if ((this.#helper.reads & (direction === OUT ? 1 : 2)) !== 0) this.#helper.read(this)
    if (this.refused) return new Uint8Array(0)
    const until = this.#hold < 0 ? this.end : this.#hold
    this.#held[direction] = this.bytes.slice(until, this.end)
    return this.bytes.slice(this.start, until)
  }

  replace(at: number, length: number, text: string | Uint8Array): boolean {
    const piece = typeof text === 'string' ? Uint8Array.from(text, (letter) => letter.charCodeAt(0)) : text
    const before = this.bytes.slice(0, at)
    const behind = this.bytes.slice(at + length)
    this.bytes = Uint8Array.from([...before, ...piece, ...behind])
    this.end += piece.length - length
    return true
  }

  set16(at: number, value: number): boolean {
    this.#inside(at, 2)
    write16(this.bytes, at, value)
    return true
  }

  set32(at: number, value: number): boolean {
    this.#inside(at, 4)
    write32(this.bytes, at, value)
    return true
  }

  hold(at: number): void {
    if (at < this.start || at > this.end)
      throw new Error(`hold(${at}) outside of ${this.start} to ${this.end}`)
    this.#hold = at
  }

  get stopped(): number {
    return this.refused ? 1 : 0
  }

  forget(): void {
    this.expected.length = 0
  }

  refuse(): void {
    this.refused = true
  }

  leave(): void {
    this.left = true
  }

  expectation(): Expectation {
    return {
      protocol: this.protocol,
      opener: IN,
      near: this.client,
      nearPort: 0,
      far: this.server,
      farPort: 0,
      masqPort: 0,
      seconds: 120,
      permanent: false,
      controlled: true,
      helper: null,
      stage: 0,
      target: 0,
      targetPort: 0,
    }
  }

  expect(expectation: Expectation): number {
    if (expectation.opener === OUT) {
      this.expected.push({ ...expectation })
      return 0
    }
    if (!isSafePort(expectation.nearPort, expectation.protocol)) return -1
    const masqPort = expectation.masqPort || this.#portFor(expectation.nearPort)
    this.expected.push({ ...expectation, masqPort })
    this.#owners.set(masqPort, expectation.nearPort)
    return masqPort
  }

  expectPair(expectation: Expectation): number {
    if (!isSafePort(expectation.nearPort, expectation.protocol)) return -1
    const first = this.#portFor(expectation.nearPort) & ~1
    for (const i of [0, 1])
      this.expect({ ...expectation, nearPort: expectation.nearPort + i, masqPort: first + i })
    return first
  }

  masqPortOf(_protocol: number, _near: number, nearPort: number): number {
    return [...this.#owners].find(([, own]) => own === nearPort)?.[0] ?? -1
  }

  ownerOf(_protocol: number, masqPort: number): number {
    return this.#owners.has(masqPort) ? this.client : 0
  }

  ownerPortOf(_protocol: number, masqPort: number): number {
    return this.#owners.get(masqPort) ?? 0
  }

  reserveCall(clientCall: number): number {
    const known = [...this.calls].find(([, [own]]) => own === clientCall)
    if (known) return known[0]
    const masq = this.busyCalls.has(clientCall) ? clientCall + 1 : clientCall
    this.calls.set(masq, [clientCall, -1])
    return masq
  }

  clientCallOf(masqCall: number): number {
    return this.calls.get(masqCall)?.[0] ?? -1
  }

  masqCallOf(serverCall: number): number {
    return [...this.calls].find(([, [, far]]) => far === serverCall)?.[0] ?? -1
  }

  openCall(masqCall: number, serverCall: number): boolean {
    const call = this.calls.get(masqCall)
    if (call) call[1] = serverCall
    return call !== undefined
  }

  endCall(masqCall: number): void {
    this.calls.delete(masqCall)
  }

  /** Of each expectation that which differs from a plain one for the same LAN port. */
  get doors(): string[] {
    return this.expected.map(
      ({ protocol, opener, nearPort, masqPort, far, farPort }) =>
        `${protocol === 6 ? 'tcp' : 'udp'} ${opener === IN ? 'in' : 'out'} ${masqPort}>${nearPort} of ${
          far === 0 ? 'anybody' : far === this.server ? 'server' : far
        }:${farPort || '*'}`,
    )
  }

  #portFor(nearPort: number): number {
    return this.busy.has(nearPort) ? nearPort + 10_000 : nearPort
  }

  #inside(at: number, length: number): void {
    if (at < this.start || at + length > this.end) throw new Error(`${at} is outside of the payload`)
  }
}

export const at16 = (bytes: Uint8Array, at: number): number => read16(bytes, at)

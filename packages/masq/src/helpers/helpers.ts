/**
 * The Masquerader's protocol helpers: which connection has which, and everything that they need beside the packet path.
 *
 * A connection is bound when it is opened, by protocol and port (settings: `helpers`). Switching a helper off, or its port away,
 * leaves its connections alive without it: what was changed in their streams stays adjusted. The box's own connections have none,
 * nor have those that an expectation let in, unless it says so: a browser can be made to listen on a port, too.
 */
import { HELPER_NAMES, type Helpers as HelperSettings, HELPERS as KINDS, type Ports } from '@bauta/config'
import { type PacketView, PROTOCOL, payloadStart } from '@bauta/packet'
import { FLAG } from '../connection-fields.ts'
import { type Direction, IN, OUT } from '../key-index.ts'
import { BYTE, HALF, SLOT_BYTES, SLOT_HALVES, TICKS_PER_SECOND } from '../layout.ts'
import { SOURCE, type Translation } from '../translation.ts'
import { farPortIn, farPortOut, nearPortIn, nearPortOut } from '../view-keys.ts'
import { Expectations, KIND } from './expectations.ts'
import type { Helper } from './helper.ts'
import { Links } from './links.ts'
import { type Announcement, Opening, type OpeningParts } from './opening.ts'
import { helperByNumber } from './registry.ts'
import { HELPED } from './result.ts'
import { Sessions } from './sessions.ts'
import { Streams } from './streams.ts'
import { Talk } from './talk.ts'
import { unbind } from './unbind.ts'

/** 2.2: TIME_WAIT, for a connection that ran out while it controls others. */
export const CONTROLLER_TICKS = 120 * TICKS_PER_SECOND

const PORTS = 65_536

export class Helpers {
  readonly expectations: Expectations
  readonly links: Links
  readonly #parts: Omit<OpeningParts, 'expectations' | 'links'>
  readonly #bytes: Uint8Array
  readonly #halves: Int16Array
  readonly #slotsAt: number
  readonly #opening: Opening
  readonly #sessions: Sessions
  readonly #talk: Talk
  readonly #streams: Streams
  /** Number of the helper by port; TCP, then UDP. */
  readonly #byPort = new Uint8Array(2 * PORTS)
  /** What else there is but the known ones; for tests. */
  readonly #others = new Map<number, Helper>()

  constructor(parts: Omit<OpeningParts, 'expectations' | 'links'>) {
    const { table, pools } = parts
    this.#parts = parts
    this.#bytes = table.memory.bytes
    this.#halves = table.memory.halves
    this.#slotsAt = table.memory.slotsAt
    this.expectations = new Expectations(table, pools)
    this.links = new Links(table)
    this.#opening = new Opening({ ...parts, expectations: this.expectations, links: this.links })
    this.#sessions = new Sessions(table)
    this.#talk = new Talk(table, this.#opening)
    this.#streams = new Streams(table, this.#sessions, this.#talk, parts.random)
  }

  /** How often something that a helper asked for was refused: limits, no port, not safe. */
  get refused(): number {
    return this.expectations.refused + this.#streams.refused
  }

  /** A helper in the place of the one of its name. For tests. */
  substitute(helper: Helper): void {
    this.#others.set(HELPER_NAMES.indexOf(helper.name) + 1, helper)
  }

  configure(settings: HelperSettings | undefined, ports: Ports, now: number): void {
    this.#opening.configure(ports)
    if (!settings) return
    this.#byPort.fill(0)
    for (const { name, enabled, ports: own } of settings.list) {
      const number = HELPER_NAMES.indexOf(name) + 1
      if (!enabled || !this.#helper(number)) this.#switchOff(number, now)
      else for (const port of own) this.#byPort[(KINDS[name].protocol === 'tcp' ? 0 : PORTS) + port] = number
    }
  }

  /** After a restart, before the pools finish their adoption. */
  adopt(): void {
    this.links.adopt()
    this.#sessions.adopt(this.#parts.table)
    this.expectations.adopt()
  }

  /** A connection was opened. */
  bind(slot: number): void {
    const { table } = this.#parts
    const protocol = table.protocol(slot)
    if (protocol !== PROTOCOL.tcp && protocol !== PROTOCOL.udp) return
    const flags = table.flags(slot)
    if ((flags & (FLAG.local | FLAG.expected)) !== 0) return
    const port = (flags & FLAG.fromOutside) === 0 ? table.askedPort(slot) : table.clientPort(slot)
    const number = this.#byPort[(protocol === PROTOCOL.tcp ? 0 : PORTS) + port]!
    if (number !== 0) this.#bytes[this.#slotsAt + slot * SLOT_BYTES + BYTE.helper] = number
  }

  /** A packet of a connection that has, or had, a helper; before it is translated. @returns HELPED */
  carry(view: PacketView, slot: number, direction: Direction, now: number): number {
    if (view.isFragment) return HELPED.pass
    const helper = this.#helper(this.#parts.table.helper(slot))
    if (view.protocol === PROTOCOL.tcp) return this.#streams.carry(view, slot, direction, helper, now)
    // A super-packet of UDP is several datagrams; nobody sends such on these ports.
    if (view.protocol !== PROTOCOL.udp || !helper || view.gsoSize !== 0) return HELPED.pass
    const talk = this.#talk
    const before = view.totalLength
    talk.begin(view, slot, direction, now, payloadStart(view), true)
    helper.read(talk)
    if (talk.stopped === HELPED.pass) this.#streams.fit(view, before)
    return talk.stopped
  }

  /** See opening.ts. */
  announce(wanted: Announcement, wan: number, now: number): boolean {
    return this.#opening.announce(wanted, wan, now)
  }

  withdraw(protocol: number, masqPort: number, now: number): boolean {
    return this.#opening.withdraw(protocol, masqPort, now)
  }

  /** A connection is about to end. */
  closed(slot: number, now: number): void {
    const { table } = this.#parts
    const number = table.adjustment(slot)
    if (number !== 0) this.#sessions.giveBack(number)
    if (this.expectations.count > 0) this.expectations.endOf(slot, now)
    this.links.cut(slot)
  }

  /** @returns the place of the expectation that a packet without a connection meets, or -1 */
  find(view: PacketView, direction: Direction): number {
    const { expectations } = this
    if (expectations.count === 0) return -1
    const { protocol } = view
    if (direction === OUT)
      return expectations.find(
        OUT,
        protocol,
        view.source | 0,
        nearPortOut(view),
        view.destination | 0,
        farPortOut(view),
      )
    return expectations.find(
      IN,
      protocol,
      view.destination | 0,
      nearPortIn(view),
      view.source | 0,
      farPortIn(view),
    )
  }

  /** Which way a packet goes that meets it, and whether its destination is translated. */
  wayOf(expectation: number): Direction {
    return (this.expectations.flags(expectation) & KIND.out) !== 0 ? OUT : IN
  }
  leads(expectation: number): boolean {
    return this.wayOf(expectation) === IN || this.expectations.target(expectation) !== 0
  }

  /** What a packet that meets `expectation` is to be translated to. */
  aim(expectation: number, wish: Translation): void {
    const { expectations } = this
    wish.clear()
    if (this.wayOf(expectation) === OUT) {
      wish.kind = SOURCE.masquerade
      wish.destination = expectations.target(expectation) >>> 0
      wish.destinationPort = expectations.targetPort(expectation)
      wish.flags = FLAG.expected
      return
    }
    wish.destination = expectations.near(expectation) >>> 0
    wish.destinationPort = expectations.nearPort(expectation)
    wish.flags = FLAG.expected
    if ((expectations.flags(expectation) & KIND.holdsPort) !== 0) wish.flags |= FLAG.holdsPort
  }

  /** `slot` is what was waited for. */
  meet(expectation: number, slot: number, now: number): void {
    const { expectations } = this
    const flags = expectations.flags(expectation)
    const controller = expectations.controller(expectation)
    this.#halves[this.#slotsAt / 2 + slot * SLOT_HALVES + HALF.flags]! |= FLAG.expected
    const at = this.#slotsAt + slot * SLOT_BYTES
    this.#bytes[at + BYTE.helper] = expectations.childHelper(expectation)
    this.#bytes[at + BYTE.stage] = expectations.childStage(expectation)
    if ((flags & KIND.controlled) !== 0 && controller >= 0) this.links.tie(slot, controller)
    if ((flags & KIND.permanent) === 0) expectations.end(expectation, now)
  }

  #helper(number: number): Helper | undefined {
    return this.#others.get(number) ?? helperByNumber[number]
  }

  #switchOff(number: number, now: number): void {
    const { table } = this.#parts
    this.expectations.endOfHelper(number, now)
    for (let slot = 0; slot < table.limit; slot++)
      if (table.used(slot) && table.helper(slot) === number) unbind(table.memory, slot)
  }
}

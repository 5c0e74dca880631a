/**
 * Which uninvited packets from outside lead to which machine: forwards, the DMZ host, triggered ports.
 *
 * Built anew from the settings at every change, between two batches. Whose turn it is among several machines lies in memory that
 * outlives the process (turns.ts); which triggers are armed goes over from the table before. Asked only for packets that open a connection.
 *
 * Turns are those of 2.2 (ip_masq_portfw.c): the first machine serves as many new connections as it has turns, then it
 * goes to the end of the row. Triggers are those of ip_masq_autofw.c: a packet to the control port arms one for 15 seconds for
 * the machine that sent it, and the next one for another 15; the last machine that asked has it.
 */
import { type Forwards, maskOfBits, parseAddress, parseNetwork, usesTcp, usesUdp } from '@bauta/config'
import { type ConnectionTable, FLAG } from '@bauta/masq'
import { PROTOCOL } from '@bauta/packet'
import { writeArmed } from '../armed.ts'
import { clearTurns, readTurn, writeTurn } from '../turns.ts'

/** 2.2: AUTOFW_CHK_TIMEOUT, 15 seconds; in ticks. */
const TRIGGER_TICKS = 1500
const NONE = -1

const TCP_BIT = 1
const UDP_BIT = 2
const bitOf = (protocol: number): number =>
  protocol === PROTOCOL.tcp ? TCP_BIT : protocol === PROTOCOL.udp ? UDP_BIT : 0

interface Entry {
  id: number
  bits: number
  from: number
  to: number
  /** First port at the machine. */
  targetPort: number
  network: number
  mask: number
  targets: Float64Array
  turns: Int32Array
  /** Whose turn it is, and how many it has left. */
  next: number
  left: number
}

interface Marked extends Entry {
  mark: number
}

interface Armed {
  id: number
  control: number
  controlPort: number
  opens: number
  from: number
  to: number
  anyServer: boolean
  client: number
  server: number
  until: number
}

export class ForwardTable {
  readonly #entries: Entry[]
  readonly #dmz: Entry | null
  readonly #triggers: Armed[]
  readonly #marks: Marked[]
  readonly #consoles: Int32Array
  /** What is forwarded at all, and to which ports of machines: one look for the many that are not. */
  readonly #outside = new Uint8Array(65_536)
  readonly #inside = new Uint8Array(65_536)
  readonly #turns: Float64Array | null
  readonly #armed: Float64Array | null
  readonly hasTriggers: boolean
  readonly hasMarks: boolean
  readonly hasConsoles: boolean

  /** @param before whose triggers were armed @param shared where it is told; null: nobody is to be served, only asked */
  constructor(
    forwards: Forwards,
    before: ForwardTable | null = null,
    shared: { turns: Float64Array; armed: Float64Array } | null = null,
  ) {
    this.#turns = shared?.turns ?? null
    this.#armed = shared?.armed ?? null
    const enabled = forwards.list.filter((forward) => forward.enabled)
    this.#entries = enabled.filter(({ protocol }) => protocol !== 'all').map(entryOf)
    const dmz = enabled.find(({ protocol }) => protocol === 'all')
    this.#dmz = dmz ? entryOf(dmz) : null
    this.#triggers = forwards.triggers.filter((trigger) => trigger.enabled).map(armedOf)
    this.#marks = forwards.marks.filter((marked) => marked.enabled).map(markedOf)
    this.hasMarks = this.#marks.length > 0
    this.#consoles = Int32Array.from(forwards.consoles, (text) => parseAddress(text)!)
    this.hasTriggers = this.#triggers.length > 0
    this.hasConsoles = this.#consoles.length > 0
    for (const { bits, from, to, targetPort } of this.#entries)
      for (let port = from; port <= to; port++) {
        this.#outside[port]! |= bits
        this.#inside[targetPort + port - from]! |= bits
      }
    if (shared) this.#goOn(shared.turns)
    if (before) this.#staysArmed(before)
    this.#armed?.fill(0)
    this.#triggers.forEach((_, i) => {
      this.#tellArmed(i)
    })
  }

  /** @param source signed, here and below @returns the entry that a packet from outside is for, or -1 */
  match(protocol: number, port: number, source: number): number {
    const bit = bitOf(protocol)
    if (bit === 0 || (this.#outside[port]! & bit) === 0) return NONE
    for (let i = 0; i < this.#entries.length; i++) if (covers(this.#entries[i]!, bit, port, source)) return i
    return NONE
  }

  /** @returns the DMZ host that a packet from this source is for; 0: none */
  dmzFor(source: number): number {
    const dmz = this.#dmz
    return dmz && (source & dmz.mask) >>> 0 === dmz.network ? dmz.targets[0]! : 0
  }

  get dmzId(): number {
    return this.#dmz?.id ?? 0
  }

  idOf(entry: number): number {
    return this.#entries[entry]!.id
  }

  portAt(entry: number, port: number): number {
    const { targetPort, from } = this.#entries[entry]!
    return targetPort + port - from
  }

  /** @param mark signed @returns the entry for packets with this mark, or -1 */
  matchMark(mark: number): number {
    for (let i = 0; i < this.#marks.length; i++) if (this.#marks[i]!.mark === mark) return i
    return NONE
  }

  markId(marked: number): number {
    return this.#marks[marked]!.id
  }

  /** @returns 0: it keeps its port */
  markPort(marked: number): number {
    return this.#marks[marked]!.targetPort
  }

  takeMarked(marked: number): number {
    return this.#take(this.#marks[marked]!, this.#entries.length + marked)
  }

  /** @returns the machine whose turn it is, for one new connection */
  take(entry: number): number {
    return this.#take(this.#entries[entry]!, entry)
  }

  /** @param place in the shared memory of turns */
  #take(found: Entry, place: number): number {
    const target = found.targets[found.next]!
    if (found.targets.length === 1) return target
    if (found.left > 0 && --found.left === 0) {
      found.next = found.next + 1 < found.targets.length ? found.next + 1 : 0
      found.left = found.turns[found.next]!
    }
    if (this.#turns) writeTurn(this.#turns, place, found.id, found.next, found.left)
    return target
  }

  /** @returns the outside port of what a forward's machine sends from the forwarded port; -1: it is none */
  outsidePort(protocol: number, client: number, clientPort: number): number {
    const bit = bitOf(protocol)
    if (bit === 0 || (this.#inside[clientPort]! & bit) === 0) return NONE
    for (let i = 0; i < this.#entries.length; i++) {
      const entry = this.#entries[i]!
      const offset = clientPort - entry.targetPort
      if ((entry.bits & bit) === 0 || offset < 0 || offset > entry.to - entry.from) continue
      if (entry.targets.includes(client)) return entry.from + offset
    }
    return NONE
  }

  /** Whether everybody may send to the ports that the machine has sent from. */
  isConsole(address: number): boolean {
    const consoles = this.#consoles
    for (let i = 0; i < consoles.length; i++) if (consoles[i] === address) return true
    return false
  }

  /** A machine sends to a server: arms the triggers that wait for that. */
  arm(protocol: number, client: number, server: number, serverPort: number, now: number): void {
    for (let i = 0; i < this.#triggers.length; i++) {
      const trigger = this.#triggers[i]!
      if (trigger.control !== protocol || trigger.controlPort !== serverPort) continue
      trigger.client = client
      trigger.server = server | 0
      trigger.until = now + TRIGGER_TICKS
      this.#tellArmed(i)
    }
  }

  /** Whether packets to such a port arm a trigger. */
  arms(protocol: number, serverPort: number): boolean {
    const triggers = this.#triggers
    for (let i = 0; i < triggers.length; i++)
      if (triggers[i]!.control === protocol && triggers[i]!.controlPort === serverPort) return true
    return false
  }

  /** @returns the trigger that is armed for a packet from outside, or -1 */
  triggered(protocol: number, port: number, source: number, now: number): number {
    for (let i = 0; i < this.#triggers.length; i++) {
      const trigger = this.#triggers[i]!
      if (trigger.opens !== protocol || port < trigger.from || port > trigger.to || trigger.until <= now)
        continue
      if (trigger.anyServer || trigger.server === source) return i
    }
    return NONE
  }

  triggerId(trigger: number): number {
    return this.#triggers[trigger]!.id
  }

  triggerClient(trigger: number): number {
    return this.#triggers[trigger]!.client
  }

  /** Whether a forwarded connection is still what the settings say. Ports once triggered stay open to who uses them. */
  admits(table: ConnectionTable, slot: number): boolean {
    const hairpin = (table.flags(slot) & FLAG.fromOutside) === 0
    const machine = hairpin ? table.server(slot) : table.client(slot)
    const machinePort = hairpin ? table.serverPort(slot) : table.clientPort(slot)
    const source = hairpin ? table.client(slot) : table.server(slot)
    const port = hairpin ? table.askedPort(slot) : table.masqPort(slot)
    const id = table.ruleId(slot)
    if (this.#triggers.some((trigger) => trigger.id === id && (table.flags(slot) & FLAG.expected) !== 0))
      return true
    if (this.#dmz?.id === id)
      return this.#dmz.targets[0] === machine && (hairpin || this.dmzFor(source | 0) !== 0)
    const marked = this.#marks.find((one) => one.id === id)
    if (marked)
      return (
        marked.targets.includes(machine) && (marked.targetPort === 0 || marked.targetPort === machinePort)
      )
    const bit = bitOf(table.protocol(slot))
    return this.#entries.some(
      (entry) =>
        entry.id === id &&
        (hairpin ? inRange(entry, bit, port) : covers(entry, bit, port, source)) &&
        entry.targets.includes(machine) &&
        entry.targetPort + port - entry.from === machinePort,
    )
  }

  #goOn(turns: Float64Array): void {
    const all: Entry[] = [...this.#entries, ...this.#marks]
    const before = all.map(({ id }) => readTurn(turns, id))
    clearTurns(turns)
    all.forEach((entry, i) => {
      const was = before[i]
      if (was && was.next < entry.targets.length) {
        entry.next = was.next
        entry.left = Math.min(was.left, entry.turns[entry.next]!)
      }
      writeTurn(turns, i, entry.id, entry.next, entry.left)
    })
  }

  #tellArmed(i: number): void {
    const { id, client, server, until } = this.#triggers[i]!
    if (this.#armed) writeArmed(this.#armed, i, id, client >>> 0, server >>> 0, until)
  }

  #staysArmed(before: ForwardTable): void {
    for (const trigger of this.#triggers) {
      const was = before.#triggers.find(({ id }) => id === trigger.id)
      if (was) Object.assign(trigger, { client: was.client, server: was.server, until: was.until })
    }
  }
}

const inRange = (entry: Entry, bit: number, port: number): boolean =>
  (entry.bits & bit) !== 0 && port >= entry.from && port <= entry.to

const covers = (entry: Entry, bit: number, port: number, source: number): boolean =>
  inRange(entry, bit, port) && (source & entry.mask) >>> 0 === entry.network

function entryOf(forward: Forwards['list'][number]): Entry {
  const { id, protocol, ports, targets, targetPort, source } = forward
  const parsed = source === null ? null : parseNetwork(source)
  const network = parsed === null || typeof parsed === 'string' ? { address: 0, mask: maskOfBits(0) } : parsed
  const turns = Int32Array.from(targets, (target) => target.turns)
  return {
    id,
    bits: (usesTcp(protocol) ? TCP_BIT : 0) | (usesUdp(protocol) ? UDP_BIT : 0),
    from: ports?.from ?? 0,
    to: ports?.to ?? 65_535,
    targetPort: targetPort ?? ports?.from ?? 0,
    network: network.address,
    mask: network.mask,
    targets: Float64Array.from(targets, ({ address }) => parseAddress(address)!),
    turns,
    next: 0,
    left: turns[0]!,
  }
}

function markedOf({ id, mark, targets, targetPort }: Forwards['marks'][number]): Marked {
  const turns = Int32Array.from(targets, (target) => target.turns)
  return {
    id,
    mark,
    bits: 0,
    from: 0,
    to: 65_535,
    targetPort: targetPort ?? 0,
    network: 0,
    mask: 0,
    targets: Float64Array.from(targets, ({ address }) => parseAddress(address)!),
    turns,
    next: 0,
    left: turns[0]!,
  }
}

const numberOf = (protocol: 'tcp' | 'udp'): number => (protocol === 'tcp' ? PROTOCOL.tcp : PROTOCOL.udp)

function armedOf({ id, control, opens, anyServer }: Forwards['triggers'][number]): Armed {
  return {
    id,
    control: numberOf(control.protocol),
    controlPort: control.port,
    opens: numberOf(opens.protocol),
    from: opens.from,
    to: opens.to,
    anyServer,
    client: 0,
    server: 0,
    until: 0,
  }
}

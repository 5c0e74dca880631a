/**
 * What in a table's memory contradicts itself, read from the bytes alone: for whoever has to prove that there is nothing (tests that kill
 * the writer). The memory is at rest: its writer has adopted it and does nothing now.
 *
 * Looked at: that every connection is entered in the index by both of its keys, where a look-up comes by, and nothing else is; that counts
 * are what there is to count; that no two connections share a view; that a masq port is one LAN socket's; that records and controllers
 * are whose they are said to be.
 */
import { FLAG } from './connection-fields.ts'
import { hashKey } from './hash.ts'
import { KIND } from './helpers/expectations.ts'
import { IN, OUT } from './key-index.ts'
import {
  BUCKET_WAYS,
  BUCKET_WORDS,
  EXPECTATION,
  EXPECTATION_BYTES,
  EXPECTATIONS,
  EXPECTATIONS_AT,
  HEADER_WORD,
  KINDS,
  kindIndex,
  OWNER_AT,
  OWNER_PORT_AT,
  PORTS_PER_PROTOCOL,
  PROTOCOLS,
  protocolIndex,
  SLOT_WORDS,
  SLOTS_PER_BUCKET,
  WORD,
} from './layout.ts'
import { ConnectionTable } from './table.ts'

/** The settings that the table is worked with. */
export interface Expected {
  /** Both ends inclusive. No port is reserved or named by a forward. */
  ports: { from: number; to: number; counting: 'exact' | 'classic' }
}

/** @returns a sentence for every contradiction; none where all is well */
export function contradictions(memory: ArrayBufferLike, expected: Expected): string[] {
  const table = ConnectionTable.attach(memory)
  return [
    ...ofIndex(table),
    ...ofCounts(table),
    ...ofViews(table),
    ...ofPorts(table, expected),
    ...ofLinks(table),
  ]
}

function* used(table: ConnectionTable): Generator<number> {
  for (let slot = 0; slot < table.limit; slot++) if (table.used(slot)) yield slot
}

function* ofIndex(table: ConnectionTable): Generator<string> {
  const { words, indexAt, slotsAt, capacity } = table.memory
  const buckets = capacity / SLOTS_PER_BUCKET
  const passing = new Int32Array(buckets)
  const wanted = new Map<number, number>()
  for (const slot of used(table))
    for (const direction of [OUT, IN] as const) {
      const at = slotsAt / 4 + slot * SLOT_WORDS
      const [near, far, ports] = (
        direction === OUT ? [WORD.client, WORD.asked, WORD.outPorts] : [WORD.wan, WORD.server, WORD.inPorts]
      ).map((word) => words[at + word]!) as [number, number, number]
      const hash = hashKey(table.hashSeed, near, far, ports, (direction << 8) | table.protocol(slot))
      wanted.set((direction << 31) | (hash & 0x7f000000) | (slot + 1), hash & (buckets - 1))
    }
  for (let bucket = 0; bucket < buckets; bucket++)
    for (let way = 0; way < BUCKET_WAYS; way++) {
      const entry = words[indexAt / 4 + bucket * BUCKET_WORDS + way]!
      if (entry === 0) continue
      const home = wanted.get(entry)
      if (home === undefined) yield `the index has an entry of no connection: ${entry.toString(16)}`
      else for (let on = home; on !== bucket; on = (on + 1) % buckets) passing[on]!++
      wanted.delete(entry)
    }
  for (const entry of wanted.keys())
    yield `connection ${(entry & 0xffffff) - 1} is not in the index by one key`
  for (let bucket = 0; bucket < buckets; bucket++) {
    const said = words[indexAt / 4 + bucket * BUCKET_WORDS + BUCKET_WAYS]
    if (said !== passing[bucket])
      yield `bucket ${bucket} says that ${said} went on, and ${passing[bucket]} did`
  }
}

function* ofCounts(table: ConnectionTable): Generator<string> {
  const counts = new Array<number>(KINDS).fill(0)
  for (const slot of used(table)) counts[kindIndex(table.protocol(slot))]!++
  for (const protocol of [17, 6, 1, 47]) {
    const there = counts[kindIndex(protocol)]!
    if (table.countOf(protocol) !== there)
      yield `${there} of protocol ${protocol}, and ${table.countOf(protocol)} counted`
    const alive = table.openedOf(protocol) - table.expiredOf(protocol) - table.endedOf(protocol)
    if (alive !== there) yield `${there} of protocol ${protocol}, and ${alive} were opened and have not ended`
  }
  const all = counts.reduce((sum, count) => sum + count, 0)
  if (table.count !== all) yield `${all} connections, and ${table.count} counted`
  if (table.highWater < all) yield `${all} connections, and at most ${table.highWater} at a time`
  for (let slot = 0; slot < table.limit; slot++)
    if (table.generation(slot) % 2 === 1) yield `slot ${slot} is being changed`
}

function* ofViews(table: ConnectionTable): Generator<string> {
  const seen = new Map<string, number>()
  for (const slot of used(table)) {
    const protocol = table.protocol(slot)
    const out = [table.client(slot), table.clientPort(slot), table.asked(slot), table.askedPort(slot)]
    const inward = [table.wan(slot), table.masqPort(slot), table.server(slot), table.serverPort(slot)]
    for (const view of [`out ${protocol} ${out}`, `in ${protocol} ${inward}`]) {
      if (seen.has(view)) yield `connections ${seen.get(view)} and ${slot} have one view: ${view}`
      seen.set(view, slot)
    }
    if ((table.flags(slot) & FLAG.loose) !== 0 && table.translatesFarEnd(slot))
      yield `loose connection ${slot} has two far ends`
  }
}

/** What goes through a port: a connection, or an expectation. */
interface Use {
  protocol: number
  port: number
  socket: string
  extra: boolean
  own: boolean
}

function* ofPorts(table: ConnectionTable, { ports }: Expected): Generator<string> {
  const classic = ports.counting === 'classic'
  const owner = new Map<string, Use>()
  const portOf = new Map<string, number>()
  const taken = new Array<number>(PROTOCOLS).fill(0)
  const masqueraded = new Array<number>(PROTOCOLS).fill(0)
  for (const use of uses(table)) {
    const { protocol, port, socket, extra, own } = use
    const pool = protocolIndex(protocol)
    const first = owner.get(`${protocol} ${port}`)
    if (!own) masqueraded[pool]!++
    if (!first && port >= ports.from && port <= ports.to) taken[pool]!++
    if (first && !classic && first.socket !== socket)
      yield `port ${port} of protocol ${protocol} belongs to ${first.socket} and to ${socket}`
    owner.set(`${protocol} ${port}`, first ?? use)
    if (extra) continue
    const other = portOf.get(`${protocol} ${socket}`)
    if (other !== undefined && other !== port)
      yield `${socket} has ports ${other} and ${port} of protocol ${protocol}`
    portOf.set(`${protocol} ${socket}`, port)
    if (!classic && ownerIn(table, pool, port) !== socket)
      yield `port ${port} is ${socket}'s, and ${ownerIn(table, pool, port)} is remembered for it`
  }
  const room = ports.to - ports.from + 1
  const free = [table.freePorts.udp, table.freePorts.tcp, table.freePorts.icmp]
  for (let pool = 0; pool < PROTOCOLS; pool++) {
    const left = Math.max(0, classic ? 10 * room - masqueraded[pool]! : room - taken[pool]!)
    if (free[pool] !== left) yield `${left} ports are free in pool ${pool}, and it says ${free[pool]}`
  }
}

function* uses(table: ConnectionTable): Generator<Use> {
  for (const slot of used(table)) {
    const flags = table.flags(slot)
    if ((flags & FLAG.holdsPort) === 0) continue
    yield {
      protocol: table.protocol(slot),
      port: table.masqPort(slot),
      socket: `${table.client(slot)}:${table.clientPort(slot)}`,
      extra: (flags & FLAG.extraPort) !== 0,
      own: (flags & FLAG.local) !== 0,
    }
  }
  const { words, bytes } = table.memory
  for (let i = 0; i < EXPECTATIONS; i++) {
    const at = EXPECTATIONS_AT + i * EXPECTATION_BYTES
    const protocol = bytes[at + EXPECTATION.protocol]!
    if (protocol === 0 || (bytes[at + EXPECTATION.flags]! & KIND.holdsPort) === 0) continue
    const ports = words[at / 4 + EXPECTATION.nearPorts]!
    const socket = `${words[at / 4 + EXPECTATION.near]! >>> 0}:${ports >>> 16}`
    yield { protocol, port: ports & 0xffff, socket, extra: false, own: false }
  }
}

function ownerIn({ memory }: ConnectionTable, pool: number, port: number): string {
  const place = pool * PORTS_PER_PROTOCOL + port
  const socketPort = new Uint16Array(memory.words.buffer, OWNER_PORT_AT)[place]
  return `${new Uint32Array(memory.words.buffer, OWNER_AT)[place]}:${socketPort}`
}

function* ofLinks(table: ConnectionTable): Generator<string> {
  const controls = new Map<number, number>()
  const records = new Map<number, number>()
  for (const slot of used(table)) {
    const controller = table.controller(slot)
    if (controller >= 0 && !table.used(controller)) yield `connection ${slot} belongs to one that is gone`
    controls.set(controller, (controls.get(controller) ?? 0) + 1)
    const record = table.adjustment(slot)
    if (record !== 0 && records.has(record))
      yield `connections ${records.get(record)} and ${slot} share a record`
    records.set(record, slot)
  }
  for (const slot of used(table))
    if (table.controls(slot) !== (controls.get(slot) ?? 0))
      yield `connection ${slot} says it controls ${table.controls(slot)}, and ${controls.get(slot) ?? 0} say so`
  if (table.memory.words[HEADER_WORD.touched]! > table.capacity) yield 'more slots were used than there are'
}

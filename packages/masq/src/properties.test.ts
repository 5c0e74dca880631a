/** What holds after whatever a household does: random clients, servers, times, removals and restarts against a plain model. */
import { PORT_PRESETS } from '@bauta/config'
import type { PacketView } from '@bauta/packet'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Masquerader } from './masquerader.ts'
import { NO_PORT, TABLE_FULL } from './no-slot.ts'
import type { ConnectionTable } from './table.ts'
import {
  ACK,
  address,
  bench,
  FIN,
  LAN1,
  open,
  ping,
  RST,
  SYN,
  sendNew,
  standard,
  tcp,
  udp,
  WAN,
} from './testing.ts'

const CAPACITY = 64
const MUCH = 10_000
const SERVERS = address('93.184.216.30')
const settings = {
  timeouts: { tcp: 900, tcpfin: 120, udp: 30, icmp: 6, refreshInbound: true },
  ports: { ...PORT_PRESETS.standard, from: 61000, to: 61063 },
}

const step = fc.record({
  action: fc.constantFrom('send', 'send', 'send', 'send', 'answer', 'remove', 'restart', 'local'),
  protocol: fc.constantFrom(1, 6, 17),
  client: fc.nat(2),
  port: fc.nat(7),
  server: fc.nat(3),
  flags: fc.constantFrom(SYN, ACK, FIN | ACK, RST),
  wait: fc.constantFrom(0, 0, 1, 100, 1_000, 13_000, 90_000),
})
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

const socketOf = (table: ConnectionTable, slot: number) =>
  `${table.protocol(slot)} ${table.client(slot)}:${table.clientPort(slot)}`

const usedSlots = (table: ConnectionTable) =>
  Array.from({ length: table.limit }, (_, slot) => slot).filter((slot) => table.used(slot))

/** Everything that can be read of every connection, and of the table as a whole. */
function picture(table: ConnectionTable): unknown {
  const rows = usedSlots(table).map((slot) => [
    slot,
    table.generation(slot),
    socketOf(table, slot),
    `${table.wan(slot)}:${table.masqPort(slot)} ${table.server(slot)}:${table.serverPort(slot)}`,
    [table.state(slot), table.flags(slot), table.timeout(slot), table.ruleId(slot), table.revision(slot)],
    [table.createdAt(slot), table.lastSeen(slot), table.expiresAt(slot)],
    [table.packetsOut(slot), table.bytesOut(slot), table.packetsIn(slot), table.bytesIn(slot)],
  ])
  const counts = [1, 6, 17].map((protocol) => [
    table.countOf(protocol),
    table.openedOf(protocol),
    table.expiredOf(protocol),
    table.endedOf(protocol),
  ])
  return {
    rows,
    counts,
    free: table.freePorts,
    count: table.count,
    highWater: table.highWater,
    limit: table.limit,
  }
}

function sent({ protocol, client, port, server, flags }: Step, source = LAN1 + client): PacketView {
  // Half of the ports lie in the range, where they are kept, and half below it, where one has to be chosen.
  const sourcePort = (port & 1 ? 61000 : 40000) + port
  if (protocol === 1) return ping(source, sourcePort, SERVERS + server)
  if (protocol === 17) return udp(source, sourcePort, SERVERS + server, 53)
  return tcp(source, sourcePort, SERVERS + server, 80, flags)
}

function answer(table: ConnectionTable, slot: number, flags: number): PacketView {
  const [server, port] = [table.server(slot), table.masqPort(slot)]
  const protocol = table.protocol(slot)
  if (protocol === 1) return ping(server, port, WAN, 0)
  return protocol === 17 ? udp(server, 53, WAN, port) : tcp(server, 80, WAN, port, flags)
}

/** Each masq port belongs to one LAN socket and each LAN socket has one; both lookups agree; the figures add up. */
function checkInvariants(masq: Masquerader): void {
  const { table } = masq
  const ownerOf = new Map<string, string>()
  const portOf = new Map<string, string>()
  const slots = usedSlots(table)
  for (const slot of slots) {
    const protocol = table.protocol(slot)
    const port = `${protocol} ${table.masqPort(slot)}`
    const socket = socketOf(table, slot)
    expect(ownerOf.get(port) ?? socket).toBe(socket)
    expect(portOf.get(socket) ?? port).toBe(port)
    ownerOf.set(port, socket)
    portOf.set(socket, port)
    const [server, serverPort] = [table.server(slot), table.serverPort(slot)]
    expect(table.lookupOut(protocol, table.client(slot), table.clientPort(slot), server, serverPort)).toBe(
      slot,
    )
    expect(table.lookupIn(protocol, table.wan(slot), table.masqPort(slot), server, serverPort)).toBe(slot)
  }
  const inRange = (protocol: number) =>
    [...ownerOf.keys()].filter((key) => {
      const [of, port] = key.split(' ').map(Number)
      return of === protocol && port! >= settings.ports.from && port! <= settings.ports.to
    }).length
  const { capacity } = masq.free
  expect(masq.free).toEqual({
    udp: capacity - inRange(17),
    tcp: capacity - inRange(6),
    icmp: capacity - inRange(1),
    capacity,
  })
  expect(table.count).toBe(slots.length)
  for (const protocol of [1, 6, 17]) {
    const of = slots.filter((slot) => table.protocol(slot) === protocol).length
    expect(table.countOf(protocol)).toBe(of)
    expect(table.openedOf(protocol) - table.expiredOf(protocol) - table.endedOf(protocol)).toBe(of)
  }
}

it('invariants hold and an adopted table is the same table', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const { memory, ...first } = bench(CAPACITY, settings, 0)
      let { masq, table } = first
      let now = 0
      for (const given of steps) {
        now += given.wait
        const dueBefore = usedSlots(table).filter((slot) => table.expiresAt(slot) <= now)
        expect(masq.expire(now, MUCH)).toBe(dueBefore.length)
        if (given.action === 'restart') {
          const before = picture(table)
          ;({ masq, table } = open(memory, CAPACITY, settings, now))
          expect(table.adopted).toBe(true)
          expect(picture(table)).toEqual(before)
        } else if (given.action === 'remove' || given.action === 'answer') {
          const slots = usedSlots(table)
          const slot = slots[(given.client * 8 + given.port) % slots.length]
          if (slot === undefined) continue
          if (given.action === 'remove') masq.remove(slot, now)
          else masq.inbound(answer(table, slot, given.flags), slot, now)
        } else if (given.action === 'local') {
          const view = sent(given, WAN)
          const slot = masq.findOut(view)
          masq.outbound(view, slot < 0 ? masq.openLocal(view, WAN, 2, 1, now) : slot, now)
        } else {
          const view = sent(given)
          const known = masq.findOut(view)
          const slot = known < 0 ? sendNew(masq, view, now) : known
          expect([NO_PORT, TABLE_FULL]).not.toContain(slot)
          if (known >= 0) masq.outbound(view, slot, now)
          expect([view.source, table.masqPort(slot)]).toEqual([
            WAN,
            view.protocol === 1 ? view.icmpId : view.sourcePort,
          ])
        }
        checkInvariants(masq)
      }
    }),
    { numRuns: 150 },
  )
})

it('a released port goes to no other LAN socket for 120 s while there are others, restart or not', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const { memory, ...first } = bench(CAPACITY, standard, 0)
      let { masq, table } = first
      const released = new Map<string, { by: string; at: number }>()
      let now = 0
      const release = (slot: number) => {
        const port = `${table.protocol(slot)} ${table.masqPort(slot)}`
        released.set(port, { by: socketOf(table, slot), at: now })
        masq.remove(slot, now)
      }
      for (const given of steps) {
        now += Math.min(given.wait, 5_000)
        if (given.action === 'restart') ({ masq, table } = open(memory, CAPACITY, standard, now))
        if (given.action === 'remove') usedSlots(table).forEach(release)
        const view = sent(given)
        if (masq.findOut(view) >= 0) continue
        const slot = sendNew(masq, view, now)
        const last = released.get(`${table.protocol(slot)} ${table.masqPort(slot)}`)
        if (last && last.by !== socketOf(table, slot)) expect(now - last.at).toBeGreaterThanOrEqual(12_000)
      }
    }),
    { numRuns: 150 },
  )
})

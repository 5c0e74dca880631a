/** What a change of the settings does to ports and connections, and what an adopted table remembers. */
import { type Forward, NO_FORWARDS, PORT_PRESETS } from '@bauta/config'
import { describe, expect, it } from 'vitest'
import { FLAG } from './connection-fields.ts'
import { OUT } from './key-index.ts'
import { NO_PORT, NOT_MASQUERADABLE, TABLE_FULL } from './no-slot.ts'
import {
  address,
  bench,
  LAN1,
  LAN2,
  open,
  ping,
  SERVER,
  sendNew,
  standard,
  tcp,
  udp,
  WAN,
} from './testing.ts'
import { SOURCE, Translation } from './translation.ts'

const forward = (fields: Partial<Forward>): Forward => ({
  id: 1,
  enabled: true,
  comment: '',
  protocol: 'tcp',
  ports: { from: 8080, to: 8084 },
  targets: [{ address: '192.168.77.12', turns: 1 }],
  targetPort: null,
  source: null,
  ...fields,
})

describe('ports that forwards name', () => {
  const free = (list: Forward[]) => {
    const { masq } = bench()
    masq.configure({ ...standard, forwards: { ...NO_FORWARDS, list } }, 0)
    return {
      masq,
      taken: [masq.free.tcp, masq.free.udp, masq.free.icmp].map((left) => masq.free.capacity - left),
    }
  }

  it('are nobody’s, of their protocol only, and only while the forward is on', () => {
    expect(free([forward({})]).taken).toEqual([5, 0, 0])
    expect(free([forward({ protocol: 'udp' })]).taken).toEqual([0, 5, 0])
    expect(free([forward({ protocol: 'both' })]).taken).toEqual([5, 5, 0])
    expect(free([forward({ protocol: 'all', ports: null })]).taken).toEqual([0, 0, 0])
    expect(free([forward({ enabled: false })]).taken).toEqual([0, 0, 0])
  })

  it('stay so when other settings change, and are free again without the forward', () => {
    const { masq } = free([forward({})])
    masq.configure(standard, 1)
    expect(masq.free.tcp).toBe(masq.free.capacity - 5)
    const { table } = masq
    expect(table.masqPort(sendNew(masq, tcp(LAN1, 8082, SERVER, 80), 1))).not.toBe(8082)
    masq.configure({ ...standard, forwards: NO_FORWARDS }, 2)
    expect(table.masqPort(sendNew(masq, tcp(LAN2, 8082, SERVER, 80), 2))).toBe(8082)
  })
})

it('ports of the box are told anew as a whole, or stay as they were', () => {
  const { masq } = bench()
  masq.configure(
    {
      ...standard,
      reservedPorts: [
        { protocol: 6, port: 8000 },
        { protocol: 17, port: 8001 },
      ],
    },
    0,
  )
  expect([masq.free.tcp, masq.free.udp]).toEqual([masq.free.capacity - 1, masq.free.capacity - 1])
  masq.configure(standard, 1)
  expect(masq.free.tcp).toBe(masq.free.capacity - 1)
  masq.configure({ ...standard, reservedPorts: [{ protocol: 6, port: 8002 }] }, 2)
  expect([masq.free.tcp, masq.free.udp]).toEqual([masq.free.capacity - 1, masq.free.capacity])
  masq.setReserved(47, 5, true)
  expect(masq.table.masqPort(sendNew(masq, tcp(LAN1, 8000, SERVER, 80), 3))).toBe(8000)
})

describe('who has a port', () => {
  it('is told while a connection goes through it, for protocols that have ports', () => {
    const { masq, table } = bench()
    const slot = sendNew(masq, udp(LAN1, 4000, SERVER, 53), 0)
    expect([masq.ownerOf(17, 4000) >>> 0, masq.ownerPortOf(17, 4000)]).toEqual([LAN1, 4000])
    expect([masq.ownerOf(6, 4000), masq.ownerOf(47, 4000)]).toEqual([0, 0])
    masq.remove(slot, 1)
    expect([masq.ownerOf(17, 4000), table.used(slot)]).toEqual([0, false])
    masq.remove(slot, 2)
    expect(table.endedOf(17)).toBe(1)
  })

  it('is known again after a restart, for LAN machines, the box, and ports beside the own one', () => {
    const { masq, memory } = bench()
    sendNew(masq, tcp(LAN1, 4000, SERVER, 80), 0)
    const local = masq.openLocal(tcp(WAN, 5000, SERVER, 80), WAN, 1, 1, 0)
    const extra = masq.openTranslated(
      tcp(LAN1, 4000, WAN, 80),
      OUT,
      Object.assign(new Translation(), { kind: SOURCE.masquerade, destination: SERVER }),
      WAN,
      1,
      1,
      0,
    )
    const { table } = masq
    expect(table.flags(extra) & FLAG.extraPort).toBe(FLAG.extraPort)
    masq.outbound(tcp(WAN, 5000, SERVER, 80), local, 0)
    masq.outbound(tcp(LAN1, 4000, WAN, 80), extra, 0)
    const before = masq.free
    const again = open(memory, 1024)
    expect(again.masq.free).toEqual(before)
    expect([again.masq.ownerOf(6, 4000) >>> 0, again.masq.ownerOf(6, 5000) >>> 0]).toEqual([LAN1, WAN])
    again.masq.remove(extra, 1)
    expect(again.masq.ownerOf(6, 4000) >>> 0).toBe(LAN1)
    again.masq.remove(local, 1)
    again.masq.remove(0, 1)
    expect(again.masq.free.tcp).toBe(again.masq.free.capacity)
    // What begins is judged by an empty wheel: nothing is left in it that could be due.
    expect(again.masq.expire(10_000_000, 100)).toBe(0)
  })

  it('classic counting forgets the box’s own after a restart as before it', () => {
    const { masq, memory } = bench(64, { ...standard, ports: PORT_PRESETS.classic })
    sendNew(masq, tcp(LAN1, 4000, SERVER, 80), 0)
    masq.openLocal(tcp(WAN, 5000, SERVER, 80), WAN, 1, 1, 0)
    expect(masq.free.tcp).toBe(40_959)
    const again = open(memory, 64, { ...standard, ports: PORT_PRESETS.classic })
    expect(again.masq.free.tcp).toBe(40_959)
  })
})

describe('what opens no connection', () => {
  it('leaves no port behind: a full table, no port, a packet that is none', () => {
    const { masq, table } = bench(16)
    for (let i = 0; i < 16; i++) sendNew(masq, udp(LAN1, 2000 + i, SERVER, 53), 0)
    const { free } = masq
    expect(masq.openOut(udp(LAN2, 3000, SERVER, 53), WAN, 1, 1, 0)).toBe(TABLE_FULL)
    expect(masq.openLocal(udp(WAN, 3000, SERVER, 53), WAN, 1, 1, 0)).toBe(TABLE_FULL)
    expect(masq.openLocalIn(udp(SERVER, 3000, WAN, 53), WAN, 1, 1, 0)).toBe(TABLE_FULL)
    expect(masq.openTranslated(udp(LAN2, 3000, SERVER, 53), OUT, new Translation(), WAN, 1, 1, 0)).toBe(
      TABLE_FULL,
    )
    masq.remove(0, 1)
    expect(masq.openOut(ping(LAN1, 5, SERVER, 0), WAN, 1, 1, 0)).toBe(NOT_MASQUERADABLE)
    expect(masq.openLocal(ping(WAN, 5, SERVER, 0), WAN, 1, 1, 0)).toBe(NOT_MASQUERADABLE)
    expect(masq.openLocalIn(ping(SERVER, 5, WAN, 0), WAN, 1, 1, 0)).toBe(NOT_MASQUERADABLE)
    expect([masq.free, table.count]).toEqual([{ ...free, udp: free.udp + 1 }, 15])
  })

  it('a stranger at a port that a LAN machine has is none of the box’s', () => {
    const { masq } = bench()
    sendNew(masq, tcp(LAN1, 4000, SERVER, 80), 0)
    const stranger = address('203.0.113.9')
    expect(masq.openLocalIn(tcp(stranger, 1, WAN, 4000), WAN, 1, 1, 0)).toBe(NO_PORT)
    expect(masq.openLocalIn(udp(stranger, 1, WAN, 4000), WAN, 1, 1, 0)).toBeGreaterThanOrEqual(0)
    const slot = masq.openLocalIn(tcp(stranger, 1, WAN, 4001), WAN, 1, 1, 0)
    expect(masq.table.flags(slot)).toBe(FLAG.local | FLAG.fromOutside)
    expect(masq.free.tcp).toBe(masq.free.capacity - 1)
  })
})

it('a clean wish wishes nothing', () => {
  const full = {
    kind: SOURCE.exact,
    source: 1,
    fromPort: 2,
    toPort: 3,
    destination: 4,
    destinationPort: 5,
    flags: 6,
  }
  const wish = Object.assign(new Translation(), full)
  wish.clear()
  expect({ ...wish }).toEqual({ ...new Translation() })
})

it('the rule that let a connection of the box out may become known after it was opened', () => {
  const { masq, table } = bench()
  const slot = masq.openLocal(tcp(WAN, 5000, SERVER, 80), WAN, 0, 7, 0)
  masq.admittedBy(slot, 42)
  expect([table.ruleId(slot), table.revision(slot)]).toEqual([42, 7])
})

it('a port that rests goes on resting after a restart, and its socket is remembered', () => {
  const { masq, memory } = bench()
  masq.remove(sendNew(masq, tcp(LAN1, 4000, SERVER, 80), 0), 100)
  const again = open(memory, 1024)
  expect(again.table.masqPort(sendNew(again.masq, tcp(LAN2, 4000, SERVER, 80), 101))).not.toBe(4000)
  expect(again.table.masqPort(sendNew(again.masq, tcp(LAN1, 4000, SERVER, 81), 102))).toBe(4000)
})

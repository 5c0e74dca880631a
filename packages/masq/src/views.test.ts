/** Ports for addresses that have no pool: what SNAT, NETMAP and DNAT with another source put in. */
import type { PacketView } from '@bauta/packet'
import { describe, expect, it } from 'vitest'
import { IN, OUT } from './key-index.ts'
import { CLASH, NO_PORT } from './no-slot.ts'
import { address, bench, LAN1, LAN2, packet, ping, SERVER, tcp, udp, WAN } from './testing.ts'
import { SOURCE, Translation } from './translation.ts'

const OTHER = address('198.51.100.9')
const PEER = address('203.0.113.50')

const wish = (fields: Partial<Translation>) => Object.assign(new Translation(), fields)
const snat = (fields: Partial<Translation> = {}) => wish({ kind: SOURCE.address, source: OTHER, ...fields })

/** @param draws random numbers drawn before, so that others follow */
function stage(draws = 0) {
  const { masq, table } = bench()
  for (let i = 0; i < draws; i++)
    masq.openTranslated(udp(LAN2, 9, PEER, i + 1), OUT, snat({ fromPort: 1, toPort: 8 }), WAN, 1, 1, 0)
  const opened = (view: PacketView, wished: Translation, way: typeof IN | typeof OUT = OUT) =>
    masq.openTranslated(view, way, wished, WAN, 1, 1, 0)
  /** The port that the far end sees, or the code. */
  const port = (view: PacketView, wished: Translation) => {
    const slot = opened(view, wished)
    return slot < 0 ? slot : table.masqPort(slot)
  }
  return { masq, table, opened, port }
}

describe('the port of a source that a rule gives', () => {
  it.each([
    [1, 1, 511],
    [511, 1, 511],
    [512, 512, 1023],
    [1023, 512, 1023],
    [1024, 1024, 65_535],
    [65_535, 1024, 65_535],
  ])('%i is kept, and where it is taken another from %i to %i stands for it', (own, lowest, highest) => {
    const { port } = stage()
    expect(port(udp(LAN1, own, SERVER, 500), snat())).toBe(own)
    for (let i = 0; i < 40; i++) {
      const other = port(udp(LAN2 + i, own, SERVER, 500), snat())
      expect(other).not.toBe(own)
      expect(other).toBeGreaterThanOrEqual(lowest)
      expect(other).toBeLessThanOrEqual(highest)
    }
    // Towards another server, or another port of it, nobody is in the way.
    expect(port(udp(LAN2, own, SERVER, 501), snat())).toBe(own)
    expect(port(udp(LAN2, own, PEER, 500), snat())).toBe(own)
    expect(port(tcp(LAN2, own, SERVER, 500), snat())).toBe(own)
  })

  it('of a named range: all of them, both ends, and then none toward the same server', () => {
    const { port } = stage()
    const range = () => snat({ fromPort: 50_000, toPort: 50_003 })
    expect(port(tcp(LAN1, 50_003, SERVER, 80), range())).toBe(50_003)
    expect(port(tcp(LAN1, 50_000, SERVER, 80), range())).toBe(50_000)
    const rest = [1, 2].map((own) => port(tcp(LAN1, own, SERVER, 80), range()))
    expect(rest.toSorted()).toEqual([50_001, 50_002])
    expect(port(tcp(LAN1, 3, SERVER, 80), range())).toBe(NO_PORT)
    expect(port(tcp(LAN1, 50_004, SERVER, 81), range())).toBeGreaterThanOrEqual(50_000)
  })

  it('of a named range is found wherever the search begins', () => {
    for (let round = 0; round < 50; round++) {
      const { port } = stage(round)
      const given = [0, 1, 2].map((i) =>
        port(udp(LAN1 + i, 50_000, SERVER, 53), snat({ fromPort: 50_000, toPort: 50_002 })),
      )
      expect(given.toSorted()).toEqual([50_000, 50_001, 50_002])
      const there = () =>
        snat({ destination: LAN1, fromPort: 50_000, toPort: 50_002, source: address('192.0.2.1') })
      expect([0, 1, 2].map((i) => port(udp(LAN1 + i, 50_000, PEER, 53), there()) >= 50_000)).toEqual([
        true,
        true,
        true,
      ])
    }
  })

  it('is an identifier of any size for a ping', () => {
    const { port } = stage()
    expect(port(ping(LAN1, 5, SERVER), snat())).toBe(5)
    const others = Array.from({ length: 30 }, (_, i) => port(ping(LAN2 + i, 5, SERVER), snat()))
    expect(new Set(others).size).toBe(30)
    expect(others).not.toContain(5)
    expect(Math.max(...others)).toBeGreaterThan(1024)
  })

  it('is nothing for what has no ports: one machine for one server', () => {
    const { port } = stage()
    const gre = (source: number, destination: number) =>
      packet({ protocol: 47, source, destination, sourcePort: 0, destinationPort: 0 })
    expect(port(gre(LAN1, SERVER), snat({ fromPort: 50_000, toPort: 50_001 }))).toBe(0)
    expect(port(gre(LAN2, SERVER), snat())).toBe(CLASH)
    expect(port(gre(LAN2, PEER), snat())).toBe(0)
  })
})

describe('exactly the source that is asked for', () => {
  const exact = (fields: Partial<Translation> = {}) => wish({ kind: SOURCE.exact, source: OTHER, ...fields })

  it('has the port that is named, or its own, and no other instead', () => {
    const { port } = stage()
    expect(port(tcp(LAN1, 8080, SERVER, 80), exact({ fromPort: 443 }))).toBe(443)
    expect(port(tcp(LAN2, 8080, SERVER, 80), exact({ fromPort: 443 }))).toBe(CLASH)
    expect(port(tcp(LAN1, 9000, SERVER, 80), exact())).toBe(9000)
    expect(port(tcp(LAN2, 9000, SERVER, 80), exact())).toBe(CLASH)
    expect(port(ping(LAN1, 77, SERVER), exact({ fromPort: 443 }))).toBe(77)
    expect(port(ping(LAN2, 77, SERVER), exact())).toBe(CLASH)
  })

  it('from outside: the machine inside sees that source, and a second of the same look is refused', () => {
    const { table, opened } = stage()
    const there = (fields: Partial<Translation> = {}) =>
      exact({ destination: LAN1, destinationPort: 8080, ...fields })
    const slot = opened(tcp(PEER, 5555, WAN, 80), there({ fromPort: 700 }), IN)
    expect([table.asked(slot), table.askedPort(slot), table.serverPort(slot)]).toEqual([OTHER, 700, 5555])
    expect(opened(tcp(PEER, 5556, WAN, 80), there({ fromPort: 700 }), IN)).toBe(CLASH)
    expect(table.askedPort(opened(tcp(PEER, 5556, WAN, 80), there(), IN))).toBe(5556)
    expect(opened(tcp(SERVER, 5556, WAN, 80), there(), IN)).toBe(CLASH)
    expect(opened(ping(PEER, 9, WAN), there({ fromPort: 700 }), IN)).toBeGreaterThanOrEqual(0)
  })
})

it('two strangers with one port, seen inside under one address: the second has another port of its class', () => {
  const { table, opened } = stage()
  const there = (fields: Partial<Translation> = {}) =>
    snat({ destination: LAN1, destinationPort: 8080, ...fields })
  const seen = (stranger: number, own: number, fields?: Partial<Translation>) => {
    const slot = opened(udp(stranger, own, WAN, 80), there(fields), IN)
    return slot < 0 ? slot : table.askedPort(slot)
  }
  expect(seen(PEER, 600)).toBe(600)
  for (let i = 0; i < 20; i++) {
    const other = seen(SERVER + i, 600)
    expect(other).not.toBe(600)
    expect(other).toBeGreaterThanOrEqual(512)
    expect(other).toBeLessThanOrEqual(1023)
  }
  const range = { fromPort: 50_000, toPort: 50_001 }
  expect([seen(PEER, 50_001, range), seen(SERVER, 1, range), seen(SERVER, 2, range)]).toEqual([
    50_001,
    50_000,
    NO_PORT,
  ])
})

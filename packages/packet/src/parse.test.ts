import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { buildIcmp, buildIp, buildTcp, buildUdp, fragment, sealHeader } from './build.ts'
import { write16 } from './checksum.ts'
import { FAULTS } from './faults.ts'
import { parseEmbedded, parsePacket, parseQuoted } from './parse.ts'
import { PacketView } from './view.ts'
import { clearVnetHeader, readVnetHeader, setPartial, VNET_HEADER } from './virtio.ts'

const ENDS = { source: '192.168.77.11', destination: '93.184.216.34', sourcePort: 40000, destinationPort: 80 }

function faultOf(packet: Uint8Array, length = packet.length, view = new PacketView()): string {
  return FAULTS[parsePacket(view, packet, 0, length)]!.name
}

/** A good packet with one change; the header checksum is made right again afterwards. */
function spoiled(packet: Uint8Array, change: (packet: Uint8Array) => void): string {
  change(packet)
  return faultOf(sealHeader(packet))
}

describe('fields', () => {
  test('of a TCP segment behind other bytes', () => {
    const packet = buildTcp({
      ...ENDS,
      flags: 0x12,
      tcpOptions: [2, 4, 5, 180],
      payload: [1, 2, 3],
      tos: 16,
      id: 77,
      dontFragment: true,
    })
    const buffer = new Uint8Array(packet.length + 30)
    buffer.set(packet, 13)
    const view = new PacketView()
    expect(parsePacket(view, buffer, 13, packet.length + 17)).toBe(0)
    expect(view).toMatchObject({
      ip: 13,
      headerLength: 20,
      totalLength: 47,
      tos: 16,
      id: 77,
      dontFragment: true,
      moreFragments: false,
      fragmentOffset: 0,
      ttl: 64,
      protocol: 6,
      source: 0xc0a84d0b,
      destination: 0x5db8d822,
      l4: 33,
      l4Length: 27,
      sourcePort: 40000,
      destinationPort: 80,
      tcpFlags: 0x12,
      tcpHeaderLength: 24,
    })
    expect(view.isFragment).toBe(false)
  })

  test('of an echo request behind IP options', () => {
    const packet = buildIcmp({ ...ENDS, type: 8, icmpId: 0xbeef, options: [148, 4, 0, 0] })
    const view = new PacketView()
    expect(parsePacket(view, packet, 0, packet.length)).toBe(0)
    expect(view).toMatchObject({
      headerLength: 24,
      l4: 24,
      icmpType: 8,
      icmpCode: 0,
      icmpId: 0xbeef,
      sourcePort: 0,
    })
  })

  test('nothing of the packet before stays', () => {
    const view = new PacketView()
    const tcp = buildTcp(ENDS)
    parsePacket(view, tcp, 0, tcp.length)
    const gre = buildIp(ENDS, 47, new Uint8Array(4))
    expect(parsePacket(view, gre, 0, gre.length)).toBe(0)
    expect(view).toMatchObject({
      sourcePort: 0,
      destinationPort: 0,
      tcpFlags: 0,
      tcpHeaderLength: 0,
      icmpId: 0,
    })
  })

  test('nor where there is no header to read', () => {
    const view = new PacketView()
    const tcp = buildTcp(ENDS)
    parsePacket(view, tcp, 0, tcp.length)
    expect(faultOf(new Uint8Array(40), 40, view)).toBe('version')
    const { source, destination, protocol, ttl, totalLength, l4Length, tcpFlags } = view
    expect([source, destination, protocol, ttl, totalLength, l4Length, tcpFlags]).toEqual([
      0, 0, 0, 0, 0, 0, 0,
    ])
  })

  test('of fragments: ports in the first only', () => {
    const pieces = fragment(buildUdp({ ...ENDS, payload: new Uint8Array(40) }), [16, 32])
    const views = pieces.map((piece) => {
      const view = new PacketView()
      expect(parsePacket(view, piece, 0, piece.length)).toBe(0)
      return view
    })
    expect(views.map((v) => [v.fragmentOffset, v.moreFragments, v.sourcePort, v.isLaterFragment])).toEqual([
      [0, true, 40000, false],
      [16, true, 0, true],
      [32, false, 0, true],
    ])
  })
})

describe('faults', () => {
  const tcp = () => buildTcp({ ...ENDS, payload: [1, 2, 3, 4] })
  const udp = () => buildUdp({ ...ENDS, payload: [1, 2, 3, 4] })

  test('lengths and version', () => {
    expect(faultOf(tcp(), 19)).toBe('short')
    expect(faultOf(new Uint8Array(0))).toBe('short')
    expect(faultOf(tcp(), 45)).toBe('short')
    expect(spoiled(tcp(), (p) => (p[0] = 0x65))).toBe('version')
    expect(spoiled(tcp(), (p) => (p[0] = 0x44))).toBe('header-length')
    expect(faultOf(buildIp({ ...ENDS, options: [1, 1, 1, 1] }, 6, new Uint8Array(0)), 20)).toBe(
      'header-length',
    )
    expect(spoiled(tcp(), (p) => write16(p, 2, 19))).toBe('total-length')
    expect(spoiled(tcp(), (p) => write16(p, 2, p.length + 1))).toBe('total-length')
    expect(faultOf(Uint8Array.of(...tcp(), 0, 0, 0))).toBe('none')
  })

  test('the IP header', () => {
    const packet = tcp()
    packet[10]! ^= 1
    expect(faultOf(packet)).toBe('header-checksum')
    expect(spoiled(tcp(), (p) => (p[8] = 0))).toBe('ttl-zero')
    expect(spoiled(tcp(), (p) => (p[6] = 0x80))).toBe('reserved-bit')
  })

  test('IP options', () => {
    const withOptions = (...options: number[]) => faultOf(buildTcp({ ...ENDS, options }))
    expect(withOptions(1, 1, 0, 99)).toBe('none')
    expect(withOptions(148, 4, 0, 0)).toBe('none')
    expect(withOptions(131, 3, 4, 0)).toBe('source-route')
    expect(withOptions(1, 137, 3, 4)).toBe('source-route')
    expect(withOptions(7, 5, 4, 0)).toBe('ip-options')
    expect(withOptions(7, 1, 0, 0)).toBe('ip-options')
    expect(withOptions(1, 1, 1, 7)).toBe('ip-options')
  })

  test('TCP', () => {
    expect(faultOf(buildIp(ENDS, 6, new Uint8Array(19)))).toBe('protocol-short')
    expect(spoiled(tcp(), (p) => (p[32] = 0x40))).toBe('tcp-offset')
    expect(spoiled(tcp(), (p) => (p[32] = 0x70))).toBe('tcp-offset')
    expect(spoiled(tcp(), (p) => (p[33] = 0x03))).toBe('tcp-flags')
    expect(spoiled(tcp(), (p) => (p[33] = 0x06))).toBe('tcp-flags')
    expect(spoiled(tcp(), (p) => (p[33] = 0))).toBe('tcp-flags')
    expect(spoiled(tcp(), (p) => (p[39]! ^= 1))).toBe('l4-checksum')
    expect(faultOf(buildTcp({ ...ENDS, sourcePort: 0 }))).toBe('port-zero')
    // The ECN bits beside the six classic flags are nobody's business here.
    expect(faultOf(buildTcp({ ...ENDS, flags: 0xc2 }))).toBe('none')
  })

  test('UDP', () => {
    expect(faultOf(buildIp(ENDS, 17, new Uint8Array(7)))).toBe('protocol-short')
    expect(spoiled(udp(), (p) => write16(p, 24, 7))).toBe('udp-length')
    expect(spoiled(udp(), (p) => write16(p, 24, 11))).toBe('udp-length')
    expect(spoiled(udp(), (p) => write16(p, 24, 13))).toBe('udp-length')
    expect(faultOf(buildUdp({ ...ENDS, destinationPort: 0 }))).toBe('port-zero')
    expect(spoiled(udp(), (p) => (p[30]! ^= 1))).toBe('l4-checksum')
    expect(faultOf(buildUdp({ ...ENDS, payload: [1, 2, 3], checksum: 'zero' }))).toBe('none')
  })

  test('a UDP super-packet may name the length of one segment', () => {
    const view = new PacketView()
    view.gsoSize = 4
    const packet = buildUdp({ ...ENDS, payload: new Uint8Array(12), checksum: 'zero' })
    write16(packet, 24, 12)
    expect(faultOf(packet, packet.length, view)).toBe('none')
    write16(packet, 24, 21)
    expect(faultOf(packet, packet.length, view)).toBe('udp-length')
  })

  test('ICMP', () => {
    expect(faultOf(buildIp(ENDS, 1, new Uint8Array(7)))).toBe('icmp-short')
    expect(spoiled(buildIcmp({ ...ENDS, type: 8 }), (p) => (p[27]! ^= 1))).toBe('l4-checksum')
  })

  test('fragments', () => {
    const pieces = fragment(buildTcp({ ...ENDS, payload: new Uint8Array(80) }), [24, 48])
    const second = pieces[1]!
    expect(spoiled(second.slice(), (p) => write16(p, 6, 0x3fff))).toBe('fragment-overrun')
    expect(spoiled(second.slice(), (p) => write16(p, 6, 0x1fff))).toBe('fragment-overrun')
    expect(spoiled(second.slice(), (p) => write16(p, 2, 43))).toBe('fragment-length')
    expect(spoiled(second.slice(), (p) => write16(p, 2, 20))).toBe('fragment-length')
    expect(spoiled(second.slice(), (p) => write16(p, 6, 0x2001))).toBe('tiny-fragment')
    expect(faultOf(fragment(buildTcp({ ...ENDS, payload: new Uint8Array(80) }), [8])[0]!)).toBe(
      'tiny-fragment',
    )
    expect(faultOf(fragment(buildTcp({ ...ENDS, payload: new Uint8Array(80) }), [16])[0]!)).toBe('none')
  })
})

describe('offloaded checksums', () => {
  const behindHeader = (packet: Uint8Array) => {
    const buffer = new Uint8Array(VNET_HEADER + packet.length)
    buffer.set(packet, VNET_HEADER)
    return buffer
  }
  const read = (view: PacketView, buffer: Uint8Array) => {
    readVnetHeader(view, buffer, 0)
    return FAULTS[parsePacket(view, buffer, VNET_HEADER, buffer.length - VNET_HEADER)]!.name
  }

  test('a partial one is not verified, and the next packet is again', () => {
    const view = new PacketView()
    const buffer = behindHeader(buildTcp({ ...ENDS, payload: [1, 2, 3], checksum: 'partial' }))
    setPartial(buffer, 0, 20, 16)
    expect(read(view, buffer)).toBe('none')
    expect(view.checksumPartial).toBe(true)
    clearVnetHeader(buffer, 0)
    expect(read(view, buffer)).toBe('l4-checksum')
  })

  test('one that belongs to a header further in leaves the outer one full', () => {
    const view = new PacketView()
    const buffer = behindHeader(buildUdp({ ...ENDS, payload: new Uint8Array(60).fill(9) }))
    buffer[VNET_HEADER + 60]! ^= 1
    setPartial(buffer, 0, 56, 16)
    expect(read(view, buffer)).toBe('none')
    expect(view.checksumPartial).toBe(false)
  })

  test('a verified one is not verified again; the segment size is read', () => {
    const view = new PacketView()
    const buffer = behindHeader(buildTcp({ ...ENDS, payload: [1, 2, 3] }))
    buffer[VNET_HEADER + 40]! ^= 1
    buffer.set([2, 1, 0, 0, 0xa8, 0x05], 0)
    expect(read(view, buffer)).toBe('none')
    expect(view).toMatchObject({ checksumKnownGood: true, checksumPartial: false, gsoSize: 1448 })
  })
})

describe('embedded packets', () => {
  const quoted = (length: number, change = (_: Uint8Array) => {}) => {
    const packet = buildTcp({ ...ENDS, payload: new Uint8Array(1000) })
    change(packet)
    const view = new PacketView()
    const name = FAULTS[parseEmbedded(view, packet, 0, length)]!.name
    return { name, view }
  }

  test('an IP header and 8 bytes are enough', () => {
    const { name, view } = quoted(28)
    expect(name).toBe('none')
    expect(view).toMatchObject({
      sourcePort: 40000,
      destinationPort: 80,
      l4Length: 8,
      totalLength: 1040,
      tcpFlags: 0,
    })
    expect(quoted(27).name).toBe('embedded-short')
    expect(quoted(5).name).toBe('embedded-short')
  })

  test('the quote behind the transport header is read when it is there', () => {
    expect(quoted(60).view).toMatchObject({ tcpFlags: 16, tcpHeaderLength: 20, l4Length: 40 })
  })

  test('a bad header checksum counts, a bad transport checksum and a dead TTL do not (RFC 5508 REQ-3)', () => {
    expect(quoted(60, (p) => (p[10]! ^= 1)).name).toBe('header-checksum')
    expect(quoted(60, (p) => (p[36]! ^= 1)).name).toBe('none')
    expect(
      quoted(60, (p) => {
        p[8] = 0
        sealHeader(p)
      }).name,
    ).toBe('none')
  })

  test('inside an error: the two views are tied together', () => {
    const payload = buildIcmp({ ...ENDS, type: 8, icmpId: 42 })
    const packet = buildIcmp({ source: '198.51.100.1', destination: ENDS.source, type: 11, payload })
    const outer = new PacketView()
    const inner = new PacketView()
    expect(parsePacket(outer, packet, 0, packet.length)).toBe(0)
    expect(parseQuoted(inner, outer)).toBe(0)
    expect(inner).toMatchObject({ ip: 28, icmpType: 8, icmpId: 42, outerChecksum: 22 })
    expect(parsePacket(inner, packet, 0, packet.length)).toBe(0)
    expect(inner.outerChecksum).toBe(0)
  })
})

describe('whatever arrives', () => {
  /** A small generator with a fixed seed (xorshift32): the same packets in every run, and far more of them per second. */
  function randomBytes(seed: number): () => number {
    let x = seed
    return () => {
      x ^= x << 13
      x ^= x >>> 17
      x ^= x << 5
      return x & 255
    }
  }

  test('200,000 random packets, half of them with a plausible header: an answer each time, in bounded time', () => {
    const next = randomBytes(20261120)
    const buffer = new Uint8Array(128)
    const view = new PacketView()
    const seen = new Set<string>()
    const from = performance.now()
    for (let round = 0; round < 200_000; round++) {
      const length = next() & 127
      for (let i = 0; i < length; i++) buffer[i] = next()
      if (round & 1 && length >= 20) plausible(buffer, length, next)
      const code = parsePacket(view, buffer, 0, length)
      seen.add(FAULTS[code]!.name)
      if (code === 0) expect(view.l4 + view.l4Length).toBeLessThanOrEqual(length)
      expect(FAULTS[parseEmbedded(view, buffer, 0, length)]).toBeDefined()
    }
    expect(performance.now() - from).toBeLessThan(10_000)
    expect(seen.size).toBeGreaterThan(12)
  })

  function plausible(buffer: Uint8Array, length: number, next: () => number): void {
    buffer[0] = 0x45 + (next() & 1)
    write16(buffer, 2, length - (next() & 7))
    if (next() & 1) write16(buffer, 6, next() & 1 ? 0x4000 : 0x2000 | (next() & 3))
    buffer[9] = [1, 6, 17, 17][next() & 3]!
    if (length >= 24) sealHeader(buffer)
  }

  test('a good packet with any one byte changed never parses into lengths beyond its end', () => {
    fc.assert(
      fc.property(fc.nat({ max: 59 }), fc.integer({ min: 0, max: 255 }), (at, value) => {
        const packet = buildTcp({ ...ENDS, payload: new Uint8Array(20) })
        packet[at] = value
        if (at < 20) sealHeader(packet)
        const view = new PacketView()
        if (parsePacket(view, packet, 0, packet.length) !== 0) return
        expect(view.l4 + view.l4Length).toBeLessThanOrEqual(packet.length)
        expect(view.tcpHeaderLength).toBeLessThanOrEqual(view.l4Length)
      }),
    )
  })
})

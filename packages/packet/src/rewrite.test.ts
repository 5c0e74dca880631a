import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { buildIcmp, buildIp, buildTcp, buildUdp, fragment } from './build.ts'
import { checksumOf, pseudoHeaderSum, read16, read32, sumBytes } from './checksum.ts'
import { FAULTS } from './faults.ts'
import { parsePacket, parseQuoted } from './parse.ts'
import {
  clampMss,
  finishChecksum,
  setDestination,
  setDestinationPort,
  setIcmpId,
  setSource,
  setSourcePort,
  setTtl,
} from './rewrite.ts'
import { PacketView } from './view.ts'

const ENDS = { source: '192.168.77.11', destination: '93.184.216.34', sourcePort: 40000, destinationPort: 80 }

const address = fc.integer({ min: 0, max: 0xffffffff })
const port = fc.integer({ min: 1, max: 65535 })
const ends = fc.record({ source: address, destination: address, sourcePort: port, destinationPort: port })
const payload = fc.uint8Array({ maxLength: 120 })

type Ends = { source: number; destination: number; sourcePort: number; destinationPort: number }

function parsed(packet: Uint8Array): PacketView {
  const view = new PacketView()
  expect(FAULTS[parsePacket(view, packet, 0, packet.length)]!.name).toBe('none')
  return view
}

function rewriteAll(view: PacketView, to: Ends): void {
  setSource(view, to.source)
  setDestination(view, to.destination)
  setSourcePort(view, to.sourcePort)
  setDestinationPort(view, to.destinationPort)
}

describe('rewriting equals building anew', () => {
  const builders = { tcp: buildTcp, udp: buildUdp }
  const ttl = fc.integer({ min: 1, max: 255 })

  for (const [name, build] of Object.entries(builders)) {
    test(`${name}, full checksum`, () => {
      fc.assert(
        fc.property(ends, ends, payload, ttl, (from, to, bytes, life) => {
          const packet = build({ ...from, payload: bytes })
          const view = parsed(packet)
          rewriteAll(view, to)
          setTtl(view, life)
          expect(packet).toEqual(build({ ...to, payload: bytes, ttl: life }))
          expect(view).toMatchObject({ ...to, ttl: life })
        }),
      )
    })

    test(`${name}, partial checksum: right once it is finished`, () => {
      fc.assert(
        fc.property(ends, ends, payload, (from, to, bytes) => {
          const packet = build({ ...from, payload: bytes, checksum: 'partial' })
          const view = new PacketView()
          view.checksumPartial = true
          expect(parsePacket(view, packet, 0, packet.length)).toBe(0)
          rewriteAll(view, to)
          const field = view.l4 + (name === 'tcp' ? 16 : 6)
          expect(read16(packet, field) % 0xffff).toBe(
            pseudoHeaderSum(packet, 0, view.protocol, view.l4Length) % 0xffff,
          )
          finishChecksum(view)
          expect(view.checksumPartial).toBe(false)
          expect(packet).toEqual(build({ ...to, payload: bytes }))
        }),
      )
    })

    test(`${name}, later fragments: only the IP header changes`, () => {
      fc.assert(
        fc.property(ends, address, address, (from, source, destination) => {
          const piece = fragment(build({ ...from, payload: new Uint8Array(64).fill(0x5a) }), [32])[1]!
          const before = piece.slice(20)
          const view = parsed(piece)
          setSource(view, source)
          setDestination(view, destination)
          expect(piece.slice(20)).toEqual(before)
          expect(checksumOf(piece, 0, 20)).toBe(0)
          expect([read32(piece, 12), read32(piece, 16)]).toEqual([source, destination])
        }),
      )
    })
  }

  test('UDP without a checksum stays without', () => {
    fc.assert(
      fc.property(ends, ends, payload, (from, to, bytes) => {
        const packet = buildUdp({ ...from, payload: bytes, checksum: 'zero' })
        rewriteAll(parsed(packet), to)
        expect(packet).toEqual(buildUdp({ ...to, payload: bytes, checksum: 'zero' }))
      }),
    )
  })

  test('a UDP checksum that comes out as zero is sent as ffff', () => {
    // The port is chosen so that all words add up to ffff.
    const probe = buildUdp({ ...ENDS, sourcePort: 1 })
    const target = (1 + read16(probe, 26)) % 0xffff
    const packet = buildUdp(ENDS)
    setSourcePort(parsed(packet), target)
    expect(read16(packet, 26)).toBe(0xffff)
    expect(sumBytes(packet, 20, 8, pseudoHeaderSum(packet, 0, 17, 8))).toBe(0xffff)
  })

  test('a TCP checksum of zero is sent as zero', () => {
    const probe = buildTcp({ ...ENDS, sourcePort: 1 })
    const packet = buildTcp(ENDS)
    setSourcePort(parsed(packet), (1 + read16(probe, 36)) % 0xffff)
    expect(read16(packet, 36)).toBe(0)
    parsed(packet)
  })

  test('an ICMP query: id and addresses', () => {
    fc.assert(
      fc.property(ends, ends, payload, fc.nat(65535), fc.nat(65535), (from, to, bytes, id, newId) => {
        const packet = buildIcmp({ ...from, type: 8, icmpId: id, payload: bytes })
        const view = parsed(packet)
        setSource(view, to.source)
        setDestination(view, to.destination)
        setIcmpId(view, newId)
        const { source, destination } = to
        const wanted = buildIcmp({ source, destination, type: 8, icmpId: newId, payload: bytes })
        // An all-zero message has two right checksums; see RFC 1624 §3.
        expect(packet.with(22, 0).with(23, 0)).toEqual(wanted.with(22, 0).with(23, 0))
        expect(sumBytes(packet, 20, packet.length - 20, 0)).toBe(0xffff)
        expect(view.icmpId).toBe(newId)
      }),
    )
  })

  test('a protocol without ports: the IP header only', () => {
    const packet = buildIp(ENDS, 47, new Uint8Array(12).fill(3))
    setSource(parsed(packet), 0xc6336402)
    expect(packet).toEqual(buildIp({ ...ENDS, source: '198.51.100.2' }, 47, new Uint8Array(12).fill(3)))
  })

  test('damage done before us stays visible', () => {
    const packet = buildTcp({ ...ENDS, payload: [1, 2, 3, 4] })
    const view = parsed(packet)
    packet[41]! ^= 0x10
    setSource(view, 0xc6336402)
    setSourcePort(view, 61000)
    expect(FAULTS[parsePacket(view, packet, 0, packet.length)]!.name).toBe('l4-checksum')
  })
})

describe('clampMss', () => {
  const options = {
    'first, aligned': [2, 4, 5, 180],
    'behind one byte, unaligned': [1, 2, 4, 5, 180, 1, 0, 0],
    'behind others': [1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2, 2, 4, 5, 180, 4, 2, 0, 0],
  }
  for (const [where, tcpOptions] of Object.entries(options)) {
    test(where, () => {
      const packet = buildTcp({ ...ENDS, flags: 2, tcpOptions })
      const view = parsed(packet)
      expect(clampMss(view, 1460)).toBe(false)
      expect(clampMss(view, 1412)).toBe(true)
      const at = tcpOptions.findIndex((byte, i) => byte === 2 && tcpOptions[i + 1] === 4)
      const clamped = tcpOptions.with(at + 2, 1412 >>> 8).with(at + 3, 1412 & 255)
      expect(packet).toEqual(buildTcp({ ...ENDS, flags: 2, tcpOptions: clamped }))
    })
  }

  test('every value, at every alignment, keeps the checksum right', () => {
    fc.assert(
      fc.property(fc.nat(65535), fc.nat(65535), fc.nat(3), (from, to, shift) => {
        const tcpOptions = [
          ...new Array(shift).fill(1),
          2,
          4,
          from >>> 8,
          from & 255,
          ...new Array(4 - shift).fill(0),
        ]
        const packet = buildTcp({ ...ENDS, flags: 18, tcpOptions })
        expect(clampMss(parsed(packet), to)).toBe(from > to)
        parsed(packet)
      }),
    )
  })

  test('a partial checksum does not cover options yet', () => {
    const packet = buildTcp({ ...ENDS, flags: 2, tcpOptions: [2, 4, 5, 180], checksum: 'partial' })
    const view = new PacketView()
    view.checksumPartial = true
    parsePacket(view, packet, 0, packet.length)
    const before = read16(packet, 36)
    expect(clampMss(view, 1300)).toBe(true)
    expect(read16(packet, 36)).toBe(before)
    finishChecksum(view)
    expect(packet).toEqual(buildTcp({ ...ENDS, flags: 2, tcpOptions: [2, 4, 5, 20] }))
  })

  test('nothing to clamp: no SYN, no option, an option that is cut or malformed, no TCP', () => {
    const untouched = (packet: Uint8Array) => {
      const before = packet.slice()
      expect(clampMss(parsed(packet), 500)).toBe(false)
      expect(packet).toEqual(before)
    }
    untouched(buildTcp({ ...ENDS, flags: 16, tcpOptions: [2, 4, 5, 180] }))
    untouched(buildTcp({ ...ENDS, flags: 2 }))
    untouched(buildTcp({ ...ENDS, flags: 2, tcpOptions: [0, 2, 4, 5] }))
    untouched(buildTcp({ ...ENDS, flags: 2, tcpOptions: [1, 1, 2, 4] }))
    untouched(buildTcp({ ...ENDS, flags: 2, tcpOptions: [2, 3, 5, 1] }))
    untouched(buildTcp({ ...ENDS, flags: 2, tcpOptions: [3, 0, 2, 4] }))
    untouched(buildTcp({ ...ENDS, flags: 2, tcpOptions: [1, 1, 1, 2] }))
    untouched(buildUdp(ENDS))
  })
})

describe('an ICMP error is translated completely', () => {
  const quotes = {
    tcp: (from: Ends) => buildTcp({ ...from, payload: new Uint8Array(50).fill(1) }),
    udp: (from: Ends) => buildUdp({ ...from, payload: new Uint8Array(50).fill(1) }),
    'udp without a checksum': (from: Ends) =>
      buildUdp({ ...from, checksum: 'zero', payload: new Uint8Array(50) }),
  }
  for (const [name, build] of Object.entries(quotes)) {
    for (const cut of [28, 38, 40, 70]) {
      test(`${name}, ${cut} bytes quoted`, () => {
        fc.assert(
          fc.property(ends, ends, address, address, (from, to, server, client) => {
            const error = (quoted: Uint8Array, destination: number) =>
              buildIcmp({ source: server, destination, type: 3, code: 3, payload: quoted.subarray(0, cut) })
            const packet = error(build(from), 0xc6336402)
            const outer = parsed(packet)
            const inner = new PacketView()
            expect(parseQuoted(inner, outer)).toBe(0)
            setDestination(outer, client)
            rewriteAll(inner, to)
            expect(packet).toEqual(error(build(to), client))
          }),
          { numRuns: 40 },
        )
      })
    }
  }

  test('a quoted ICMP query', () => {
    const error = (source: string, icmpId: number) => {
      const payload = buildIcmp({ source, destination: '93.184.216.34', type: 8, icmpId, payload: [1, 2, 3] })
      return buildIcmp({ source: '93.184.216.34', destination: '198.51.100.2', type: 11, payload })
    }
    const packet = error('198.51.100.2', 61000)
    const outer = parsed(packet)
    const inner = new PacketView()
    parseQuoted(inner, outer)
    setSource(inner, 0xc0a84d0b)
    setIcmpId(inner, 7)
    expect(packet).toEqual(error('192.168.77.11', 7))
  })
})

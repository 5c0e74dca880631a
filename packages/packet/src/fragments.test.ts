import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { buildUdp, fragment, sealHeader } from './build.ts'
import { write16 } from './checksum.ts'
import { REASSEMBLY, Reassembler, type ReassemblerOptions } from './fragments.ts'
import { parsePacket } from './parse.ts'
import { PacketView } from './view.ts'
import { readVnetHeader, VNET_HEADER } from './virtio.ts'

const ENDS = { source: '192.168.77.11', destination: '93.184.216.34', sourcePort: 40000, destinationPort: 53 }
const { pending, done, overlap, bounds, ecn, full, expired } = REASSEMBLY

const view = new PacketView()

function give(reassembler: Reassembler, packet: Uint8Array, now = 0): number {
  readVnetHeader(view, new Uint8Array(VNET_HEADER), 0)
  expect(parsePacket(view, packet, 0, packet.length)).toBe(0)
  return reassembler.add(view, now)
}

function wholeOf(reassembler: Reassembler): Uint8Array {
  return reassembler.whole.slice(reassembler.wholeStart, reassembler.wholeStart + reassembler.wholeLength)
}

function datagram(id: number, length: number, source: string | number = ENDS.source): Uint8Array {
  const payload = Uint8Array.from({ length }, (_, i) => (i * 7 + id) & 255)
  return buildUdp({ ...ENDS, source, id, payload })
}

/** A datagram and borders to cut it at, all multiples of 8. */
const cutDatagram = fc
  .record({
    length: fc.oneof(fc.integer({ min: 8, max: 200 }), fc.integer({ min: 200, max: 20_000 })),
    places: fc.uniqueArray(fc.nat(0xffff), { minLength: 1, maxLength: 9 }),
  })
  .map(({ length, places }) => {
    const packet = datagram(9, length)
    const units = Math.ceil((length + 8) / 8)
    const cuts = [...new Set(places.map((p) => 8 * (1 + (p % (units - 1)))))].sort((a, b) => a - b)
    return { packet, pieces: fragment(packet, cuts) }
  })

describe('whole again', () => {
  test('any order, any duplicates: the original', () => {
    const shuffled = cutDatagram.chain(({ packet, pieces }) =>
      fc
        .tuple(
          fc.shuffledSubarray(pieces, { minLength: pieces.length }),
          fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 8 }),
        )
        .map(([order, copies]) => {
          const stream = [...order]
          // A duplicate is never the one that completes: what follows completion begins a new datagram.
          for (const [which, where] of copies) {
            const at = which % (stream.length - 1)
            stream.splice(at + 1 + (where % (stream.length - 1 - at)), 0, stream[at]!)
          }
          return { packet, stream }
        }),
    )
    fc.assert(
      fc.property(shuffled, ({ packet, stream }) => {
        const reassembler = new Reassembler({ bytes: 1 << 18, seed: 1 })
        const answers = stream.map((piece) => give(reassembler, piece))
        expect(answers).toEqual([...new Array(stream.length - 1).fill(pending), done])
        expect(wholeOf(reassembler)).toEqual(packet)
        readVnetHeader(view, reassembler.whole, 0)
        expect(parsePacket(view, reassembler.whole, reassembler.wholeStart, reassembler.wholeLength)).toBe(0)
        expect([reassembler.datagrams, reassembler.bytesUsed]).toEqual([0, 0])
        expect(reassembler.dropped.every((count) => count === 0)).toBe(true)
      }),
      { numRuns: 150 },
    )
  })

  test('the largest datagram there is, in pieces of 8 bytes, backwards', () => {
    const packet = datagram(1, 65535 - 28)
    const cuts = Array.from({ length: Math.ceil((packet.length - 20) / 8) - 1 }, (_, i) => 8 * (i + 1))
    const reassembler = new Reassembler()
    const answers = fragment(packet, cuts)
      .reverse()
      .map((piece) => give(reassembler, piece))
    expect(answers.at(-1)).toBe(done)
    expect(wholeOf(reassembler)).toEqual(packet)
  })

  test('datagrams of different id, protocol or ends do not mix', () => {
    const reassembler = new Reassembler()
    const originals = [
      datagram(1, 100),
      datagram(2, 100),
      datagram(1, 101, '192.168.77.12'),
      buildUdp({ ...ENDS, destination: '1.1.1.1', id: 1, payload: new Uint8Array(102) }),
    ]
    const pieces = originals.map((packet) => fragment(packet, [48]))
    for (const [, last] of pieces) expect(give(reassembler, last!)).toBe(pending)
    pieces.forEach(([first], i) => {
      expect(give(reassembler, first!)).toBe(done)
      expect(wholeOf(reassembler)).toEqual(originals[i])
    })
  })

  test('DF on the pieces is not kept: the whole may have to be cut again', () => {
    const packet = datagram(3, 100)
    const pieces = fragment(packet, [48]).map((piece) => {
      piece[6]! |= 0x40
      return sealHeader(piece)
    })
    const reassembler = new Reassembler()
    pieces.map((piece) => give(reassembler, piece))
    expect(wholeOf(reassembler)).toEqual(packet)
  })

  test('the first fragment brings the header, options included', () => {
    const packet = buildUdp({ ...ENDS, id: 5, options: [148, 4, 0, 0], payload: new Uint8Array(64) })
    const [first, last] = fragment(packet, [32])
    const plain = new Uint8Array(20 + last!.length - 24)
    plain.set(last!.subarray(0, 20))
    plain.set(last!.subarray(24), 20)
    plain[0] = 0x45
    plain[3] = plain.length
    const reassembler = new Reassembler()
    expect(give(reassembler, sealHeader(plain))).toBe(pending)
    expect(give(reassembler, first!)).toBe(done)
    expect(wholeOf(reassembler)).toEqual(packet)
  })
})

describe('attacks', () => {
  /** The rules in their simplest form, over pieces of 12 units of 8 bytes. */
  class Model {
    private kept: { from: number; to: number; forged: boolean }[] = []
    private dead = false

    add(from: number, to: number, forged: boolean): number {
      if (this.dead) return overlap
      const others = this.kept.filter((piece) => piece.from < to && from < piece.to)
      if (others.length > 0) {
        const [only] = others
        if (others.length === 1 && only!.from === from && only!.to === to && only!.forged === forged)
          return pending
        this.dead = true
        return overlap
      }
      this.kept.push({ from, to, forged })
      if (this.kept.reduce((sum, piece) => sum + piece.to - piece.from, 0) < 12) return pending
      this.kept = []
      return done
    }
  }

  test('any pieces in any order, overlapping or not: done only for a gapless set without overlap', () => {
    const packet = datagram(4, 12 * 8 - 8)
    const piece = fc
      .record({ from: fc.nat(11), length: fc.integer({ min: 1, max: 4 }), forged: fc.boolean() })
      .map(({ from, length, forged }) => ({ from, to: Math.min(12, from + length), forged }))
    const tiling = fc.constantFrom<number[][]>([4, 8], [3, 6, 9], [1, 4, 8, 11]).map((cuts) => {
      const borders = [0, ...cuts, 12]
      return cuts
        .map((to, i) => ({ from: borders[i]!, to, forged: false }))
        .concat({ from: cuts.at(-1)!, to: 12, forged: false })
    })
    const stream = fc.tuple(tiling, fc.array(piece, { maxLength: 6 })).chain(([pieces, others]) => {
      const all = [...pieces, ...others]
      return fc.shuffledSubarray(all, { minLength: all.length })
    })
    const seen = new Set<number>()
    fc.assert(
      fc.property(stream, (pieces) => {
        const reassembler = new Reassembler({ bytes: 1 << 17 })
        const model = new Model()
        for (const { from, to, forged } of pieces) {
          const cuts = [from * 8, to * 8].filter((cut) => cut > 0 && cut < 96)
          const bytes = fragment(packet, cuts)[from > 0 ? 1 : 0]!
          if (forged) bytes[bytes.length - 1]! ^= 0xff
          const answer = give(reassembler, bytes)
          seen.add(answer)
          expect(answer).toBe(model.add(from, to, forged))
        }
      }),
      { numRuns: 1000 },
    )
    expect([...seen].sort()).toEqual([pending, done, overlap])
  })

  test('a duplicate with other bytes is an overlap', () => {
    const [first] = fragment(datagram(5, 100), [48])
    const forged = first!.slice()
    forged[40]! ^= 1
    const reassembler = new Reassembler()
    expect([give(reassembler, first!), give(reassembler, forged)]).toEqual([pending, overlap])
    expect(reassembler.dropped[overlap]).toBe(2)
  })

  test('pieces that disagree about the end', () => {
    const short = fragment(datagram(6, 56), [48])
    const long = fragment(datagram(6, 200), [48, 96])
    const answers = (...pieces: Uint8Array[]) => {
      const reassembler = new Reassembler()
      return pieces.map((piece) => give(reassembler, piece))
    }
    expect(answers(short[1]!, long[2]!)).toEqual([pending, bounds])
    expect(answers(long[2]!, short[1]!)).toEqual([pending, bounds])
    expect(answers(long[1]!, short[1]!)).toEqual([pending, bounds])
    const unfinished = sealHeader(short[1]!.with(6, 0x20))
    expect(answers(short[1]!, unfinished)).toEqual([pending, bounds])
    expect(answers(short[1]!, long[1]!, short[0]!)).toEqual([pending, bounds, bounds])
  })

  test('a whole that a long header pushes beyond 65535 bytes', () => {
    const [, last] = fragment(datagram(7, 65535 - 28), [65504])
    const options = new Array(40).fill(1)
    const big = buildUdp({ ...ENDS, id: 7, options, payload: new Uint8Array(65535 - 60 - 8) })
    const reassembler = new Reassembler()
    expect(give(reassembler, last!)).toBe(pending)
    const headers = fragment(big, [32_000, 64_000])
    expect(give(reassembler, headers[0]!)).toBe(pending)
    const middle = fragment(datagram(7, 65535 - 28), [32_000, 65_504])[1]!
    expect(give(reassembler, middle)).toBe(bounds)
    expect(reassembler.bytesUsed).toBe(0)
  })

  test('not complete in time: given up, and a late piece begins anew', () => {
    const [first, last] = fragment(datagram(8, 100), [48])
    const reassembler = new Reassembler({ lifetime: 3000 })
    expect(give(reassembler, first!, 100)).toBe(pending)
    expect(reassembler.expire(3099)).toBe(0)
    expect(reassembler.expire(3100)).toBe(1)
    expect([reassembler.datagrams, reassembler.bytesUsed, reassembler.dropped[expired]]).toEqual([0, 0, 1])
    expect(give(reassembler, last!, 3101)).toBe(pending)
    expect(give(reassembler, first!, 3102)).toBe(done)
  })

  test('a dead datagram is forgotten after its time', () => {
    const [first, last] = fragment(datagram(8, 100), [48])
    const reassembler = new Reassembler()
    give(reassembler, first!)
    expect(give(reassembler, first!.with(30, 99))).toBe(overlap)
    expect(give(reassembler, last!, 2999)).toBe(overlap)
    expect(give(reassembler, last!, 3000)).toBe(pending)
    expect(give(reassembler, first!, 3001)).toBe(done)
    expect(reassembler.dropped[overlap]).toBe(3)
  })
})

describe('congestion marks (RFC 3168 §5.3)', () => {
  const marked = (tos: number[]) => {
    const reassembler = new Reassembler()
    const pieces = fragment(datagram(1, 100), [48, 64]).map((piece, i) => {
      piece[1] = tos[i]!
      return sealHeader(piece)
    })
    const answer = pieces.map((piece) => give(reassembler, piece)).at(-1)!
    return [answer, reassembler.whole[reassembler.wholeStart + 1]]
  }

  test('a mark on one marks the whole; beside one that cannot carry marks it is a contradiction', () => {
    expect(marked([2, 2, 2])).toEqual([done, 2])
    expect(marked([2, 2, 3])).toEqual([done, 3])
    expect(marked([0, 0, 0])).toEqual([done, 0])
    expect(marked([0, 3, 0])[0]).toBe(ecn)
  })
})

describe('bounds', () => {
  const small: ReassemblerOptions = { bytes: 128 * 1024, perSource: 8 }
  const good = (id: number) => fragment(datagram(id, 2000, '192.168.77.99'), [1480])

  const withId = (piece: Uint8Array, id: number) => {
    write16(piece, 4, id)
    return sealHeader(piece)
  }

  test('one source may have so many; for one more its own oldest is given up', () => {
    const reassembler = new Reassembler(small)
    const pieces = Array.from({ length: 9 }, (_, id) => fragment(datagram(id, 100), [48]))
    for (const [first] of pieces) expect(give(reassembler, first!)).toBe(pending)
    expect(reassembler.datagrams).toBe(8)
    expect(reassembler.dropped[full]).toBe(1)
    expect(give(reassembler, pieces[1]![1]!)).toBe(done)
    expect(give(reassembler, pieces[0]![1]!)).toBe(pending)
  })

  test('a flood from one source does not touch another', () => {
    const reassembler = new Reassembler(small)
    const [first, last] = good(1)
    expect(give(reassembler, first!)).toBe(pending)
    const pieces = fragment(datagram(0, 60_000), [1480, 16_000, 17_480, 32_000, 33_480])
    for (let id = 0; id < 5000; id++) {
      give(reassembler, withId(pieces[id & 1 ? 2 : 4]!, id))
      expect(reassembler.bytesUsed).toBeLessThanOrEqual(128 * 1024)
      expect(reassembler.datagrams).toBeLessThanOrEqual(9)
    }
    expect(give(reassembler, last!)).toBe(done)
  })

  test('under a flood from invented sources a datagram whose pieces follow each other still passes', () => {
    const reassembler = new Reassembler(small)
    const [invented] = fragment(datagram(0, 3000, '10.0.0.0'), [1480])
    for (let round = 0; round < 1000; round++) {
      for (let i = 0; i < 5; i++) {
        write16(invented!, 14, round * 5 + i)
        give(reassembler, withId(invented!, round))
      }
      const [first, last] = good(round)
      expect(give(reassembler, first!)).toBe(pending)
      expect(give(reassembler, last!)).toBe(done)
      expect(reassembler.bytesUsed).toBeLessThanOrEqual(128 * 1024)
    }
  })

  test('every fragment that never becomes a datagram is counted once, whatever it was lost for', () => {
    const reassembler = new Reassembler(small)
    const pieces = fragment(datagram(0, 300), [48, 96, 200])
    pieces[3]![40]! ^= 1
    const stranger = fragment(datagram(0, 400), [48, 96, 304])[3]!
    // The first fragment is never among them.
    const supply = [
      pieces[1]!,
      pieces[2]!,
      pieces[1]!,
      fragment(datagram(0, 300), [96, 240])[1]!,
      stranger,
      pieces[3]!,
    ]
    for (let i = 0; i < 6000; i++) {
      const chance = Math.imul(i, 0x9e3779b1) >>> 0
      const piece = supply[(chance >>> 8) % supply.length]!
      write16(piece, 14, (chance >>> 26) & 3)
      give(reassembler, withId(piece, (chance >>> 20) % 10), i)
    }
    reassembler.expire(1_000_000)
    expect([reassembler.datagrams, reassembler.bytesUsed]).toEqual([0, 0])
    for (const reason of [overlap, bounds, full, expired])
      expect(reassembler.dropped[reason]).toBeGreaterThan(0)
    expect(reassembler.dropped.reduce((sum, count) => sum + count, 0)).toBe(6000)
  })
})

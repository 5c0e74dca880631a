/** What the writer puts in comes out of every field, in every slot, beside whatever neighbours; and the figures go with it. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { tableBytes } from './layout.ts'
import { ConnectionTable } from './table.ts'
import { END, TableWriter } from './table-writer.ts'

const word = fc.integer({ min: 0, max: 0xffffffff })
const half = fc.nat(65_535)
const fields = fc.record({
  protocol: fc.constantFrom(1, 6, 17, 47, 50),
  client: word,
  asked: word,
  clientPort: half,
  askedPort: half,
  wan: word,
  server: word,
  masqPort: half,
  serverPort: half,
  flags: half,
  state: fc.nat(15),
  timeout: fc.nat(),
  ruleId: word,
  revision: word,
  now: fc.nat(),
  end: fc.constantFrom(...Object.values(END)),
})
type Fields = typeof fields extends fc.Arbitrary<infer T> ? T : never

const open = (writer: TableWriter, one: Fields): number =>
  writer.open(
    one.protocol,
    one.client | 0,
    one.asked | 0,
    (one.clientPort << 16) | one.askedPort,
    one.wan | 0,
    one.server | 0,
    (one.masqPort << 16) | one.serverPort,
    one.flags,
    one.state,
    one.timeout,
    one.ruleId | 0,
    one.revision | 0,
    one.now,
  )

function read(table: ConnectionTable, slot: number): Record<string, number> {
  const signed = [table.clientBits(slot), table.askedBits(slot), table.wanBits(slot), table.serverBits(slot)]
  const unsigned = [table.client(slot), table.asked(slot), table.wan(slot), table.server(slot)]
  expect(signed).toEqual(unsigned.map((address) => address | 0))
  return {
    protocol: table.protocol(slot),
    client: table.client(slot),
    asked: table.asked(slot),
    clientPort: table.clientPort(slot),
    askedPort: table.askedPort(slot),
    wan: table.wan(slot),
    server: table.server(slot),
    masqPort: table.masqPort(slot),
    serverPort: table.serverPort(slot),
    flags: table.flags(slot),
    state: table.state(slot),
    timeout: table.timeout(slot),
    ruleId: table.ruleId(slot),
    revision: table.revision(slot),
    createdAt: table.createdAt(slot),
    lastSeen: table.lastSeen(slot),
    expiresAt: table.expiresAt(slot),
    expiresIn: table.expiresIn(slot, 0),
    packets: table.packetsOut(slot) + table.packetsIn(slot),
    bytes: table.bytesOut(slot) + table.bytesIn(slot),
    helper: table.helper(slot),
    controller: table.controller(slot),
    controls: table.controls(slot),
    adjustment: table.adjustment(slot),
    delta:
      table.deltaOut(slot) + table.deltaIn(slot) + table.previousDeltaOut(slot) + table.previousDeltaIn(slot),
    initSeq: table.initSeqOut(slot) + table.initSeqIn(slot),
  }
}

function written({ end: _, now, ...rest }: Fields): Record<string, number> {
  const times = {
    createdAt: now,
    lastSeen: now,
    expiresAt: now + rest.timeout,
    expiresIn: (now + rest.timeout) / 100,
  }
  const nothing = {
    packets: 0,
    bytes: 0,
    helper: 0,
    controller: -1,
    controls: 0,
    adjustment: 0,
    delta: 0,
    initSeq: 0,
  }
  return { ...rest, ...times, ...nothing }
}

it('every field of every slot is what was written, whoever comes and goes beside it', () => {
  const step = fc.record({ one: fields, close: fc.option(fc.nat(20), { freq: 2 }) })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const table = new ConnectionTable(new ArrayBuffer(tableBytes(16)), { capacity: 16, hashSeed: 3 })
      const writer = new TableWriter(table)
      const live = new Map<number, Fields>()
      const sums = { opened: 0, expired: 0, ended: 0, most: 0 }
      for (const { one, close } of steps) {
        expect(writer.full).toBe(live.size === 16)
        if (!writer.full) {
          const slot = open(writer, one)
          expect(live.has(slot)).toBe(false)
          live.set(slot, one)
          sums.opened++
          sums.most = Math.max(sums.most, live.size)
        }
        const closing = close === null ? undefined : [...live][close]
        if (closing) {
          const [slot, { end }] = closing
          writer.close(slot, end)
          live.delete(slot)
          if (end === END.expired) sums.expired++
          else sums.ended++
          expect(table.used(slot)).toBe(false)
        }
        for (const [slot, of] of live) expect(read(table, slot)).toEqual(written(of))
        expect([table.count, table.highWater]).toEqual([live.size, sums.most])
      }
      const kinds = [1, 6, 17, 47]
      const total = (of: (protocol: number) => number) => kinds.reduce((sum, kind) => sum + of(kind), 0)
      expect(total((kind) => table.openedOf(kind))).toBe(sums.opened)
      expect(total((kind) => table.expiredOf(kind))).toBe(sums.expired)
      expect(total((kind) => table.endedOf(kind))).toBe(sums.ended)
      for (const kind of kinds) {
        const others = (protocol: number) => ![1, 6, 17].includes(protocol)
        const of = [...live.values()].filter(({ protocol }) =>
          kind === 47 ? others(protocol) : protocol === kind,
        )
        expect(table.countOf(kind)).toBe(of.length)
      }
    }),
  )
})

it('tells whether the far end is another from the other side', () => {
  const table = new ConnectionTable(new ArrayBuffer(tableBytes(16)), { capacity: 16, hashSeed: 3 })
  const writer = new TableWriter(table)
  const [same] = fc.sample(fields, { numRuns: 1, seed: 1 })
  const base = { ...same!, asked: 7, server: 7, askedPort: 80, serverPort: 80, clientPort: 5, masqPort: 6 }
  expect(table.translatesFarEnd(open(writer, base))).toBe(false)
  expect(table.translatesFarEnd(open(writer, { ...base, server: 8 }))).toBe(true)
  expect(table.translatesFarEnd(open(writer, { ...base, serverPort: 81 }))).toBe(true)
})

import { watchRequestSchema } from '@bauta/control/schemas'
import type { Device } from '@bauta/tun-tap'
import { describe, expect, it, vi } from 'vitest'
import { Bench, LAN, WAN } from '../path/bench.ts'
import { framesFromText } from '../path/packet-text.ts'
import { Fields, readFields, type WatchFilter, wants } from './filter.ts'
import { Monitor } from './monitor.ts'
import { Ring } from './ring.ts'
import { Tap } from './tap.ts'
import { watchFilter } from './watch-filter.ts'

const ANY: WatchFilter = { protocol: 0, host: 0, port: 0, interface: -1, connection: null }
const OUT = 'tcp 192.168.77.11:40000 > 93.184.216.34:80 [S] len 60'
const BACK = 'tcp 93.184.216.34:80 > 198.51.100.2:40000 [S.] len 60'

/** A bench whose devices are watched as the packet thread's are: reads and writes go through taps. */
function watched() {
  const bench = new Bench()
  let on = false
  const source = {
    watch: async (memory: SharedArrayBuffer | null, filter: WatchFilter | null) => {
      on = memory !== null
      const tap = memory && new Tap(memory, filter!, bench.path.crossing)
      taps = bench.devices.map((device, index) => (tap ? tap.over(device, index) : device))
      bench.path.connect(taps, tap ? tap.over(bench.box, -1) : bench.box)
    },
    names: () => ['lan0', 'wan0', 'lan2'],
    log: () => undefined,
  }
  let taps: Device[] = bench.devices
  const buffer = new Uint8Array(65_600)
  const receive = (from: number, text: string) => {
    bench.devices[from]!.giveFrame(framesFromText(text)[0]!)
    const length = taps[from]!.read(buffer)
    bench.path.receive(from, buffer, length, bench.now)
  }
  return { bench, receive, monitor: new Monitor(source), on: () => on }
}

it('shows a packet before and after translation, in pairs, both ways', async () => {
  const { receive, monitor } = watched()
  await monitor.start(ANY, 'every packet')
  receive(LAN, OUT)
  receive(WAN, BACK)
  receive(WAN, 'tcp 93.184.216.34:99 > 198.51.100.2:22 [S] len 60')
  const { turns, seen, notShown, lost } = monitor.state()
  expect([seen, notShown, lost]).toEqual([3, 0, 0])
  expect(
    turns.map((turn) => [
      turn.in.interface,
      turn.in.source,
      turn.out.map((one) => [one.interface, one.source, one.destination]),
    ]),
  ).toEqual([
    ['lan0', '192.168.77.11', [['wan0', '198.51.100.2', '93.184.216.34']]],
    ['wan0', '93.184.216.34', [['lan0', '93.184.216.34', '192.168.77.11']]],
    ['wan0', '93.184.216.34', []],
  ])
  await monitor.stop(null)
})

it('watches one connection, on both of its sides, and nothing else', async () => {
  const { bench, receive, monitor } = watched()
  receive(LAN, OUT)
  receive(LAN, OUT.replace('40000', '40001'))
  const found = watchFilter(
    watchRequestSchema.parse({ connection: `0.${bench.table.generation(0)}` }),
    [],
    bench.table,
  )!
  expect(found.words).toBe('192.168.77.11:40000 → 93.184.216.34:80')
  await monitor.start(found.filter, found.words)
  receive(LAN, OUT.replace('40000', '40001'))
  receive(WAN, BACK.replace('40000', '40001'))
  receive(WAN, BACK)
  expect(monitor.state().turns.map((turn) => turn.in.destinationPort)).toEqual([40_000])
  await monitor.stop(null)
  expect(watchFilter(watchRequestSchema.parse({ connection: '0.99' }), [], bench.table)).toBeNull()
  expect(watchFilter(watchRequestSchema.parse({ interface: 'eth9' }), ['lan0'], bench.table)).toBeNull()
})

it('finds an answer by the machine that it is for, though it comes in for the box', async () => {
  const { receive, monitor } = watched()
  receive(LAN, OUT)
  await monitor.start({ ...ANY, host: 0xc0a84d0b }, 'host 192.168.77.11')
  receive(WAN, BACK)
  expect(monitor.state().turns).toMatchObject([
    { in: { destination: '198.51.100.2' }, out: [{ destination: '192.168.77.11' }] },
  ])
  await monitor.stop(null)
})

it('counts what it does not show and what found no room: nothing is lost silently', async () => {
  const { receive, monitor } = watched()
  await monitor.start(ANY, 'every packet')
  for (let i = 0; i < 1100; i++) receive(LAN, OUT)
  const { seen, notShown, turns, lost, kept } = monitor.state()
  expect([turns.length, seen + lost / 2 >= 1024, notShown, kept]).toEqual([100, true, seen - 100, 2048])
  expect(lost).toBe(2200 - 2048)
  await monitor.stop(null)
})

it('ends by itself when nobody looks, and takes the taps away', async () => {
  vi.useFakeTimers()
  const { monitor, on } = watched()
  await monitor.start(ANY, 'every packet')
  expect(on()).toBe(true)
  await vi.advanceTimersByTimeAsync(19_000)
  expect(monitor.state().watching).toBe(true)
  await vi.advanceTimersByTimeAsync(21_000)
  expect(on()).toBe(false)
  expect(monitor.state()).toMatchObject({
    watching: false,
    ended: 'It ended because nobody was looking any more.',
  })
  vi.useRealTimers()
})

it('writes a capture file whose blocks add up', async () => {
  const { receive, monitor } = watched()
  await monitor.start(ANY, 'every packet')
  receive(LAN, OUT)
  const file = Buffer.from(monitor.file())
  const types: number[] = []
  for (let at = 0; at < file.length; at += file.readUInt32LE(at + 4)) {
    types.push(file.readUInt32LE(at))
    const length = file.readUInt32LE(at + 4)
    expect(file.readUInt32LE(at + length - 4)).toBe(length)
  }
  expect(types).toEqual([0x0a0d0d0a, 1, 1, 1, 1, 6, 6])
  await monitor.stop(null)
})

describe('the filter', () => {
  const fields = new Fields()
  const fits = (filter: Partial<WatchFilter>, text: string, inIf = LAN) => {
    const [frame] = framesFromText(text)
    readFields(fields, frame!, frame!.length)
    return wants({ ...ANY, ...filter }, fields, inIf, -1)
  }
  it.each<[boolean, Partial<WatchFilter>, string]>([
    [true, {}, OUT],
    [true, { protocol: 6, port: 80 }, OUT],
    [false, { protocol: 17 }, OUT],
    [false, { port: 81 }, OUT],
    [true, { host: 0x5db8d822 }, OUT],
    [true, { interface: LAN }, OUT],
    [false, { interface: WAN }, OUT],
    [true, { port: 7 }, 'icmp 192.168.77.11 > 93.184.216.34 type 8 code 0 icmpid 7 len 84'],
  ])('%s %o', (expected, filter, text) => expect(fits(filter, text)).toBe(expected))

  it('never reads beyond a packet that is cut', () => {
    const [frame] = framesFromText(OUT)
    for (let length = 0; length < 40; length++) {
      readFields(fields, frame!, length)
      if (length < 38) expect(fields.sourcePort).toBe(0)
    }
  })
})

it('a ring goes round, and keeps the beginning of what is too long', () => {
  const ring = new Ring()
  const packet = new Uint8Array(5000).fill(7)
  for (let round = 0; round < 5000; round++) {
    ring.put(round, false, 0, -1, 1, packet, 0, 5000)
    const [caught] = ring.take()
    expect([caught!.turn, caught!.length, caught!.bytes.length]).toEqual([round, 5000, 2016])
  }
  expect(ring.lost).toBe(0)
})

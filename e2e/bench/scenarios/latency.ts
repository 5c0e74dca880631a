/**
 * How long a question of 64 bytes and its answer take: over one connection that lasts, as games and calls have them, on an idle line and with
 * another machine of the household downloading; with the first packets of new flows; and as a ping.
 *
 * The same between two machines of the household, which the router has nothing to do with, says what instruments and machine take.
 */
import type { Lab } from '../../lab/lab.ts'
import { SERVERS } from '../../lab/plan.ts'
import { checkCarried } from '../carried.ts'
import { INQUIRIES, inquire, named, serveInquiries } from '../inquiry.ts'
import { TransferBeside, warmUp } from '../iperf.ts'
import { type Bench, type Figures, type Row, rowsOf, type Scenario } from '../scenario.ts'
import { percentile } from '../statistics.ts'

const SHARES = { P50: 'median', P99: '99th percentile', P999: '99.9th percentile' }

function rows(prefix: string, what: string, more: Partial<Row> = {}, shares: object = SHARES): Row[] {
  const whats = Object.entries(shares).map(([share, word]) => [`${prefix}${share}`, `${what}, ${word}`])
  return rowsOf({ unit: 'µs', scale: 1, digits: 0, more: false, ...more }, Object.fromEntries(whats))
}

const PROTOCOLS = ['udp', 'tcp'] as const
/** Of the program that asks, on a machine that is busy: generous, for a download is ended when it is no longer needed. */
const STARTING_SECONDS = 10
const IDLE = 'Question and answer, idle line'
const LOADED = 'Question and answer, beside a download'

export const latency: Scenario = {
  name: 'latency',
  title: 'Latency',
  softwares: ['bauta', 'nftables', 'forward'],
  rows: [
    ...rows('udpIdle', 'UDP, connection that lasts', { plot: IDLE }),
    ...rows('tcpIdle', 'TCP, connection that lasts', { plot: IDLE }),
    ...rows('udpLoaded', 'UDP beside a TCP download', { plot: LOADED }),
    ...rows('tcpLoaded', 'TCP beside a TCP download', { plot: LOADED }),
    {
      key: 'besideRate',
      what: 'the TCP download meanwhile',
      unit: 'Gbit/s',
      scale: 1e-9,
      digits: 2,
      more: true,
    },
    ...rows('firstPacket', 'UDP, first packet of a flow', { plot: 'First packet of a UDP flow' }),
    ...rows('ping', 'ping', {}, { P50: SHARES.P50, P99: SHARES.P99 }),
    ...rows('udpFloor', 'UDP, no router between', { compared: false }),
    ...rows('tcpFloor', 'TCP, no router between', { compared: false }),
  ],
  async *measure(bench: Bench): AsyncIterable<Figures> {
    warmUp(bench.lab)
    await serveInquiries(bench.lab, 'isp')
    yield* lasting(bench, 'Idle')
    await checkCarried(bench.lab, INQUIRIES)
    yield firstPackets(bench)
    yield pings(bench)
    yield* floor(bench)
    yield* loaded(bench)
  },
}

function* lasting({ lab, effort }: Bench, suffix: string): Iterable<Figures> {
  const order = { kind: 'established', count: effort.exchanges, seconds: effort.exchangeSeconds } as const
  for (const protocol of PROTOCOLS)
    yield named(`${protocol}${suffix}`, inquire(lab, 'lan1', 'isp', { ...order, protocol }))
}

async function* floor({ lab, effort }: Bench): AsyncIterable<Figures> {
  await serveInquiries(lab, 'lan2')
  const order = { kind: 'established', count: effort.exchanges, seconds: effort.exchangeSeconds } as const
  for (const protocol of PROTOCOLS)
    yield named(`${protocol}Floor`, inquire(lab, 'lan1', 'lan2', { ...order, protocol }))
}

async function* loaded(bench: Bench): AsyncIterable<Figures> {
  const { lab, effort } = bench
  const seconds = Math.ceil(PROTOCOLS.length * (effort.exchangeSeconds + STARTING_SECONDS))
  const download = await TransferBeside.begin(lab, 'lan2', { streams: 1, direction: 'down', seconds })
  const began = { at: performance.now(), bytes: receivedBytes(lab) }
  yield* lasting(bench, 'Loaded')
  const bits = (receivedBytes(lab) - began.bytes) * 8
  yield { besideRate: (bits / (performance.now() - began.at)) * 1000 }
  await download.end()
}

const receivedBytes = (lab: Lab): number =>
  Number(lab.run('lan2', ['cat', '/sys/class/net/eth0/statistics/rx_bytes']))

function firstPackets({ lab, effort }: Bench): Figures {
  const order = { protocol: 'udp', kind: 'first', count: effort.firstPackets, seconds: 10 } as const
  return named('firstPacket', inquire(lab, 'lan1', 'isp', order))
}

function pings({ lab, effort }: Bench): Figures {
  const words = ['ping', '-n', '-i', '0.002', '-w', '30', '-c', String(effort.pings)]
  const said = lab.run('lan1', [...words, SERVERS['www.example.org']])
  const times = [...said.matchAll(/time=([\d.]+) ms/g)].map((found) => Number(found[1]) * 1000)
  const [p50, p99] = [0.5, 0.99].map((share) => percentile(times, share))
  return { pingP50: p50!, pingP99: p99! }
}

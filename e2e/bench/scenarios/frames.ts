/**
 * Bulk TCP in packets of 1500 bytes: segmentation and its reverse switched off at every device on the way, so that the router meets
 * each packet by itself, as it does behind a network card that has none of it.
 */
import type { Lab } from '../../lab/lab.ts'
import type { Host } from '../../lab/plan.ts'
import { type BulkOrder, transfer, warmUp } from '../iperf.ts'
import { type Bench, type Figures, rowsOf, type Scenario } from '../scenario.ts'

const DEVICES: [Host, string][] = [
  ['lan1', 'eth0'],
  ['router', 'lan0'],
  ['router', 'wan0'],
  ['isp', 'line0'],
]
const FEATURES = ['tso', 'gso', 'gro']
/** 1500 bytes and an Ethernet header. */
const LONGEST_FRAME = 1514

const ORDERS: Record<string, Omit<BulkOrder, 'seconds'>> = {
  frameUp1: { streams: 1, direction: 'up' },
  frameUp4: { streams: 4, direction: 'up' },
  frameDown1: { streams: 1, direction: 'down' },
  frameDown4: { streams: 4, direction: 'down' },
}

export const frames: Scenario = {
  name: 'frames',
  title: 'Bulk TCP, every packet by itself (MTU 1500, no TSO, GSO or GRO)',
  softwares: ['bauta', 'nftables', 'forward'],
  quickly: ['bauta', 'nftables'],
  rows: rowsOf(
    { unit: 'Gbit/s', scale: 1e-9, digits: 2, more: true, plot: 'Bulk TCP without TSO, GSO and GRO' },
    {
      frameUp1: 'TCP up, 1 stream',
      frameUp4: 'TCP up, 4 streams',
      frameDown1: 'TCP down, 1 stream',
      frameDown4: 'TCP down, 4 streams',
    },
  ),
  async *measure({ lab, effort }: Bench): AsyncIterable<Figures> {
    for (const [host, device] of DEVICES)
      lab.run(host, ['ethtool', '-K', device, ...FEATURES.flatMap((feature) => [feature, 'off'])])
    warmUp(lab)
    for (const [key, order] of Object.entries(ORDERS)) {
      const came = order.direction === 'up' ? 'lan0' : 'wan0'
      const before = received(lab, came)
      yield { [key]: transfer(lab, { ...order, seconds: effort.bulkSeconds }).rate }
      checkLength(before, received(lab, came))
    }
  },
}

interface Received {
  packets: number
  bytes: number
}

function received(lab: Lab, device: string): Received {
  const read = (what: string) =>
    Number(lab.run('router', ['cat', `/sys/class/net/${device}/statistics/rx_${what}`]))
  return { packets: read('packets'), bytes: read('bytes') }
}

/** @throws where the router met packets longer than the line's: the figure would be another one than it says */
function checkLength(before: Received, after: Received): void {
  const mean = (after.bytes - before.bytes) / (after.packets - before.packets)
  if (mean > LONGEST_FRAME)
    throw new Error(`packets had ${mean.toFixed(0)} bytes on average although segmentation is off`)
}

/** Bulk TCP with the stack's segments of up to 64 KB, as Linux hands them to a device that takes them. */
import { type BulkOrder, transfer, warmUp } from '../iperf.ts'
import { type Bench, type Figures, rowsOf, type Scenario } from '../scenario.ts'

const ORDERS: Record<string, Omit<BulkOrder, 'seconds'>> = {
  up1: { streams: 1, direction: 'up' },
  up4: { streams: 4, direction: 'up' },
  up8: { streams: 8, direction: 'up' },
  down1: { streams: 1, direction: 'down' },
  down4: { streams: 4, direction: 'down' },
  down8: { streams: 8, direction: 'down' },
  both1: { streams: 1, direction: 'both' },
}

export const bulk: Scenario = {
  name: 'bulk',
  title: 'Bulk TCP',
  softwares: ['bauta', 'nftables', 'forward'],
  rows: rowsOf(
    { unit: 'Gbit/s', scale: 1e-9, digits: 2, more: true, plot: 'Bulk TCP' },
    {
      up1: 'TCP up, 1 stream',
      up4: 'TCP up, 4 streams',
      up8: 'TCP up, 8 streams',
      down1: 'TCP down, 1 stream',
      down4: 'TCP down, 4 streams',
      down8: 'TCP down, 8 streams',
      both1: 'TCP both ways at once, sum',
    },
  ),
  async *measure({ lab, effort }: Bench): AsyncIterable<Figures> {
    warmUp(lab)
    for (const [key, order] of Object.entries(ORDERS))
      yield { [key]: transfer(lab, { ...order, seconds: effort.bulkSeconds }).rate }
  },
}

import { expect, it } from 'vitest'
import { measuresOf } from './measures.ts'
import type { Queue } from './queues.ts'

const queue = (device: string, direction: Queue['direction']): Queue => ({
  device,
  direction,
  kbit: 4000,
  cost: { overhead: 0, mpu: 20, cells: 'noatm' },
  perMachine: true,
})

/** As iproute2 6.1 prints it, shortened. */
const SAID = JSON.stringify([
  { kind: 'clsact', handle: 'ffff:', dev: 'wan0', parent: 'ffff:fff1', options: {}, bytes: 9, packets: 9 },
  {
    kind: 'cake',
    handle: 'ba08:',
    dev: 'wan0',
    root: true,
    options: { bandwidth: 500_000, flowmode: 'dual-srchost' },
    bytes: 1_234_567,
    packets: 890,
    drops: 12,
    backlog: 30_280,
    qlen: 20,
    tins: [{ peak_delay_us: 12_149, avg_delay_us: 5036, ecn_mark: 3 }],
  },
  { kind: 'prio', handle: 'ba07:', dev: 'lan0', root: true, options: {}, bytes: 5, packets: 5 },
])

it('reads what the kernel counts of a queue', () => {
  expect(measuresOf(SAID, [queue('wan0', 'upload')])).toEqual([
    {
      device: 'wan0',
      direction: 'upload',
      kbit: 4000,
      packets: 890,
      bytes: 1_234_567,
      drops: 12,
      marked: 3,
      waiting: { packets: 20, bytes: 30_280 },
      delay: { average: 5.036, peak: 12.149 },
    },
  ])
})

it('says nothing of a queue that does not stand', () => {
  expect(measuresOf(SAID, [queue('lan0', 'download')])).toEqual([])
  expect(measuresOf('', [queue('wan0', 'upload')])).toEqual([])
})

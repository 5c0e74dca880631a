/** What the kernel counts of the shaped queues, from `tc -s -j qdisc show`. */
import type { ShapingStatus } from '@bauta/control/schemas'
import { isCake, type KernelQueue, type Queue } from './queues.ts'

export type MeasuredQueue = ShapingStatus['queues'][number]

interface Counted extends KernelQueue {
  bytes: number
  packets: number
  drops: number
  backlog: number
  qlen: number
  /** With `besteffort` there is one. */
  tins?: { avg_delay_us: number; peak_delay_us: number; ecn_mark: number }[]
}

/** @returns those of the queues that stand, in their order */
export function measuresOf(json: string, queues: readonly Queue[]): MeasuredQueue[] {
  const counted = (JSON.parse(json || '[]') as Counted[]).filter(isCake)
  return queues.flatMap(({ device, direction }): MeasuredQueue[] => {
    const cake = counted.find(({ dev }) => dev === device)
    const tin = cake?.tins?.[0]
    if (!cake || !tin) return []
    return [
      {
        device,
        direction,
        kbit: Number(cake.options?.bandwidth) / 125,
        packets: cake.packets,
        bytes: cake.bytes,
        drops: cake.drops,
        marked: tin.ecn_mark,
        waiting: { packets: cake.qlen, bytes: cake.backlog },
        delay: { average: tin.avg_delay_us / 1000, peak: tin.peak_delay_us / 1000 },
      },
    ]
  })
}

/** New connections, and the memory of all that were made. */
import { connectionCount, memoryInUse } from '../memory.ts'
import { Handshakes } from '../offers.ts'
import type { Bench, Figures, Scenario } from '../scenario.ts'

export const connections: Scenario = {
  name: 'connections',
  title: 'New connections',
  softwares: ['bauta', 'nftables', 'forward'],
  quickly: ['bauta', 'nftables'],
  rows: [
    {
      key: 'connections',
      what: 'new TCP connections (SYN, SYN+ACK), loss ≤ 0.5 %',
      unit: '1000/s',
      scale: 1e-3,
      digits: 1,
      more: true,
      plot: 'New TCP connections a second',
    },
    {
      key: 'bytesPerConnection',
      what: 'memory per connection',
      unit: 'bytes',
      scale: 1,
      digits: 0,
      more: false,
    },
  ],
  async *measure({ lab, software, effort }: Bench): AsyncIterable<Figures> {
    const handshakes = new Handshakes(lab, 'syn')
    if (software === 'forward') return yield { connections: await handshakes.highest(effort) }
    const before = { bytes: memoryInUse(lab), count: await connectionCount(lab) }
    yield { connections: await handshakes.highest(effort) }
    const after = { bytes: memoryInUse(lab), count: await connectionCount(lab) }
    yield { bytesPerConnection: (after.bytes - before.bytes) / (after.count - before.count) }
  },
}

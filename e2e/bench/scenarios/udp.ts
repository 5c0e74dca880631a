/** The smallest packets, and the mix of lengths that benches of routers use for the Internet's. */
import { SHORTEST } from '../generator.ts'
import { Datagrams } from '../offers.ts'
import { type Bench, type Figures, rowsOf, type Scenario } from '../scenario.ts'

const WHAT = 'UDP of 64 bytes, loss ≤ 0.5 %'

export const udp: Scenario = {
  name: 'udp',
  title: 'Small packets',
  softwares: ['bauta', 'nftables', 'forward'],
  rows: rowsOf(
    { unit: 'kpps', scale: 1e-3, digits: 0, more: true, plot: 'Packets a second, loss ≤ 0.5 %' },
    { udp: WHAT },
  ),
  async *measure({ lab, effort }: Bench): AsyncIterable<Figures> {
    yield { udp: await new Datagrams(lab, [SHORTEST]).highest(effort) }
  },
}

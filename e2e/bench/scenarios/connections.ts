/** New connections. */
import { Handshakes } from '../offers.ts'
import { type Bench, type Figures, rowsOf, type Scenario } from '../scenario.ts'

export const connections: Scenario = {
  name: 'connections',
  title: 'New connections',
  softwares: ['bauta', 'nftables', 'forward'],
  quickly: ['bauta', 'nftables'],
  rows: rowsOf(
    { unit: '1000/s', scale: 1e-3, digits: 1, more: true, plot: 'New TCP connections a second' },
    { connections: 'new TCP connections (SYN, SYN+ACK), loss ≤ 0.5 %' },
  ),
  async *measure({ lab, effort }: Bench): AsyncIterable<Figures> {
    yield { connections: await new Handshakes(lab, 'syn').highest(effort) }
  },
}

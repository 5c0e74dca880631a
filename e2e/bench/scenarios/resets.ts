/**
 * Connections that begin and end: SYN, SYN+ACK, and the client's RST, each seen and translated. RFC 9693 measures tearing down by the
 * time in which a whole table is emptied, which is another question; and an orderly end by FIN from both sides needs servers
 * that keep state, which would measure the servers.
 */
import { Handshakes } from '../offers.ts'
import { type Bench, type Figures, rowsOf, type Scenario } from '../scenario.ts'

export const resets: Scenario = {
  name: 'resets',
  title: 'Connections begun and ended',
  softwares: ['bauta', 'nftables', 'forward'],
  quickly: ['bauta', 'nftables'],
  rows: rowsOf(
    { unit: '1000/s', scale: 1e-3, digits: 1, more: true, plot: 'TCP connections begun and reset a second' },
    { resets: 'TCP connections (SYN, SYN+ACK, RST), loss ≤ 0.5 %' },
  ),
  async *measure({ lab, effort }: Bench): AsyncIterable<Figures> {
    yield { resets: await new Handshakes(lab, 'reset').highest(effort) }
  },
}

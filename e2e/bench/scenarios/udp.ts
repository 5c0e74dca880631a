/** The smallest packets, and a mix of lengths like the Internet's. */
import { SHORTEST } from '../datagram-frames.ts'
import { Datagrams } from '../offers.ts'
import type { Bench, Figures, Row, Scenario } from '../scenario.ts'

/** Lengths without the Ethernet header: 7 of the shortest, 4 of 576 bytes, 1 of 1500, spread evenly over twelve packets. */
const MIX = [SHORTEST, 576, SHORTEST, SHORTEST, 576, SHORTEST, 1500, SHORTEST, 576, SHORTEST, SHORTEST, 576]
const MEAN_BITS = (MIX.reduce((sum, length) => sum + length, 0) / MIX.length) * 8

const RATE = { unit: 'kpps', scale: 1e-3, digits: 0, more: true, plot: 'UDP with at most 0.5 % lost' }

export const udp: Scenario = {
  name: 'udp',
  title: 'UDP with at most 0.5 % lost',
  softwares: ['bauta', 'nftables', 'forward'],
  rows: [
    { key: 'udp', what: 'packets of 64 bytes', ...RATE },
    { key: 'mix', what: 'mix of 7 × 64, 4 × 576, 1 × 1500', ...RATE },
    {
      key: 'mixBits',
      what: 'the same mix',
      unit: 'Gbit/s',
      scale: 1e-9,
      digits: 2,
      more: true,
    } satisfies Row,
  ],
  async *measure({ lab, effort }: Bench): AsyncIterable<Figures> {
    const shortest = await Datagrams.begin(lab)
    yield { udp: await shortest.highest(effort) }
    shortest.end()
    const mixed = await Datagrams.begin(lab, MIX)
    const mix = await mixed.highest(effort)
    yield { mix, mixBits: mix * MEAN_BITS }
  },
}

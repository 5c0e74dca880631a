/**
 * What a connection takes. It is a slope: connections are made until everything that happens once has happened (programs are compiled, every
 * port was used), and only then is counted what many more of them add. What either software keeps ready for each from the beginning does not
 * grow, and is added.
 */
import { CAPACITY } from '../bench-lab.ts'
import { fillTo } from '../fill.ts'
import { memoryInUse, memoryReserved } from '../memory.ts'
import { Handshakes } from '../offers.ts'
import type { Bench, Figures, Scenario } from '../scenario.ts'

/** More than the generator has ports. Together they fit every table that the bench makes. */
const BEFORE = 60_000
const COUNTED = 100_000

const BYTES = { unit: 'bytes', scale: 1, digits: 0, more: false } as const

export const memory: Scenario = {
  name: 'memory',
  title: 'Memory of connections',
  softwares: ['bauta', 'nftables'],
  rows: [
    { key: 'perConnection', what: 'for each connection', ...BYTES },
    { key: 'grown', what: 'of that, grown with each', ...BYTES, compared: false },
    { key: 'reserved', what: 'of that, kept ready for each place', ...BYTES, compared: false },
    {
      key: 'whole',
      what: `all growth with ${((BEFORE + COUNTED) / 1000).toFixed(0)},000, what happens once included`,
      unit: 'MB',
      scale: 1e-6,
      digits: 1,
      more: false,
    },
  ],
  async *measure({ lab }: Bench): AsyncIterable<Figures> {
    const reserved = memoryReserved(lab, CAPACITY)
    const handshakes = new Handshakes(lab, 'syn')
    const begin = await memoryInUse(lab)
    const before = { count: await fillTo(lab, handshakes, BEFORE), bytes: await memoryInUse(lab) }
    const after = { count: await fillTo(lab, handshakes, BEFORE + COUNTED), bytes: await memoryInUse(lab) }
    const grown = (after.bytes - before.bytes) / (after.count - before.count)
    yield { perConnection: grown + reserved, grown, reserved, whole: after.bytes - begin }
  },
}

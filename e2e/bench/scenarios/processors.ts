/**
 * What carrying costs: seconds that all processors of the machine worked, while the same is carried at the same rate by each
 * software. Generator and sink are in it, alike for all.
 */
import { sleep } from '../../lab/shell.ts'
import { transfer, warmUp } from '../iperf.ts'
import { Datagrams } from '../offers.ts'
import { ProcessorClock } from '../processor-time.ts'
import type { Bench, Figures, Scenario } from '../scenario.ts'

/** Low enough for every software on a small machine. */
const BITS_PER_SECOND = 2e9
const PACKETS_PER_SECOND = 40_000
/** What other programs may take, in processors; watched for so long, so often. */
const OTHERS = 0.2
const LISTEN_MS = 1000
const LISTEN_TIMES = 5
/** Share of what was asked for that has to have come; otherwise it was not the same rate. */
const COMPLETE = 0.95

export const processors: Scenario = {
  name: 'processors',
  title: 'Cost in processor time, at the same rate',
  softwares: ['bauta', 'nftables', 'forward'],
  quickly: ['bauta', 'nftables'],
  rows: [
    {
      key: 'perGbit',
      what: 'TCP down at 2 Gbit/s, for each Gbit',
      unit: 'ms of a processor',
      scale: 1000,
      digits: 1,
      more: false,
      plot: 'Processor time for a Gbit of TCP',
    },
    {
      key: 'perMillion',
      what: 'UDP of 64 bytes at 40 kpps, for each million',
      unit: 's of a processor',
      scale: 1,
      digits: 2,
      more: false,
      plot: 'Processor time for a million packets of UDP',
    },
  ],
  async *measure({ lab, effort }: Bench): AsyncIterable<Figures> {
    warmUp(lab)
    const seconds = effort.costSeconds
    await waitUntilAlone()
    const clock = new ProcessorClock()
    const { bits } = transfer(lab, { streams: 1, direction: 'down', seconds, rate: BITS_PER_SECOND })
    const worked = clock.read()
    checkComplete('bits', bits, BITS_PER_SECOND * seconds)
    yield { perGbit: worked / (bits / 1e9) }
    const datagrams = await Datagrams.begin(lab)
    const { packets, lost, processorSeconds } = await datagrams.send(PACKETS_PER_SECOND, seconds)
    checkComplete('packets', packets * (1 - lost), PACKETS_PER_SECOND * seconds)
    yield { perMillion: processorSeconds / (packets / 1e6) }
  },
}

/** Waits for a moment in which the machine has no other work. @throws where none comes: its cost would be counted */
async function waitUntilAlone(): Promise<void> {
  let others = 0
  for (let i = 0; i < LISTEN_TIMES; i++) {
    const clock = new ProcessorClock()
    await sleep(LISTEN_MS)
    others = (clock.read() / LISTEN_MS) * 1000
    if (others <= OTHERS) return
  }
  throw new Error(
    `the machine is busy with other things (${others.toFixed(2)} processors): their cost would be counted`,
  )
}

function checkComplete(what: string, came: number, wanted: number): void {
  if (came < wanted * COMPLETE)
    throw new Error(
      `only ${((100 * came) / wanted).toFixed(0)} % of the ${what} came: not the rate asked for`,
    )
}

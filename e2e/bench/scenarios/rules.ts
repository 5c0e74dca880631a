/** What many rules cost: the same measurements with 1, 200 and 5,000 that match nothing, in front of the one that lets through. */
import { change } from '../bench-lab.ts'
import { transfer, warmUp } from '../iperf.ts'
import { Datagrams, Handshakes } from '../offers.ts'
import { nftRules, withRules } from '../rule-sets.ts'
import type { Bench, Figures, Row, Scenario } from '../scenario.ts'

const COUNTS = [1, 200, 5000]

const MEASURES: (Pick<Row, 'unit' | 'scale' | 'digits'> & { key: string; what: string })[] = [
  { key: 'bulk', what: 'TCP down, 1 stream', unit: 'Gbit/s', scale: 1e-9, digits: 2 },
  { key: 'udp', what: 'UDP of 64 bytes', unit: 'kpps', scale: 1e-3, digits: 0 },
  { key: 'connections', what: 'new TCP connections', unit: '1000/s', scale: 1e-3, digits: 1 },
]

const numbered = (count: number): string =>
  count === 1 ? '1 rule' : `${count.toLocaleString('en-GB')} rules`

const rows = MEASURES.flatMap(({ key, what, ...unit }): Row[] => [
  ...COUNTS.map((count) => ({
    key: `${key}${count}`,
    what: `${what}, ${numbered(count)}`,
    more: true,
    plot: `${what}, by the number of rules`,
    ...unit,
  })),
  ...COUNTS.slice(1).map(
    (count): Row => ({
      key: `${key}Loss${count}`,
      what: `${what}: lost by ${numbered(count)}`,
      unit: '%',
      scale: 1,
      digits: 0,
      more: false,
      compared: false,
    }),
  ),
])

export const rules: Scenario = {
  name: 'rules',
  title: 'With many rules',
  softwares: ['bauta', 'nftables'],
  rows,
  async *measure(bench: Bench): AsyncIterable<Figures> {
    const { lab, effort } = bench
    warmUp(lab)
    const handshakes = new Handshakes(lab, 'syn')
    const found: Figures = {}
    const noted = (key: string, count: number, value: number): Figures => {
      found[`${key}${count}`] = value
      return count === 1
        ? { [`${key}1`]: value }
        : { [`${key}${count}`]: value, [`${key}Loss${count}`]: 100 * (1 - value / found[`${key}1`]!) }
    }
    for (const [i, count] of COUNTS.entries()) {
      await setRules(bench, count)
      const order = { streams: 1, direction: 'down', seconds: effort.bulkSeconds } as const
      yield noted('bulk', count, transfer(lab, order).rate)
      // what went with fewer rules is not far away
      const first = (key: string) => {
        const before = found[`${key}${COUNTS[i - 1]}`]
        return before === undefined ? undefined : before / 2
      }
      // other rules mean that every connection is decided anew: flows are begun again before they count
      const datagrams = await Datagrams.begin(lab)
      yield noted('udp', count, await datagrams.highest(effort.rules, first('udp')))
      datagrams.end()
      yield noted('connections', count, await handshakes.highest(effort.rules, first('connections')))
    }
  },
}

async function setRules({ lab, software }: Bench, count: number): Promise<void> {
  if (software === 'bauta') await change(lab, (snapshot) => withRules(snapshot, count))
  else lab.run('router', ['nft', '-f', '-'], nftRules(count))
}

/** The price of watching: bulk TCP with a table of 100,000 connections, while nobody looks, and while five pages of connections are live. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Lab } from '../../lab/lab.ts'
import { stopProcesses } from '../../lab/processes.ts'
import { until } from '../../lab/shell.ts'
import { fillTo } from '../fill.ts'
import { inTurn } from '../in-turn.ts'
import { transfer, warmUp } from '../iperf.ts'
import { Handshakes } from '../offers.ts'
import { type Bench, type Figures, rowsOf, type Scenario } from '../scenario.ts'
import { median } from '../statistics.ts'

const READERS_PROGRAM = path.join(import.meta.dirname, '../readers.ts')
const CONNECTIONS = 100_000
const READERS = 5

export const watching: Scenario = {
  name: 'watching',
  title: 'The price of watching',
  softwares: ['bauta'],
  rows: [
    ...rowsOf(
      { unit: 'Gbit/s', scale: 1e-9, digits: 2, more: true, plot: 'TCP down with a table of 100,000' },
      { unwatched: 'TCP down, nobody watches', watched: `TCP down, ${READERS} live readers` },
    ),
    { key: 'watchLoss', what: 'lost to the readers', unit: '%', scale: 1, digits: 0, more: false },
  ],
  async *measure({ lab, effort }: Bench): AsyncIterable<Figures> {
    warmUp(lab)
    await fillTo(lab, new Handshakes(lab, 'syn'), CONNECTIONS)
    const rates: Record<'unwatched' | 'watched', number[]> = { unwatched: [], watched: [] }
    for (let round = 0; round < effort.watchRounds; round++)
      for (const how of inTurn(['unwatched', 'watched'] as const, round))
        rates[how].push(await rate(lab, effort.bulkSeconds, how === 'watched' ? READERS : 0))
    const [unwatched, watched] = [median(rates.unwatched), median(rates.watched)]
    yield { unwatched, watched, watchLoss: 100 * (1 - watched / unwatched) }
  },
}

/** @returns bits a second */
async function rate(lab: Lab, seconds: number, readers: number): Promise<number> {
  const order = { streams: 1, direction: 'down', seconds } as const
  if (readers === 0) return transfer(lab, order).rate
  const words = [process.execPath, READERS_PROGRAM, lab.record.dataplane.socket, String(readers)]
  const reading = lab.start('readers', 'router', words)
  const events = () => readFileSync(reading.log, 'utf8').trim().split('\n').filter(Boolean)
  await until('the readers have their first events', 10, () => events().length >= readers)
  const before = events().length
  const found = transfer(lab, order).rate
  const during = events().length - before
  await stopProcesses([reading])
  if (during < readers * (seconds - 1))
    throw new Error(`${readers} readers had ${during} events in ${seconds} s: ${events().at(-1)}`)
  return found
}

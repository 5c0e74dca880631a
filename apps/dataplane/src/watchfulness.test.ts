import { defaultSnapshot } from '@bauta/config'
import { expect, test } from 'vitest'
import { AttentionList } from './attention.ts'
import { DROP } from './drop-reasons.ts'
import { Bench } from './path/bench.ts'
import { type Watched, Watchfulness } from './watchfulness.ts'

const HOUR = 3600 * 1000
const bench = new Bench({ capacity: 16 })
const fine: Watched = {
  snapshot: defaultSnapshot([{ name: 'wan0', role: 'wan' }]),
  wan: 'wan0',
  online: true,
  resting: false,
  table: bench.table,
  drops: new Float64Array(128),
  dns: null,
  restart: null,
}
const kinds = (watched: Watched, now = 0, watch = new Watchfulness()) =>
  watch
    .look(watched, now)
    .filter(({ holds }) => holds)
    .map(({ kind }) => kind)

test('nothing to say of a healthy box', () => expect(kinds(fine)).toEqual([]))

test('what is wrong has a name', () => {
  expect(kinds({ ...fine, online: false })).toEqual(['wan-down'])
  expect(kinds({ ...fine, online: false, resting: true })).toEqual([])
  expect(kinds({ ...fine, snapshot: defaultSnapshot(), wan: null, online: false })).toEqual(['no-interfaces'])
  expect(kinds({ ...fine, dns: { running: false, problem: 'no' } as Watched['dns'] })).toEqual(['dns-down'])
})

test('what happened is shown for an hour', () => {
  const watch = new Watchfulness()
  fine.drops[DROP['no-port']] = 7
  expect(kinds(fine, 1, watch)).toEqual([])
  fine.drops[DROP['no-port']] = 8
  expect(kinds(fine, 2, watch)).toEqual(['connections-refused'])
  expect(kinds(fine, HOUR + 3, watch)).toEqual([])
  expect(kinds({ ...fine, restart: { at: 5, reason: 'x' } }, 6)).toEqual(['packet-thread-restarted'])
  expect(kinds({ ...fine, restart: { at: 5, reason: 'x' } }, HOUR + 6)).toEqual([])
})

test('attention lists the worst first, with the time since when', () => {
  const list = new AttentionList()
  list.raise({ kind: 'a', level: 'warn', text: 'a' }, 1)
  list.raise({ kind: 'b', level: 'error', text: 'b' }, 2)
  list.raise({ kind: 'a', level: 'warn', text: 'a, still' }, 3)
  expect(list.list()).toEqual([
    { kind: 'b', level: 'error', text: 'b', since: 2 },
    { kind: 'a', level: 'warn', text: 'a, still', since: 1 },
  ])
  list.set(false, { kind: 'b', level: 'error', text: 'b' })
  expect(list.list()).toHaveLength(1)
})

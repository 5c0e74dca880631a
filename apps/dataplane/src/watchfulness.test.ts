import { defaultSnapshot } from '@bauta/config'
import { expect, test } from 'vitest'
import { AttentionList } from './attention.ts'
import { DROP } from './drop-reasons.ts'
import { Bench, LAN } from './path/bench.ts'
import { framesFromText } from './path/packet-text.ts'
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

test('a machine at its limit is named for an hour', () => {
  const watch = new Watchfulness()
  const { snapshot } = fine
  const limited = { ...fine, snapshot: { ...snapshot, ports: { ...snapshot.ports, perMachine: 16 } } }
  const crowd = new Bench({ capacity: 64 })
  for (let port = 5000; port < 5016; port++)
    for (const frame of framesFromText(`udp 192.168.77.11:${port} > 93.184.216.34:123`))
      crowd.receive(LAN, frame)
  const watched = { ...limited, table: crowd.table }
  expect(kinds(watched, 1, watch)).toEqual([])
  watched.drops[DROP['machine-limit']] = 3
  const told = watch.look(watched, 2).find(({ kind }) => kind === 'machine-limit')!
  expect([told.holds, told.text]).toEqual([
    true,
    expect.stringMatching(/^192.168.77.11 has reached the limit of 16/),
  ])
  expect(kinds(watched, HOUR + 3, watch)).toEqual([])
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

test('connections that were lost at the start are told of for an hour', () => {
  const watch = new Watchfulness('The table could not be taken over.', 5)
  expect(watch.look(fine, 6).find(({ holds }) => holds)?.text).toBe('The table could not be taken over.')
  expect(kinds(fine, 6 + HOUR, watch)).not.toContain('table-lost')
})

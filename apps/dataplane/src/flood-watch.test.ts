import { expect, test } from 'vitest'
import { DROP } from './drop-reasons.ts'
import { FloodWatch, type FloodWatchOptions } from './flood-watch.ts'

type Source = ReturnType<FloodWatchOptions['door']['refusedSources']>[number]

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const LAN2: Source = {
  key: '3',
  queue: 1,
  kind: 'hardware',
  mac: '02:00:00:00:00:0c',
  address: 0x08080808,
  openings: 0,
  crowded: 0,
  device: 'lan0',
}

function stand() {
  const drops = new Float64Array(128)
  const lines: string[] = []
  const state = { sources: [] as Source[], flood: 0, crowded: 0 }
  const watch = new FloodWatch({
    door: {
      counters: () => [
        { name: 'in-up', meaning: '', packets: 99 },
        { name: 'in-flood', meaning: '', packets: state.flood },
        { name: 'in-crowded', meaning: '', packets: state.crowded },
      ],
      refusedSources: () => state.sources,
    },
    drops,
    wan: () => 'wan0',
    home: { addressOf: (mac) => (mac === LAN2.mac ? '192.168.77.12' : null) },
    nameOf: (address) => (address === '192.168.77.12' ? 'lan2' : null),
    log: (line) => lines.push(line),
  })
  return { watch, drops, lines, state }
}

test('what the door refused is counted among the drops, beside what was counted before it began', () => {
  const { watch, drops, state } = stand()
  drops[DROP.flood] = 1000
  Object.assign(state, { flood: 7, crowded: 3 })
  watch.sample(1)
  state.flood = 9
  watch.sample(1)
  expect([drops[DROP.flood], drops[DROP.crowded]]).toEqual([1009, 3])
})

test('a machine that floods is named, once a minute in the log, and for an hour', () => {
  const { watch, lines, state } = stand()
  state.sources = [{ ...LAN2, openings: 48_000 }]
  expect(watch.sample(1, 0)).toEqual(new Map([[LAN2.mac, 48_000]]))
  state.sources = [{ ...LAN2, openings: 50_000 }]
  expect(watch.sample(2, 1000)).toEqual(new Map([[LAN2.mac, 1000]]))
  expect(lines).toEqual(['lan2 (192.168.77.12) floods: 48,000 packets a second refused'])
  state.sources = [{ ...LAN2, openings: 50_500 }]
  watch.sample(1, MINUTE)
  expect(lines).toHaveLength(2)
  expect(watch.condition(MINUTE)).toMatchObject({
    holds: true,
    text: expect.stringContaining('lan2 (192.168.77.12) (48,000 packets a second)'),
  })
  expect(watch.sample(1, MINUTE + 1000)).toEqual(new Map())
  expect(watch.condition(MINUTE + HOUR).holds).toBe(true)
  expect(watch.condition(MINUTE + HOUR + 1).holds).toBe(false)
})

test('a few packets are no flood, though they are shown', () => {
  const { watch, lines, state } = stand()
  state.sources = [{ ...LAN2, openings: 99, crowded: 999 }]
  expect(watch.sample(1, 0)).toEqual(new Map([[LAN2.mac, 1098]]))
  expect(lines).toEqual([])
  expect(watch.condition(0).holds).toBe(false)
})

test('a row that somebody else had meanwhile begins anew', () => {
  const { watch, state } = stand()
  state.sources = [{ ...LAN2, openings: 5000 }]
  watch.sample(1, 0)
  state.sources = [{ ...LAN2, openings: 200 }]
  expect(watch.sample(1, 1000)).toEqual(new Map([[LAN2.mac, 200]]))
})

test('each kind of source has its words', () => {
  const { watch, lines, state } = stand()
  state.sources = [
    { ...LAN2, key: 'a', kind: 'address', mac: null, address: 0x0b010203, device: 'wan0', crowded: 2000 },
    { ...LAN2, key: 'b', kind: 'strangers', mac: null, device: 'wan0', openings: 2000 },
    { ...LAN2, key: 'c', kind: 'strangers', mac: null, openings: 2000 },
    { ...LAN2, key: 'd', mac: '02:00:00:00:00:ff', openings: 2000 },
    { ...LAN2, key: 'e', kind: 'address', mac: null, address: 0xc0a84d0c, openings: 2000 },
  ]
  watch.sample(1, 0)
  expect(lines.map((line) => line.replace(/ floods:.*/, ''))).toEqual([
    '11.1.2.3 on the Internet',
    'somebody on the Internet, from many addresses,',
    'somebody on lan0, as many machines,',
    'the machine with the hardware address 02:00:00:00:00:ff',
    'lan2 (192.168.77.12)',
  ])
})

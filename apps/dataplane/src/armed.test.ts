import { formatAddress, NO_FORWARDS, type Trigger } from '@bauta/config'
import { expect, it } from 'vitest'
import { readArmed } from './armed.ts'
import { Bench, benchSnapshot, LAN } from './path/bench.ts'
import { framesFromText } from './path/packet-text.ts'

const trigger: Trigger = {
  id: 3,
  enabled: true,
  comment: '',
  control: { protocol: 'tcp', port: 7070 },
  opens: { protocol: 'udp', from: 6970, to: 7170 },
  anyServer: false,
}
const options = { snapshot: { ...benchSnapshot(), forwards: { ...NO_FORWARDS, triggers: [trigger] } } }

it('tells whom a trigger is armed for, for 15 seconds, over a change of the settings, and never from a memory of before', () => {
  const bench = new Bench(options)
  const told = () => readArmed(bench.counters.armed, 3, bench.now)
  expect(told()).toBeNull()
  for (const frame of framesFromText('tcp 192.168.77.12:4000 > 93.184.216.34:7070 [S]'))
    bench.receive(LAN, frame)
  const armed = told()!
  expect([formatAddress(armed.client), formatAddress(armed.server), armed.left]).toEqual([
    '192.168.77.12',
    '93.184.216.34',
    1500,
  ])
  bench.configure(options)
  expect(told()).toEqual(armed)
  bench.passTime(16)
  expect(told()).toBeNull()
  const after = new Bench(options)
  expect([...after.counters.armed].slice(0, 4)).toEqual([3, 0, 0, 0])
})

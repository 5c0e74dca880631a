import { expect, test } from 'vitest'
import { Counters, countersBytes } from './counters.ts'
import { benchConfig } from './path/bench.ts'
import { RuleSlots } from './rule-slots.ts'
import { defaultGateway, machineNow, settingsHold } from './settings-hold.ts'

const config = {
  ...benchConfig({}, new RuleSlots(new Counters(new ArrayBuffer(countersBytes)))),
  gateway: 0xc6336401,
}
const numbers = new Map(config.interfaces.map(({ name, ifindex }) => [name, ifindex]))
const wan = config.interfaces[config.wan]!.name
const NOW = {
  addresses: [...config.own].reverse(),
  ifindex: (device: string) => numbers.get(device) ?? 0,
  gateway: (device: string) => (device === wan ? config.gateway : 0),
}

test('hold while addresses, devices and the way out are the same', () => {
  expect(settingsHold(config, NOW)).toBe(true)
})

test.each<[string, Partial<typeof NOW>]>([
  ['an address went', { addresses: config.own.slice(1) }],
  ['an address came', { addresses: [...config.own, 0x0a000001] }],
  ['an address is another', { addresses: [...config.own.slice(1), 0x0a000001] }],
  ['a device was made anew', { ifindex: (device) => (device === wan ? 99 : NOW.ifindex(device)) }],
  ['a device went', { ifindex: (device) => (device === wan ? 0 : NOW.ifindex(device)) }],
  ['the way out leads elsewhere', { gateway: () => 0x0a0000fe }],
  ['there is no way out any more', { gateway: () => 0 }],
])('do not hold when %s', (_, change) => {
  expect(config.own.length).toBeGreaterThan(1)
  expect(config.gateway).not.toBe(0)
  expect(settingsHold(config, { ...NOW, ...change })).toBe(false)
})

test('the way out is the default route of that device', () => {
  const table = [
    'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT',
    'lan0\t004DA8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0',
    'other\t00000000\t0100000A\t0003\t0\t0\t0\t00000000\t0\t0\t0',
    'wan0\t00000000\t016433C6\t0003\t0\t0\t0\t00000000\t0\t0\t0',
    '',
  ].join('\n')
  expect(defaultGateway('wan0', table)).toBe(0xc6336401)
  expect(defaultGateway('lan0', table)).toBe(0)
  expect(defaultGateway('wan0', '')).toBe(0)
})

test('of this machine: what the loopback device is, and nothing of a device that is not there', () => {
  const now = machineNow()
  expect(now.addresses).not.toContain(0x7f000001)
  expect(now.ifindex('lo')).toBe(1)
  expect(now.ifindex('no-such-device')).toBe(0)
  expect(now.gateway('no-such-device')).toBe(0)
})

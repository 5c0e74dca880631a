import { expect, it } from 'vitest'
import { cableOf, type Port, portRows } from './port-rows.ts'
import type { Link } from './roles.ts'

const port = (name: string, speed: number | null): Port => ({
  name,
  role: 'unused',
  mac: null,
  model: null,
  driver: null,
  carrier: speed !== null,
  speed,
})
const link = (name: string, state: Link['state'] = 'up') =>
  ({ name, state, addresses: [] }) as unknown as Link

it('shows every port once, also one that nobody gave a role, and no device that the box made', () => {
  const value = { list: [{ name: 'enp1s0', role: 'lan' as const }] }
  const links = [link('enp1s0'), link('br-lan'), link('ppp0')]
  const rows = portRows(value, links, [port('enp1s0', 1000), port('enp2s0', null)])
  expect(rows.map(({ name, role, at, bridged }) => [name, role, at, bridged])).toEqual([
    ['enp1s0', 'lan', 0, true],
    ['enp2s0', 'unused', -1, false],
  ])
})

it('keeps a made device that the settings name', () => {
  const rows = portRows({ list: [{ name: 'ppp0', role: 'wan' }] }, [link('ppp0')], [])
  expect(rows.map(({ name }) => name)).toEqual(['ppp0'])
})

it('tells of the cable', () => {
  expect(cableOf({ link: undefined, port: port('a', 2500) }).words).toBe('2.5 Gbit/s')
  expect(cableOf({ link: undefined, port: port('a', 100) }).words).toBe('100 Mbit/s')
  expect(cableOf({ link: link('a'), port: port('a', null) })).toMatchObject({
    state: 'down',
    words: 'no cable',
  })
  expect(cableOf({ link: link('a', 'down'), port: undefined }).words).toBe('down')
  expect(cableOf({ link: undefined, port: undefined }).state).toBe('absent')
})

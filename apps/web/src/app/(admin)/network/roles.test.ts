import type { Interfaces } from '@bauta/config'
import type { Status } from '@bauta/control/schemas'
import { expect, it } from 'vitest'
import { forget, type Link, linkRates, rowsOf, setRole } from './roles.ts'

const INTERFACES: Interfaces = {
  list: [
    { name: 'lan0', role: 'lan' },
    { name: 'ppp0', role: 'wan' },
  ],
}
const link = (name: string, rxBytes = 0, txBytes = 0): Link => ({
  name,
  role: 'unused',
  state: 'up',
  addresses: [],
  mtu: 1500,
  mac: null,
  rxBytes,
  txBytes,
  rxPackets: 0,
  txPackets: 0,
})

it('joins what is set and what is there', () => {
  const rows = rowsOf(INTERFACES, [link('eth1'), link('lan0')])
  expect(rows.map(({ name, role, at, link: found }) => [name, role, at, found !== undefined])).toEqual([
    ['lan0', 'lan', 0, true],
    ['ppp0', 'wan', 1, false],
    ['eth1', 'unused', -1, true],
  ])
})

it('gives roles in place, adds new ones at the end, and forgets', () => {
  expect(setRole(INTERFACES, 'lan0', 'unused').list[0]).toEqual({ name: 'lan0', role: 'unused' })
  expect(setRole(INTERFACES, 'eth1', 'lan').list.at(-1)).toEqual({ name: 'eth1', role: 'lan' })
  expect(forget(INTERFACES, 'ppp0').list).toHaveLength(1)
})

it('makes rates of two reports, none of a device that started counting anew', () => {
  const at = (now: number, ...interfaces: Link[]) => ({ now, interfaces }) as Status
  const rates = linkRates(
    at(0, link('lan0', 0, 500), link('ppp0', 900)),
    at(2000, link('lan0', 1000, 500), link('ppp0', 1)),
  )
  expect(rates.get('lan0')).toEqual({ received: 4000, sent: 0 })
  expect(rates.get('ppp0')?.received).toBe(0)
  expect(linkRates(null, at(1)).size).toBe(0)
})

import { anyRule, applianceSnapshot, defaultSnapshot, type Rule, type Rules } from '@bauta/config'
import type { Status } from '@bauta/control/schemas'
import { expect, it } from 'vitest'
import { cutOff, type Situation } from './cut-off.ts'

const HOUSE = defaultSnapshot([
  { name: 'lan0', role: 'lan' },
  { name: 'wan0', role: 'wan' },
])
const link = (name: string, role: 'lan' | 'wan', address: string): Status['interfaces'][number] => ({
  name,
  role,
  state: 'up',
  addresses: [address],
  mtu: 1500,
  mac: null,
  rxBytes: 0,
  txBytes: 0,
  rxPackets: 0,
  txPackets: 0,
})
const LINKS = [link('lan0', 'lan', '192.168.77.1/24'), link('wan0', 'wan', '198.51.100.2/24')]
const first = (chain: number, fields: Partial<Rule>): Situation => {
  const rules: Rules = structuredClone(HOUSE.rules)
  rules.chains[chain]!.rules.unshift({ ...anyRule(-1), target: { verdict: 'DENY' }, ...fields })
  return { ...HOUSE, rules }
}

it('is quiet where nothing changes for the browser', () => {
  expect(cutOff(HOUSE, HOUSE, LINKS, '192.168.77.11')).toBeNull()
  const other = first(0, { source: { network: '192.168.77.12', invert: false } })
  expect(cutOff(HOUSE, other, LINKS, '192.168.77.11')).toBeNull()
})

it('names the browser and the rule', () => {
  const own = first(0, { source: { network: '192.168.77.11', invert: false } })
  expect(cutOff(HOUSE, own, LINKS, '192.168.77.11')).toBe(
    'This browser (192.168.77.11 on lan0) could not open this page any more: a new rule denies its packets.',
  )
})

it('looks at the answers too', () => {
  const mute = first(2, { target: { verdict: 'REJECT' }, outInterface: { name: '@lan', invert: false } })
  expect(cutOff(HOUSE, mute, LINKS, '192.168.77.11')).toMatch(/a new rule rejects its answers/)
})

it('takes any machine of the LAN where the browser is not on one', () => {
  const shut = first(0, { protocol: { number: 6, invert: false } })
  expect(cutOff(HOUSE, shut, LINKS, '127.0.0.1')).toMatch(/A machine on lan0, such as 192\.168\.77\.2,/)
  expect(cutOff(HOUSE, shut, LINKS, null)).toMatch(/A machine on lan0/)
})

it('sees a LAN that stops being one', () => {
  const roles = {
    list: [
      { name: 'lan0', role: 'wan' as const },
      { name: 'wan0', role: 'lan' as const },
    ],
  }
  expect(cutOff(HOUSE, { ...HOUSE, interfaces: roles }, LINKS, '192.168.77.11')).toMatch(
    /the policy of input denies its packets/,
  )
})

it('does not warn of what is so already', () => {
  const shut = first(0, { protocol: { number: 6, invert: false } })
  expect(cutOff(shut, shut, LINKS, '192.168.77.11')).toBeNull()
})

it('knows the bridge and the dialled line of an appliance', () => {
  const box = applianceSnapshot(HOUSE.interfaces.list)
  box.internet.connections[0]!.method = { kind: 'pppoe', user: 'u', password: 'p', service: '', mtu: 'auto' }
  const links = [link('br-lan', 'lan', '192.168.77.1/24'), link('ppp0', 'wan', '198.51.100.2/32')]
  const shutting = (name: string): Situation => {
    const next = structuredClone(box)
    next.rules.chains[0]!.rules.unshift({
      ...anyRule(-1),
      inInterface: { name, invert: false },
      target: { verdict: 'DENY' },
    })
    return next
  }
  expect(cutOff(box, shutting('br-lan'), links, '192.168.77.11')).toMatch(
    /This browser \(192\.168\.77\.11 on br-lan\) .* a new rule denies its packets/,
  )
  expect(cutOff(box, shutting('@lan'), links, '192.168.77.11')).toMatch(/on br-lan/)
  expect(cutOff(box, shutting('ppp0'), links, '192.168.77.11')).toBeNull()
  // Without a LAN port the bridge has nobody behind it, but the rules still let its machines in.
  expect(cutOff(box, { ...box, lan: { ...box.lan, addressing: 'system' } }, links, '192.168.77.11')).toMatch(
    /the policy of input denies its packets/,
  )
})

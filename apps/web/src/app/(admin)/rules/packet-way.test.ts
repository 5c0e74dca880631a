import { anyRule, defaultSnapshot, type Rule } from '@bauta/config'
import type { Status } from '@bauta/control/schemas'
import { expect, it } from 'vitest'
import { insertRule } from './draft-operations.ts'
import { type PacketWay, packetWay, type Surroundings, type TestPacket } from './packet-way.ts'

const { interfaces, rules } = defaultSnapshot([
  { name: 'lan0', role: 'lan' },
  { name: 'ppp0', role: 'wan' },
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
const AROUND: Surroundings = {
  interfaces,
  links: [link('lan0', 'lan', '192.168.77.1/24'), link('ppp0', 'wan', '203.0.113.24/32')],
}
const WEB: TestPacket = { from: '192.168.77.12', to: '93.184.216.34', protocol: 6, port: 80, known: false }
const way = (asked: Partial<TestPacket> = {}, wanted = rules): PacketWay => {
  const found = packetWay(wanted, AROUND, { ...WEB, ...asked })
  if ('faults' in found) throw new Error(JSON.stringify(found.faults))
  return found
}
const deny = (fields: Partial<Rule>): Rule => ({ ...anyRule(9), target: { verdict: 'DENY' }, ...fields })

it('goes through input, forward and output, and leaves masqueraded', () => {
  const found = way()
  expect(found.stages.map(({ chain }) => chain)).toEqual(['input', 'forward', 'output'])
  expect(found).toMatchObject({
    accepted: true,
    verdict: 'MASQ',
    route: 'In by lan0, out by ppp0',
    outcome: 'It leaves masqueraded as 203.0.113.24 by ppp0.',
  })
})

it('shows output what leaves: the WAN address', () => {
  const source = { network: '203.0.113.24', invert: false }
  expect(way({}, insertRule(rules, 'output', deny({ source })))).toMatchObject({
    accepted: false,
    outcome: 'Dropped without a word: rule 9 says DENY.',
  })
})

it('stops where it is denied', () => {
  const found = way({}, insertRule(rules, 'forward', deny({ destinationPorts: null }), 0))
  expect(found.stages.map(({ chain }) => chain)).toEqual(['input', 'forward'])
  expect(found.verdict).toBe('DENY')
})

it('knows what is for the box and from the box', () => {
  expect(way({ to: '192.168.77.1' })).toMatchObject({ accepted: true, outcome: 'It reaches the box.' })
  expect(way({ from: '203.0.113.24' }).stages.map(({ chain }) => chain)).toEqual(['output'])
  expect(way({ from: '93.184.216.34', to: '203.0.113.24' })).toMatchObject({
    accepted: false,
    outcome: 'Dropped without a word: the policy of input says DENY.',
  })
  expect(way({ from: '93.184.216.34', to: '203.0.113.24', known: true }).accepted).toBe(true)
})

it('asks again where the question makes no sense', () => {
  expect(packetWay(rules, AROUND, { ...WEB, from: 'nas', port: 0 })).toEqual({
    faults: { from: 'an IPv4 address, please: 192.168.77.12', port: 'a port from 1 to 65535' },
  })
  expect(packetWay(rules, AROUND, { ...WEB, protocol: 1, port: 0 })).toHaveProperty('accepted', true)
})

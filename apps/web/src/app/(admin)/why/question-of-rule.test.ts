import { anyRule, defaultSnapshot, type Rule } from '@bauta/config'
import { describe, expect, it } from 'vitest'
import { canBeTried, placesOf, questionOfDrop, questionOfRule, questionOfRuleId } from './question-of-rule.ts'

const link = (name: string, role: 'lan' | 'wan', address: string) => ({
  name,
  role,
  addresses: [address],
  state: 'up' as const,
  mtu: 1500,
  mac: null,
  rxBytes: 0,
  txBytes: 0,
  rxPackets: 0,
  txPackets: 0,
})
const places = placesOf([link('lan0', 'lan', '10.1.0.1/24'), link('wan0', 'wan', '198.51.100.2/24')])
const of = (chain: string, fields: Partial<Rule>) =>
  questionOfRule({ ...anyRule(4), ...fields }, chain, places)
const network = (text: string, invert = false) => ({ network: text, invert })

describe('a packet that a rule is about', () => {
  it('goes where packets of its chain go', () => {
    expect(of('forward', {})).toEqual({ from: '10.1.0.12', to: '93.184.216.34', protocol: 6 })
    expect(of('input', {})).toMatchObject({ from: '10.1.0.12', to: '10.1.0.1' })
    expect(of('OUTPUT', {})).toMatchObject({ from: '198.51.100.2', to: '93.184.216.34' })
    const stranger = { inInterface: { name: '@wan', invert: false } }
    expect(of('input', stranger)).toMatchObject({ from: '93.184.216.34', to: '198.51.100.2' })
    expect(of('mangle FORWARD', stranger)).toMatchObject({ from: '93.184.216.34', to: '10.1.0.12' })
  })
  it('has what the rule asks for', () => {
    expect(
      of('forward', {
        source: network('10.9.0.0/16'),
        destination: network('203.0.113.7'),
        protocol: { number: 17, invert: false },
        destinationPorts: { from: 500, to: 600, invert: false },
        sourcePorts: { from: 0, to: 1023, invert: false },
        inInterface: { name: 'lan1', invert: false },
      }),
    ).toEqual({
      from: '10.9.0.12',
      to: '203.0.113.7',
      protocol: 17,
      port: 500,
      sourcePort: 1,
      interface: 'lan1',
    })
    const ping = { protocol: { number: 1, invert: false }, icmp: { type: 8, code: null, invert: false } }
    expect(of('input', ping)).toMatchObject({ protocol: 1, icmpType: 8, icmpCode: 0 })
  })
  it('does not try to be what the rule excludes', () => {
    expect(
      of('forward', {
        source: network('10.9.0.0/16', true),
        destination: network('0.0.0.0/0'),
        protocol: { number: 17, invert: true },
        inInterface: { name: 'ppp+', invert: false },
      }),
    ).toEqual({ from: '10.1.0.12', to: '93.184.216.34', protocol: 6 })
  })
  it('is found by the rule’s number', () => {
    const { rules } = defaultSnapshot()
    expect(questionOfRuleId(rules, 3, places)).toMatchObject({ from: '10.1.0.12', to: '93.184.216.34' })
    expect(questionOfRuleId(rules, 99, places)).toBeNull()
  })
})

it('a reason for drops has a packet where one alone shows it', () => {
  expect(questionOfDrop('input-denied', places)).toMatchObject({ to: '198.51.100.2', interface: 'wan0' })
  expect(questionOfDrop('forward-rejected', places)).toMatchObject({ to: '10.1.0.12' })
  expect(questionOfDrop('ttl-exceeded', places)).toMatchObject({ ttl: 1 })
  expect(['spoofed', 'martian', 'output-denied'].every(canBeTried)).toBe(true)
  expect(['table-full', 'fragment-overlap', 'bad-checksum'].some(canBeTried)).toBe(false)
})

import { anyRule, faultsOf, type Rule, ruleSchema } from '@bauta/config'
import { describe, expect, it } from 'vitest'
import { faultsByField, formOfRule, portsOf, ruleOfForm } from './rule-form.ts'

const round = (rule: Rule) => ruleOfForm(formOfRule(rule), rule.id)
const full: Rule = {
  ...anyRule(4),
  enabled: false,
  comment: 'mail out',
  source: { network: '192.168.77.0/24', invert: true },
  destination: { network: '93.184.216.34', invert: false },
  protocol: { number: 6, invert: false },
  sourcePorts: { from: 1024, to: 65535, invert: false },
  destinationPorts: { from: 25, to: 25, invert: true },
  inInterface: { name: '@lan', invert: false },
  outInterface: { name: 'ppp+', invert: true },
  fragment: { invert: true },
  tcpFlags: { mask: 0x16, set: 2, invert: false },
  connection: 'new',
  target: { chain: 'guests' },
}

describe('to the form and back', () => {
  it.each([
    ['open', anyRule(1)],
    ['full', full],
    [
      'ICMP',
      {
        ...anyRule(2),
        protocol: { number: 1, invert: false },
        icmp: { type: 3, code: 4, invert: false },
        target: { verdict: 'DENY' as const },
      },
    ],
    ['another protocol', { ...anyRule(3), protocol: { number: 47, invert: true } }],
    [
      'flags of its own',
      { ...anyRule(3), protocol: { number: 6, invert: false }, tcpFlags: { mask: 63, set: 0, invert: true } },
    ],
    [
      'not new',
      {
        ...anyRule(3),
        protocol: { number: 6, invert: false },
        tcpFlags: { mask: 0x16, set: 2, invert: true },
      },
    ],
    [
      'of netfilter, with every match',
      {
        ...anyRule(5),
        protocol: { number: 6, invert: false },
        multiport: [
          {
            side: 'either',
            ranges: [
              { from: 80, to: 80 },
              { from: 6000, to: 6063 },
            ],
            invert: true,
          },
        ],
        states: { list: ['NEW', 'INVALID'], invert: true },
        tos: { value: 16, mask: 30, invert: false },
        mark: { value: 0xffffffff, mask: 0xffffffff, invert: false },
        mac: { address: '02:00:00:00:00:01', invert: true },
        limit: { rate: 3, per: 'hour', burst: 5 },
        length: { from: 0, to: 128, invert: false },
        target: { verdict: 'REJECT', with: 'tcp-reset' },
      },
    ],
    ...(
      [
        { verdict: 'MASQ', ports: { from: 1024, to: 2000 }, random: true },
        {
          verdict: 'SNAT',
          ranges: [
            { from: '192.0.2.1', to: '192.0.2.9' },
            { from: '192.0.2.20', to: '192.0.2.20' },
          ],
          ports: null,
          persistent: true,
          random: false,
        },
        { verdict: 'DNAT', ranges: [], ports: { from: 80, to: 80 }, persistent: false, random: false },
        {
          verdict: 'DNAT',
          ranges: [{ from: '@dns2', to: '@dns2' }],
          ports: null,
          persistent: false,
          random: false,
        },
        { verdict: 'REDIRECT', ports: null },
        { verdict: 'NETMAP', network: '10.5.6.0/24' },
        { action: 'LOG', level: 6, prefix: 'in: ', tcpSequence: true, tcpOptions: false, ipOptions: true },
        { action: 'MARK', value: 7, mask: 0xff },
        { action: 'TOS', value: 16, mask: 255 },
        { action: 'DSCP', value: 46 },
        { action: 'TTL', operation: 'dec', value: 3 },
        { action: 'TCPMSS', mss: null },
        { action: 'TCPMSS', mss: 1400 },
        { verdict: 'QUEUE' },
      ] satisfies Rule['target'][]
    ).map((target): [string, Rule] => [JSON.stringify(target), { ...anyRule(6), target }]),
    [
      'classic, with what it does along its target',
      {
        ...anyRule(7),
        log: true,
        setMark: { value: 0xffffffff, add: true },
        setTos: { and: 1, xor: 16 },
        icmp: { type: 3, code: null, invert: true },
        protocol: { number: 1, invert: false },
      },
    ],
  ] satisfies [string, Rule][])('is the same: %s', (_, rule) => {
    expect(JSON.stringify(round(rule))).toBe(JSON.stringify(rule))
  })

  it('leaves out what the protocol does not have', () => {
    const udp = ruleOfForm({ ...formOfRule(full), protocol: '17' }, 4)
    expect([udp.tcpFlags, udp.icmp, udp.destinationPorts?.from]).toEqual([null, null, 25])
    const any = ruleOfForm({ ...formOfRule(full), protocol: 'any' }, 4)
    expect([any.protocol, any.sourcePorts, any.destinationPorts, any.tcpFlags]).toEqual([
      null,
      null,
      null,
      null,
    ])
    expect(ruleSchema.safeParse(any).success).toBe(true)
  })
})

it.each([
  ['80', 80, 80],
  [' 80 : 90 ', 80, 90],
  ['1024-65535', 1024, 65535],
  ['1024:', 1024, 65535],
  [':1023', 0, 1023],
])('reads the ports %s', (text, from, to) => {
  expect(portsOf(text, false)).toEqual({ from, to, invert: false })
})

describe('faults stand beside their fields', () => {
  const faultsFor = (change: Partial<ReturnType<typeof formOfRule>>) => {
    const parsed = ruleSchema.safeParse(ruleOfForm({ ...formOfRule(full), ...change }, 4))
    return parsed.success ? {} : faultsByField(faultsOf(parsed.error))
  }

  it.each([
    ['source', { source: '192.168.77.1/24' }, /did you mean 192\.168\.77\.0\/24/],
    ['destinationPorts', { destinationPorts: 'http' }, /a port is a whole number/],
    ['destinationPorts', { destinationPorts: '90:80' }, /ends before it begins/],
    ['destinationPorts', { destinationPorts: '1:2:3' }, /a port is a whole number/],
    ['inInterface', { inInterface: 'no such/name' }, /device name/],
    ['flags', { flags: 'chosen', flagsMask: 2, flagsSet: 16 }, /must also be looked at/],
    ['fragment', { fragment: 'later' }, /could never match/],
    ['protocol', { protocol: 'other', otherProtocol: 'gre' }, /./],
  ] as const)('%s', (field, change, words) => {
    expect(faultsFor(change)[field]).toMatch(words)
  })

  it('leaves nothing unsaid', () => {
    expect(faultsByField([{ path: ['id'], message: 'used twice' }])).toEqual({ form: 'used twice' })
  })
})

import { describe, expect, it } from 'vitest'
import { countersOfReport, countersOfSlots } from './counter-reader.ts'
import { device, INTERFACES, ports, protocol, rule, rulesOf, to, verdict } from './fixtures.ts'
import { procFwchains, procFwnames } from './proc-firewall.ts'

describe('/proc/net/ip_fwchains', () => {
  it('prints the golden lines of 2.2', () => {
    const rules = rulesOf({
      input: [
        rule(3, {
          inInterface: device('ppp+'),
          protocol: protocol(6),
          tcpFlags: { mask: 22, set: 2, invert: true },
          destinationPorts: ports(0, 1023),
          target: verdict('DENY'),
        }),
      ],
      forward: [
        rule(1, { outInterface: device('eth1'), target: verdict('MASQ') }),
        rule(2, {
          source: to('192.168.0.0/16'),
          destination: to('210.56.12.64/26', true),
          target: verdict('MASQ'),
        }),
      ],
    })
    const counters = countersOfReport({
      rules: [
        { id: 1, packets: 33, bytes: 1686 },
        { id: 3, packets: 7, bytes: 420 },
      ],
      policies: [],
    })
    expect(procFwchains(rules, counters).split('\n')).toEqual([
      '    input 00000000/00000000->00000000/00000000 ppp 12 40 6 0         7         0         420       0-65535 0-1023 AFF X00 00000000 0 0      DENY',
      '  forward 00000000/00000000->00000000/00000000 eth1 0 0 0 0         33        0         1686      0-65535 0-65535 AFF X00 00000000 0 0      MASQ',
      '  forward C0A80000/FFFF0000->D2380C40/FFFFFFC0 - 10 2 0 0         0         0         0         0-65535 0-65535 AFF X00 00000000 0 0      MASQ',
      '',
    ])
  })

  it('sets every inverse flag, and puts the ICMP type where the ports are', () => {
    const rules = rulesOf({
      output: [
        rule(1, {
          source: to('10.0.0.1', true),
          destination: to('10.0.0.2', true),
          protocol: protocol(47, true),
          outInterface: device('wan0', true),
          fragment: { invert: true },
        }),
        rule(2, {
          protocol: protocol(17),
          sourcePorts: ports(1, 1, true),
          destinationPorts: ports(2, 2, true),
          target: { chain: 'udp' },
        }),
        rule(4, { protocol: protocol(1), icmp: { type: 8, code: 0, invert: false } }),
      ],
      udp: [],
    })
    const lines = procFwchains(rules).split('\n')
    expect(lines[0]).toContain(' wan0 4 A7 47 ')
    expect(lines[0]).toMatch(/ {9}-$/)
    expect(lines[1]).toContain(' - 10 18 17 ')
    expect(lines[1]).toMatch(/ 1-1 2-2 AFF X00 00000000 0 0 {7}udp$/)
    expect(lines[2]).toContain(' 8-8 0-0 AFF ')
  })

  it('splits counters into halves of 32 bits', () => {
    const counters = new Float64Array([2 ** 32 + 5, 3 * 2 ** 32 + 0xffffffff])
    const reader = countersOfSlots(
      counters,
      () => 0,
      () => -1,
    )
    expect(procFwchains(rulesOf({ input: [rule(1)] }), reader)).toContain(
      ' 1         5         3         4294967295 0-65535 ',
    )
  })

  it('says after the line what 2.2 could not say, and leaves out rules that are off', () => {
    const rules = rulesOf({
      forward: [
        rule(1, { inInterface: device('@wan'), outInterface: device('@lan'), connection: 'known' }),
        rule(2, { enabled: false }),
      ],
    })
    const lines = procFwchains(rules, undefined, INTERFACES).split('\n')
    expect(lines).toHaveLength(2)
    expect(lines[0]).toMatch(/ @lan 0 0 0 .* - \[in wan0, known\]$/)
  })
})

it('/proc/net/ip_fwnames prints the golden lines of 2.2', () => {
  const rules = rulesOf(
    { forward: [rule(1, { target: { chain: 'ipmasq' } }), rule(2, { enabled: false })], ipmasq: [] },
    { forward: 'DENY' },
  )
  const counters = countersOfReport({
    rules: [],
    policies: [
      { chain: 'input', packets: 33, bytes: 1686 },
      { chain: 'output', packets: 51, bytes: 2 ** 33 + 4480 },
    ],
  })
  expect(procFwnames(rules, counters)).toBe(
    'input ACCEPT 1 0 33 0 1686\nforward DENY 1 0 0 0 0\noutput ACCEPT 1 0 51 2 4480\nipmasq - 1 0 0 0 0\n',
  )
})

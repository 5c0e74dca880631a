import type { Rules } from '@bauta/config'
import { describe, expect, it } from 'vitest'
import { countersOfReport } from './counter-reader.ts'
import { device, INTERFACES, ports, protocol, rule, rulesOf, to, verdict } from './fixtures.ts'
import { type ListOptions, listChains, shortNumber } from './list-chains.ts'

const NAMES = {
  host: (address: number) => (address === 0xc0a80102 ? 'erbium' : null),
  service: (port: number) => ({ 25: 'smtp', 80: 'www' })[port] ?? null,
}
const lines = (rules: Rules, options: ListOptions = {}) =>
  listChains(rules, { chain: 'forward', ...options }).split('\n')
const row = (fields: Parameters<typeof rule>[1], options: ListOptions = { numeric: true }) =>
  lines(rulesOf({ forward: [rule(1, fields)] }), options)[2]

describe('golden lines of ipchains 1.3.9', () => {
  it('-L -n -v', () => {
    const rules = rulesOf({ forward: [rule(7, { outInterface: device('eth1'), target: verdict('MASQ') })] })
    const counters = countersOfReport({
      rules: [{ id: 7, packets: 33, bytes: 1686 }],
      policies: [{ chain: 'forward', packets: 33, bytes: 1686 }],
    })
    expect(lines(rules, { numeric: true, verbose: true, counters })).toEqual([
      'Chain forward (policy ACCEPT: 33 packets, 1686 bytes):',
      ' pkts bytes target     prot opt    tosa tosx  ifname     mark       outsize  source                destination           ports',
      '   33  1686 MASQ       all  ------ 0xFF 0x00  eth1                           0.0.0.0/0            0.0.0.0/0             n/a',
      '',
    ])
  })

  it('-L -n', () => {
    const rules = rulesOf({
      forward: [
        rule(1, {
          source: to('192.168.0.0/16'),
          destination: to('210.56.12.64/26', true),
          target: verdict('MASQ'),
        }),
        rule(2, {
          protocol: protocol(6),
          destinationPorts: ports(80),
          tcpFlags: { mask: 22, set: 2, invert: true },
        }),
        rule(3, { protocol: protocol(1), target: verdict('ACCEPT') }),
        rule(4, {
          protocol: protocol(6),
          tcpFlags: { mask: 22, set: 2, invert: false },
          sourcePorts: ports(1024, 65535),
          destinationPorts: ports(0, 1023),
          target: verdict('DENY'),
        }),
      ],
    })
    expect(lines(rules, { numeric: true })).toEqual([
      'Chain forward (policy ACCEPT):',
      'target     prot opt     source                destination           ports',
      'MASQ       all  ------  192.168.0.0/16       !210.56.12.64/26       n/a',
      '-          tcp  !y----  0.0.0.0/0            0.0.0.0/0             * ->   80',
      'ACCEPT     icmp ------  0.0.0.0/0            0.0.0.0/0             * ->   *',
      'DENY       tcp  -y----  0.0.0.0/0            0.0.0.0/0             1024:65535 ->   0:1023',
      '',
    ])
  })
})

describe('chains', () => {
  const rules = rulesOf(
    {
      input: [rule(1, { target: { chain: 'lan' } })],
      lan: [rule(2, { target: { chain: 'empty' } }), rule(3, { enabled: false, target: { chain: 'empty' } })],
      empty: [],
    },
    { input: 'DENY' },
  )

  it('are listed in order, the header only where there are rules', () => {
    const text = listChains(rules, { numeric: true })
    expect(text.split('\n').filter((line) => line.startsWith('Chain'))).toEqual([
      'Chain input (policy DENY):',
      'Chain forward (policy ACCEPT):',
      'Chain output (policy ACCEPT):',
      'Chain lan (1 references):',
      'Chain empty (1 references):',
    ])
    expect(text.match(/^target /gm)).toHaveLength(2)
  })

  it('can be asked for one by one; of an unknown one there is nothing', () => {
    expect(listChains(rules, { chain: 'empty' })).toBe('Chain empty (1 references):\n')
    expect(listChains(rules, { chain: 'nobody' })).toBe('')
  })

  it('leave out rules that are switched off, which keep their number', () => {
    const some = rulesOf({ forward: [rule(1, { enabled: false }), rule(2, { target: verdict('DENY') })] })
    expect(lines(some, { lineNumbers: true, numeric: true })).toEqual([
      'Chain forward (policy ACCEPT):',
      'num  target     prot opt     source                destination           ports',
      '2    DENY       all  ------  0.0.0.0/0            0.0.0.0/0             n/a',
      '',
    ])
  })
})

describe('columns', () => {
  it('invert with a mark before the field', () => {
    expect(row({ source: to('10.0.0.0/8', true), protocol: protocol(47, true) })).toBe(
      '-         !gre  ------ !10.0.0.0/8           0.0.0.0/0             n/a',
    )
    expect(
      row({ protocol: protocol(17), sourcePorts: ports(53, 53, true), destinationPorts: ports(1, 2, true) }),
    ).toBe('-          udp  ------  0.0.0.0/0            0.0.0.0/0            !53 ->  !1:2')
    expect(row({ fragment: { invert: true } })).toContain(' all  --!f-- ')
    expect(row({ fragment: { invert: false } })).toContain(' all  ---f-- ')
  })

  it('print masks with holes in full, and protocols without a name as numbers', () => {
    expect(row({ source: to('192.0.0.3/255.0.0.255'), protocol: protocol(200) })).toBe(
      '-          200  ------  192.0.0.3/255.0.0.255 0.0.0.0/0             n/a',
    )
  })

  it('take names for addresses, ports and ICMP types without -n', () => {
    const names = { names: NAMES }
    expect(
      row({ source: to('192.168.1.2'), protocol: protocol(6), destinationPorts: ports(25, 80) }, names),
    ).toBe('-          tcp  ------  erbium               anywhere              any ->   smtp:www')
    expect(row({ protocol: protocol(1), icmp: { type: 8, code: null, invert: false } }, names)).toBe(
      '-          icmp ------  anywhere             anywhere              echo-request',
    )
    expect(row({ protocol: protocol(1), icmp: { type: 3, code: 4, invert: false } })).toMatch(
      / {2}3 -> {3}4$/,
    )
    expect(row({ protocol: protocol(1), icmp: { type: 40, code: null, invert: false } }, {})).toMatch(
      / {2}40 -> {3}any$/,
    )
  })

  it('widen with -x, and shorten great numbers without', () => {
    const rules = rulesOf({ forward: [rule(1)] })
    const counters = countersOfReport({
      rules: [{ id: 1, packets: 100_000, bytes: 12_345_678 }],
      policies: [],
    })
    expect(lines(rules, { verbose: true, exact: true, counters })[1]).toMatch(
      /^ {4}pkts {6}bytes target {5}prot/,
    )
    expect(lines(rules, { verbose: true, exact: true, counters })[2]).toMatch(
      /^ {2}100000 {3}12345678 - {10}all/,
    )
    expect(lines(rules, { verbose: true, counters })[2]).toMatch(/^ 100K {3}12M - {10}all/)
  })

  it.each([
    [0, '    0'],
    [99_999, '99999'],
    [100_000, ' 100K'],
    [9_999_499, '9999K'],
    [9_999_500, '  10M'],
    [9_999_499_999, '9999M'],
    [9_999_500_000, '  10G'],
    [123_456_789_012_345, '123457G'],
  ])('%d is %s', (count, text) => {
    expect(shortNumber(count)).toBe(text)
  })
})

describe('interfaces', () => {
  const ifname = (fields: Parameters<typeof rule>[1], options: ListOptions = {}) =>
    row(fields, { numeric: true, verbose: true, interfaces: INTERFACES, ...options })!.slice(45, 57)

  it('show the device behind a role when it is one alone', () => {
    expect(ifname({ outInterface: device('@wan') })).toBe(' wan0       ')
    expect(ifname({ outInterface: device('@lan') })).toBe(' @lan       ')
    expect(ifname({ outInterface: device('@wan') }, { interfaces: { list: [] } })).toBe(' @wan       ')
  })

  it('show prefixes, inversion and any', () => {
    expect(ifname({ outInterface: device('ppp+', true) })).toBe('!ppp+       ')
    expect(ifname({})).toBe(' *          ')
    expect(ifname({}, { numeric: false })).toBe(' any        ')
  })

  it('in input, and in chains that only input reaches, is the way in', () => {
    const rules = rulesOf({
      input: [rule(1, { inInterface: device('lan0'), target: { chain: 'mine' } })],
      mine: [rule(2, { inInterface: device('lan1') })],
    })
    const text = listChains(rules, { numeric: true, verbose: true, interfaces: INTERFACES })
    expect(text.match(/ lan[01] /g)).toEqual([' lan0 ', ' lan1 '])
    expect(text).not.toContain('[')
  })
})

describe('what 2.2 had no words for', () => {
  it('stands in brackets after the ports', () => {
    expect(
      row(
        {
          inInterface: device('@wan', true),
          outInterface: device('@wan'),
          protocol: protocol(6),
          tcpFlags: { mask: 3, set: 3, invert: true },
          connection: 'new',
        },
        { numeric: true, interfaces: INTERFACES },
      ),
    ).toBe(
      '-          tcp  ------  0.0.0.0/0            0.0.0.0/0             * ->   * [in !wan0, flags !FIN,SYN/FIN,SYN, new]',
    )
  })
})

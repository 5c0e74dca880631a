import { chainLabel, defaultSnapshot, type Rules, rulesSchema } from '@bauta/config'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { device, netfilterRules, ports, protocol, rule, rulesOf, to, verdict } from './fixtures.ts'
import { ruleToText } from './rule-text.ts'
import { switchDialect } from './switch-dialect.ts'

const counter = () => {
  let id = 1000
  return () => id++
}

/** The rules of the other dialect as lines, and what is said about them. */
function switched(rules: Rules) {
  const result = switchDialect(rules, counter())
  expect(rulesSchema.safeParse(result.rules).error?.issues ?? []).toEqual([])
  const lines = result.rules.chains.flatMap((chain) =>
    chain.rules.map(
      (one) => `${one.enabled ? '' : '# '}${ruleToText(one, chainLabel(chain), result.rules.dialect)}`,
    ),
  )
  return { lines, notes: result.notes.map(({ text }) => text), rules: result.rules }
}

const accept = verdict('ACCEPT')

describe('classic to netfilter', () => {
  it('the safe default keeps its meaning', () => {
    const { lines, rules } = switched(defaultSnapshot().rules)
    expect(lines).toEqual([
      'INPUT -i @lan -j ACCEPT',
      'INPUT -i @wan --state ESTABLISHED,RELATED -j ACCEPT',
      'FORWARD --state ESTABLISHED,RELATED -j ACCEPT',
      'FORWARD -i @lan -o @wan -j ACCEPT',
      'nat POSTROUTING -o @wan -j MASQUERADE',
    ])
    expect(rules.chains.slice(0, 3).map(({ policy }) => policy)).toEqual(['DENY', 'DENY', 'ACCEPT'])
  })

  it('an exemption stands before the masquerading, and user chains with MASQ are in both tables', () => {
    const { lines } = switched(
      rulesOf({
        forward: [
          rule(1, { destination: to('210.56.12.64/26'), target: accept }),
          rule(2, { target: { chain: 'mine' } }),
        ],
        mine: [
          rule(3, { source: to('10.0.0.0/8'), target: verdict('DENY') }),
          rule(4, { target: verdict('MASQ') }),
        ],
      }),
    )
    expect(lines).toEqual([
      'FORWARD --state ESTABLISHED,RELATED -j ACCEPT',
      'FORWARD -d 210.56.12.64/26 -j ACCEPT',
      'FORWARD -j mine',
      'nat POSTROUTING -d 210.56.12.64/26 -j ACCEPT',
      'nat POSTROUTING -j mine',
      'mine -s 10.0.0.0/8 -j DROP',
      'mine -i ! @wan -j ACCEPT',
      'nat mine -j MASQUERADE',
    ])
  })

  it.each(['MASQ', 'ACCEPT'] as const)(
    'a policy %s of forward, behind an input that keeps the Internet out, opens FORWARD from inside only',
    (policy) => {
      const old = defaultSnapshot().rules
      old.chains[1]!.policy = policy
      old.chains[1]!.rules = []
      const { lines, rules } = switched(old)
      expect(rules.chains[1]).toMatchObject({ name: 'FORWARD', policy: 'DENY' })
      expect(lines.filter((line) => line.startsWith('FORWARD'))).toEqual([
        'FORWARD --state ESTABLISHED,RELATED -j ACCEPT',
        'FORWARD -i ! @wan -j ACCEPT',
      ])
    },
  )

  it('logging, marks, TOS and REDIRECT find their places, and what input denied is denied in FORWARD too', () => {
    const { lines, notes } = switched(
      rulesOf(
        {
          input: [
            rule(1, { source: to('192.0.2.1'), log: true, target: verdict('DENY') }),
            rule(2, {
              protocol: protocol(6),
              destinationPorts: ports(80),
              target: { verdict: 'REDIRECT', ports: { from: 3128, to: 3128 } },
            }),
            rule(3, { setMark: { value: 1, add: true } }),
          ],
          output: [rule(4, { setTos: { and: 0x01, xor: 0x10 }, target: verdict('REJECT') })],
        },
        { forward: 'REJECT' },
      ),
    )
    expect(lines).toEqual([
      'INPUT -s 192.0.2.1 -j LOG --log-level info',
      'INPUT -s 192.0.2.1 -j DROP',
      'INPUT -p tcp --dport 80 -j ACCEPT',
      'INPUT',
      'FORWARD -s 192.0.2.1 -j DROP',
      'FORWARD --state ESTABLISHED,RELATED -j ACCEPT',
      'OUTPUT -j REJECT --reject-with icmp-host-unreachable',
      'nat PREROUTING -p tcp --dport 80 -j REDIRECT --to-ports 3128',
      'mangle POSTROUTING -j TOS --set-tos 0x10/0xfe',
    ])
    expect(notes.join('\n')).toMatch(/adding to a mark is not carried over/)
    expect(notes.join('\n')).toMatch(/policy REJECT becomes DROP/)
    expect(notes.join('\n')).toMatch(/output are asked about what the box itself sends/)
  })
})

describe('netfilter to classic', () => {
  it('what is accepted and masqueraded is a MASQ of forward; what has no words is off, and said', () => {
    const { lines, notes } = switched(
      netfilterRules(
        {
          INPUT: [rule(1, { states: { list: ['ESTABLISHED', 'RELATED'], invert: false }, target: accept })],
          FORWARD: [
            rule(2, { states: { list: ['NEW'], invert: true }, target: accept }),
            rule(3, { inInterface: device('@lan'), outInterface: device('@wan'), target: accept }),
            rule(4, { limit: { rate: 1, per: 'second', burst: 5 }, target: verdict('DENY') }),
            rule(5, {
              protocol: protocol(6),
              multiport: [
                {
                  side: 'destination',
                  ranges: [
                    { from: 80, to: 80 },
                    { from: 443, to: 443 },
                  ],
                  invert: false,
                },
              ],
              target: { verdict: 'REJECT', with: 'tcp-reset' },
            }),
          ],
          'nat POSTROUTING': [rule(6, { outInterface: device('@wan'), target: verdict('MASQ') })],
          'nat PREROUTING': [rule(7, { target: { verdict: 'NETMAP', network: '10.0.0.0/24' } })],
          'mangle FORWARD': [rule(8, { target: { action: 'MARK', value: 7, mask: 0xffffffff } })],
        },
        { INPUT: 'DENY', FORWARD: 'DENY' },
      ),
    )
    expect(lines).toEqual([
      'input --connection known -j ACCEPT',
      'input -i @lan -j ACCEPT',
      'forward -m 0x7',
      '# forward -j ACCEPT',
      'forward -i @lan -o @wan -j MASQ',
      'forward -i @lan -o @wan -j ACCEPT',
      '# forward -j DENY',
      'forward -p tcp --dport 80 -j REJECT',
      'forward -p tcp --dport 443 -j REJECT',
    ])
    expect(notes).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/is switched off: the classic dialect cannot look at a rate limit/),
        expect.stringMatching(/is switched off: the classic dialect cannot look at these states/),
        expect.stringMatching(/of nat, the classic dialect has only masquerading/),
        expect.stringMatching(/its choice of message is not carried over/),
      ]),
    )
  })

  it('long names and names of both tables stay apart', () => {
    const { rules } = switched(
      netfilterRules({
        'my-long-chain-name': [],
        'my-long-name-two': [],
        INPUT: [rule(1, { target: { chain: 'my-long-name-two' } })],
      }),
    )
    expect(rules.chains.map(({ name }) => name)).toEqual([
      'input',
      'forward',
      'output',
      'my-long-',
      'my-long1',
    ])
    expect(rules.chains[0]!.rules[0]!.target).toEqual({ chain: 'my-long1' })
  })
})

it('whatever is switched is well formed, there and back again', () => {
  const chain = fc.constantFrom('input', 'forward', 'output')
  const target = fc.constantFrom<Parameters<typeof verdict>[0]>('ACCEPT', 'DENY', 'REJECT', 'RETURN')
  const one = fc.record({
    chain,
    target,
    log: fc.boolean(),
    known: fc.option(fc.constantFrom('known' as const, 'new' as const)),
  })
  fc.assert(
    fc.property(fc.array(one, { maxLength: 8 }), (list) => {
      const lists = { input: [], forward: [], output: [] } as Record<string, ReturnType<typeof rule>[]>
      list.forEach((each, i) => {
        lists[each.chain]!.push(
          rule(i + 1, { log: each.log, connection: each.known, target: verdict(each.target) }),
        )
      })
      const { rules } = switched(rulesOf(lists))
      switched(rules)
    }),
    { numRuns: 200 },
  )
})

import type { Rule } from '@bauta/config'
import { describe, expect, it } from 'vitest'
import {
  device,
  INTERFACES,
  LAN0,
  packet,
  ports,
  protocol,
  rule,
  rulesOf,
  to,
  verdict,
  WAN0,
} from './fixtures.ts'
import { firstMismatch } from './mismatch.ts'
import { HOOK, type MatchInput, VERDICT } from './packet-input.ts'
import { trace } from './trace.ts'

const CONTEXT = { inIf: LAN0, outIf: WAN0, known: false }

it('tells every rule tried, what it did, and who decided', () => {
  const rules = rulesOf(
    {
      forward: [
        rule(1, { source: to('192.168.1.3'), target: verdict('DENY') }),
        rule(2, { enabled: false, target: verdict('DENY') }),
        rule(3, { protocol: protocol(6), target: { chain: 'tcp' } }),
        rule(4),
        rule(5, { outInterface: device('@wan'), target: verdict('MASQ') }),
      ],
      tcp: [
        rule(6, { protocol: protocol(6), destinationPorts: ports(25), target: verdict('REJECT') }),
        rule(7, { target: { chain: 'back' } }),
      ],
      back: [rule(8, { target: verdict('RETURN') })],
    },
    { forward: 'DENY' },
  )
  const { steps, ...decided } = trace(rules, INTERFACES, HOOK.forward, packet(), CONTEXT)
  expect(decided).toEqual({ verdict: VERDICT.MASQ, ruleId: 5, mark: 0, tos: 0 })
  expect(steps.map((step) => [step.depth, step.chain, step.position, step.outcome, step.why])).toEqual([
    [0, 'forward', 1, 'no-match', 'the source 192.168.1.2 is not 192.168.1.3'],
    [0, 'forward', 2, 'disabled', 'the rule is switched off'],
    [0, 'forward', 3, 'jump', 'matches: on to tcp'],
    [1, 'tcp', 1, 'no-match', 'the destination port 80 is not 25'],
    [1, 'tcp', 2, 'jump', 'matches: on to back'],
    [2, 'back', 1, 'return', 'matches: back to the rule after the jump'],
    [1, 'tcp', 0, 'end', 'back to the rule after the jump'],
    [0, 'forward', 4, 'counted', 'matches: counted, and on to the next rule'],
    [0, 'forward', 5, 'verdict', 'matches: MASQ'],
  ])
  expect(steps[3]).toMatchObject({ ruleId: 6, text: 'tcp -p tcp --dport 25 -j REJECT' })
})

it('ends with the policy where no rule decides', () => {
  const { steps, verdict: found } = trace(
    rulesOf({ input: [rule(1, { target: verdict('RETURN') }), rule(2)] }, { input: 'REJECT' }),
    INTERFACES,
    HOOK.input,
    packet(),
    { inIf: LAN0, outIf: -1, known: true },
  )
  expect(found).toBe(VERDICT.REJECT)
  expect(steps.map((step) => `${step.text}: ${step.why}`)).toEqual([
    'input -j RETURN: matches: back to the policy',
    'policy of input: no rule decided: REJECT',
  ])
})

describe('the first field that does not match, in words', () => {
  const why = (fields: Partial<Rule>, input: Partial<MatchInput> = {}, context = CONTEXT) =>
    firstMismatch(rule(1, fields), packet(input), context, INTERFACES)
  const tcp = protocol(6)

  it.each<[string | null, Partial<Rule>, Partial<MatchInput>?]>([
    [null, {}],
    ['the protocol is tcp, not udp', { protocol: protocol(17) }],
    ['the protocol is tcp, and the rule wants any other', { protocol: protocol(6, true) }],
    ['the protocol is 99, not tcp', { protocol: tcp }, { protocol: 99 }],
    ['the source 192.168.1.2 is not in 10.0.0.0/8', { source: to('10.0.0.0/8') }],
    ['the source 192.168.1.2 is the one the rule leaves out', { source: to('192.168.1.2', true) }],
    [
      'the destination 203.0.113.9 is in 203.0.113.0/24, which the rule leaves out',
      { destination: to('203.0.113.0/24', true) },
    ],
    ['it comes in by lan0, not @wan', { inInterface: device('@wan') }],
    ['it comes in by lan0, and the rule leaves out lan+', { inInterface: device('lan+', true) }],
    ['it goes out by wan0, not ppp+', { outInterface: device('ppp+') }],
    ['it belongs to no known connection', { connection: 'known' }],
    ['it is not a second or further fragment', { fragment: { invert: false } }],
    ['it is a second or further fragment', { fragment: { invert: true } }, { fragmentOffset: 8 }],
    [
      'it is a second or further fragment: it carries no ports, flags or ICMP type',
      { protocol: tcp, sourcePorts: ports(0) },
      { fragmentOffset: 8 },
    ],
    [null, { protocol: tcp, sourcePorts: ports(0, 65535) }, { fragmentOffset: 8 }],
    ['the destination port 80 is not in 1024:65535', { protocol: tcp, destinationPorts: ports(1024, 65535) }],
    [
      'the source port 1024 is one the rule leaves out (1024)',
      { protocol: tcp, sourcePorts: ports(1024, 1024, true) },
    ],
    [
      'the ICMP type is echo-reply, not echo-request',
      { protocol: protocol(1), icmp: { type: 8, code: null, invert: false } },
      { protocol: 1 },
    ],
    [
      'the ICMP type is 3/8, not fragmentation-needed',
      { protocol: protocol(1), icmp: { type: 3, code: 4, invert: false } },
      { protocol: 1, icmpType: 3, icmpCode: 8 },
    ],
    [
      'the TCP flags are SYN,ACK, not SYN of SYN,RST,ACK',
      { protocol: tcp, tcpFlags: { mask: 22, set: 2, invert: false } },
      { tcpFlags: 18 },
    ],
    [
      'the TCP flags are SYN, and the rule leaves out SYN of SYN,RST,ACK',
      { protocol: tcp, tcpFlags: { mask: 22, set: 2, invert: true } },
    ],
  ])('%s', (expected, fields, input = {}) => {
    expect(why(fields, input)).toBe(expected)
  })

  it('knows connections and missing interfaces', () => {
    const context = { inIf: -1, outIf: 9, known: true }
    expect(why({ connection: 'new' }, {}, context)).toBe('it belongs to a known connection')
    expect(why({ inInterface: device('lan0') }, {}, context)).toBe('it comes in by no interface, not lan0')
    expect(why({ outInterface: device('wan0') }, {}, context)).toBe('it goes out by interface 9, not wan0')
  })
})

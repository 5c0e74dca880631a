import { anyRule, BUILT_IN_CHAINS, type Rule, type Rules, rulesSchema } from '@bauta/config'
import { describe, expect, it } from 'vitest'
import { compileChains } from './compile.ts'
import { Evaluator } from './evaluator.ts'
import {
  device,
  INTERFACES,
  LAN0,
  LAN1,
  netfilterRules,
  PPP0,
  packet,
  ports,
  protocol,
  rule,
  rulesOf,
  to,
  verdict,
  WAN0,
} from './fixtures.ts'
import { NO_INTERFACE } from './interface-table.ts'
import { HOOK, type MatchInput, STATE, VERDICT, verdictName } from './packet-input.ts'

/** Rule n counts in slot n + 3; the policies in slots 0 to 2. */
function evaluatorOf(rules: Rules, interfaces = INTERFACES) {
  const counters = new Float64Array(2 * 4100)
  const compiled = compileChains(
    rules,
    interfaces,
    (id) => id + 3,
    (chain) => (BUILT_IN_CHAINS as readonly string[]).indexOf(chain),
  )
  const evaluator = new Evaluator(compiled, counters)
  const count = (slot: number) => [counters[slot * 2], counters[slot * 2 + 1]]
  return {
    evaluator,
    compiled,
    ofRule: (id: number) => count(id + 3),
    ofPolicy: (hook: number) => count(hook),
  }
}

/** Whether a rule with these fields matches the packet in `forward` from lan0 to wan0. */
function matches(fields: Partial<Rule>, input: Partial<MatchInput> = {}, known = false): boolean {
  const rules = rulesOf({ forward: [rule(1, { ...fields, target: verdict('DENY') })] })
  const { evaluator } = evaluatorOf(rules)
  return (
    evaluator.evaluate(HOOK.forward, packet(input), LAN0, WAN0, known ? STATE.ESTABLISHED : STATE.NEW) ===
    VERDICT.DENY
  )
}

describe('a rule matches', () => {
  it('by address, mask and their inversion', () => {
    expect(matches({ source: to('192.168.1.2') })).toBe(true)
    expect(matches({ source: to('192.168.1.3') })).toBe(false)
    expect(matches({ source: to('192.168.0.0/16', true) })).toBe(false)
    expect(matches({ destination: to('203.0.113.0/255.255.255.0') })).toBe(true)
    expect(matches({ destination: to('203.0.112.0/24', true) })).toBe(true)
  })

  it('by a mask with holes, and by /0', () => {
    expect(matches({ source: to('192.0.0.2/255.0.0.255') })).toBe(true)
    expect(matches({ source: to('192.0.0.3/255.0.0.255') })).toBe(false)
    expect(matches({ source: to('0.0.0.0/0') })).toBe(true)
    expect(matches({ source: to('0.0.0.0/0', true) })).toBe(false)
  })

  it('by protocol', () => {
    expect(matches({ protocol: protocol(6) })).toBe(true)
    expect(matches({ protocol: protocol(17) })).toBe(false)
    expect(matches({ protocol: protocol(17, true) })).toBe(true)
    expect(matches({ protocol: protocol(47) }, { protocol: 47 })).toBe(true)
  })

  it('by ports, both ends of a range included', () => {
    const tcp = protocol(6)
    expect(matches({ protocol: tcp, destinationPorts: ports(80) })).toBe(true)
    expect(matches({ protocol: tcp, destinationPorts: ports(81, 65535) })).toBe(false)
    expect(matches({ protocol: tcp, destinationPorts: ports(0, 79, true) })).toBe(true)
    expect(matches({ protocol: tcp, sourcePorts: ports(1000, 1024) })).toBe(true)
    expect(matches({ protocol: tcp, sourcePorts: ports(1024, 65535) }, { sourcePort: 65535 })).toBe(true)
  })

  it('by ICMP type, and code where one is given', () => {
    const input = { protocol: 1, icmpType: 3, icmpCode: 4 }
    const icmp = (type: number, code: number | null) => ({
      protocol: protocol(1),
      icmp: { type, code, invert: false },
    })
    expect(matches(icmp(3, null), input)).toBe(true)
    expect(matches(icmp(3, 4), input)).toBe(true)
    expect(matches(icmp(3, 0), input)).toBe(false)
    expect(matches(icmp(8, null), input)).toBe(false)
  })

  it('by TCP flags', () => {
    const syn = { protocol: protocol(6), tcpFlags: { mask: 0x16, set: 2, invert: false } }
    expect(matches(syn, { tcpFlags: 2 })).toBe(true)
    expect(matches(syn, { tcpFlags: 0x12 })).toBe(false)
    expect(matches(syn, { tcpFlags: 0x0a })).toBe(true)
    expect(matches({ ...syn, tcpFlags: { mask: 0x16, set: 2, invert: true } }, { tcpFlags: 0x12 })).toBe(true)
  })

  it('by connection', () => {
    expect(matches({ connection: 'known' }, {}, true)).toBe(true)
    expect(matches({ connection: 'known' }, {}, false)).toBe(false)
    expect(matches({ connection: 'new' }, {}, true)).toBe(false)
    expect(matches({ connection: 'new' }, {}, false)).toBe(true)
  })
})

describe('later fragments', () => {
  const later = { fragmentOffset: 1480, sourcePort: 0, destinationPort: 0, tcpFlags: 0 }

  it('are what -f asks for', () => {
    expect(matches({ fragment: { invert: false } }, later)).toBe(true)
    expect(matches({ fragment: { invert: false } })).toBe(false)
    expect(matches({ fragment: { invert: true } }, later)).toBe(false)
    expect(matches({ fragment: { invert: true } })).toBe(true)
  })

  it('pass no test of ports but that for the full range', () => {
    const tcp = protocol(6)
    expect(matches({ protocol: tcp, destinationPorts: ports(0, 65535) }, later)).toBe(true)
    expect(matches({ protocol: tcp, destinationPorts: ports(0) }, later)).toBe(false)
    expect(matches({ protocol: tcp, sourcePorts: ports(80, 80, true) }, later)).toBe(false)
  })

  it('pass no test of flags or ICMP type, not even an inverted one', () => {
    expect(matches({ protocol: protocol(6), tcpFlags: { mask: 22, set: 2, invert: true } }, later)).toBe(
      false,
    )
    const icmp = { protocol: protocol(1), icmp: { type: 0, code: null, invert: false } }
    expect(matches(icmp, { ...later, protocol: 1 })).toBe(false)
  })
})

describe('interfaces', () => {
  const forwarded = (fields: Partial<Rule>, inIf: number, outIf: number) =>
    evaluatorOf(rulesOf({ forward: [rule(1, { ...fields, target: verdict('DENY') })] })).evaluator.evaluate(
      HOOK.forward,
      packet(),
      inIf,
      outIf,
      STATE.NEW,
    ) === VERDICT.DENY

  it('match by name, by prefix and by role', () => {
    expect(forwarded({ inInterface: device('lan0') }, LAN0, WAN0)).toBe(true)
    expect(forwarded({ inInterface: device('lan0') }, LAN1, WAN0)).toBe(false)
    expect(forwarded({ outInterface: device('ppp+') }, LAN0, PPP0)).toBe(true)
    expect(forwarded({ outInterface: device('ppp+') }, LAN0, WAN0)).toBe(false)
    expect(forwarded({ inInterface: device('@lan'), outInterface: device('@wan') }, LAN1, WAN0)).toBe(true)
    expect(forwarded({ inInterface: device('@lan'), outInterface: device('@wan') }, WAN0, LAN1)).toBe(false)
  })

  it('are turned round by inversion, also where there is none', () => {
    expect(forwarded({ inInterface: device('@lan', true) }, LAN0, WAN0)).toBe(false)
    expect(forwarded({ inInterface: device('@lan', true) }, WAN0, LAN0)).toBe(true)
    expect(forwarded({ outInterface: device('wan0', true) }, LAN0, NO_INTERFACE)).toBe(true)
    expect(forwarded({ outInterface: device('wan0') }, LAN0, NO_INTERFACE)).toBe(false)
  })

  it('that do not exist match nothing, and their inversion everything', () => {
    expect(forwarded({ inInterface: device('wlan9') }, LAN0, WAN0)).toBe(false)
    expect(forwarded({ inInterface: device('wlan9', true) }, LAN0, WAN0)).toBe(true)
  })

  it('reach up to index 31', () => {
    const table = { list: [{ index: 31, name: 'eth31', role: 'lan' as const }] }
    const rules = rulesOf({ input: [rule(1, { inInterface: device('@lan'), target: verdict('REJECT') })] })
    const { evaluator } = evaluatorOf(rules, table)
    expect(evaluator.evaluate(HOOK.input, packet(), 31, -1, STATE.NEW)).toBe(VERDICT.REJECT)
    expect(evaluator.evaluate(HOOK.input, packet(), 30, -1, STATE.NEW)).toBe(VERDICT.ACCEPT)
  })
})

describe('the classic dialect', () => {
  const run = (rules: Rules, hook: 0 | 1 | 2 = HOOK.forward) => {
    const all = evaluatorOf(rules)
    return { ...all, verdict: verdictName(all.evaluator.evaluate(hook, packet(), LAN0, WAN0, STATE.NEW)) }
  }

  it('masquerades everything by a rule without criteria, also in a user chain, but for what an earlier rule accepts', () => {
    const exempt = rule(1, { destination: to('203.0.113.0/24'), target: verdict('ACCEPT') })
    const everything = rule(2, { target: verdict('MASQ') })
    expect(run(rulesOf({ forward: [everything] }, { forward: 'DENY' })).verdict).toBe('MASQ')
    expect(run(rulesOf({ forward: [exempt, everything] })).verdict).toBe('ACCEPT')
    const jump = rule(3, { target: { chain: 'ipmasq' } })
    expect(run(rulesOf({ forward: [jump], ipmasq: [everything] }, { forward: 'DENY' })).verdict).toBe('MASQ')
  })

  it('takes the first verdict, and the policy when there is none', () => {
    const rules = rulesOf(
      { forward: [rule(1, { source: to('10.0.0.1'), target: verdict('ACCEPT') })] },
      { forward: 'DENY' },
    )
    const { verdict: found, evaluator, ofRule, ofPolicy } = run(rules)
    expect([found, evaluator.ruleId]).toEqual(['DENY', 0])
    expect([ofRule(1), ofPolicy(HOOK.forward), ofPolicy(HOOK.input)]).toEqual([
      [0, 0],
      [1, 60],
      [0, 0],
    ])
  })

  it('counts a rule without target and goes on; the policy does not count when a rule decides', () => {
    const {
      verdict: found,
      evaluator,
      ofRule,
      ofPolicy,
    } = run(rulesOf({ forward: [rule(1), rule(2, { target: verdict('MASQ') }), rule(3)] }))
    expect([found, evaluator.ruleId]).toEqual(['MASQ', 2])
    expect([ofRule(1), ofRule(2), ofRule(3), ofPolicy(HOOK.forward)]).toEqual([
      [1, 60],
      [1, 60],
      [0, 0],
      [0, 0],
    ])
  })

  it('comes back from the end of a user chain and from RETURN, and counts on the way', () => {
    const {
      verdict: found,
      evaluator,
      ofRule,
    } = run(
      rulesOf({
        forward: [
          rule(1, { target: { chain: 'one' } }),
          rule(2, { target: { chain: 'two' } }),
          rule(3, { target: verdict('REJECT') }),
        ],
        one: [rule(4, { target: { chain: 'two' } })],
        two: [rule(5), rule(6, { target: verdict('RETURN') }), rule(7, { target: verdict('DENY') })],
      }),
    )
    expect([found, evaluator.ruleId]).toEqual(['REJECT', 3])
    expect([1, 2, 3, 4, 5, 6, 7].map((id) => ofRule(id)[0])).toEqual([1, 1, 1, 1, 2, 2, 0])
  })

  it('goes to the policy on RETURN in a built-in chain', () => {
    const rules = rulesOf(
      { forward: [rule(1, { target: verdict('RETURN') }), rule(2, { target: verdict('ACCEPT') })] },
      { forward: 'REJECT' },
    )
    const { verdict: found, ofPolicy } = run(rules)
    expect([found, ofPolicy(HOOK.forward)]).toEqual(['REJECT', [1, 60]])
  })

  it('lets a user chain decide', () => {
    const { verdict: found, evaluator } = run(
      rulesOf({
        forward: [rule(1, { target: { chain: 'hide' } })],
        hide: [rule(2, { target: verdict('MASQ') })],
      }),
    )
    expect([found, evaluator.ruleId]).toEqual(['MASQ', 2])
  })

  it('takes MASQ outside forward for ACCEPT, as 2.2 did', () => {
    const hide = { hide: [rule(2, { target: verdict('MASQ') })] }
    for (const chain of ['input', 'output'] as const)
      expect(
        run(rulesOf({ [chain]: [rule(1, { target: { chain: 'hide' } })], ...hide }), HOOK[chain]).verdict,
      ).toBe('ACCEPT')
  })

  it('passes over rules that are switched off', () => {
    const off = { enabled: false, target: verdict('DENY') }
    const { verdict: found, ofRule } = run(rulesOf({ forward: [rule(1, off)] }))
    expect([found, ofRule(1)]).toEqual(['ACCEPT', [0, 0]])
  })

  it('keeps the policies of the three chains apart', () => {
    const rules = rulesOf({}, { input: 'DENY', forward: 'MASQ', output: 'REJECT' })
    expect(([0, 1, 2] as const).map((hook) => run(rules, hook).verdict)).toEqual(['DENY', 'MASQ', 'REJECT'])
  })
})

describe('counting', () => {
  const rules = rulesOf({ forward: [rule(1)] })

  it('takes what the caller says a super-packet stands for', () => {
    const { evaluator, ofRule, ofPolicy } = evaluatorOf(rules)
    evaluator.evaluate(HOOK.forward, packet({ totalLength: 64_040 }), LAN0, WAN0, STATE.NEW, true, 45, 65_800)
    expect([ofRule(1), ofPolicy(HOOK.forward)]).toEqual([
      [45, 65_800],
      [45, 65_800],
    ])
  })

  it('can be left out', () => {
    const { evaluator, ofRule, ofPolicy } = evaluatorOf(rules)
    evaluator.evaluate(HOOK.forward, packet(), LAN0, WAN0, STATE.NEW, false)
    expect([ofRule(1), ofPolicy(HOOK.forward)]).toEqual([
      [0, 0],
      [0, 0],
    ])
  })

  it('is exact far beyond 32 bits', () => {
    const { evaluator, ofRule } = evaluatorOf(rules)
    for (let i = 0; i < 100_000; i++)
      evaluator.evaluate(HOOK.forward, packet({ totalLength: 65_535 }), LAN0, WAN0, STATE.NEW)
    expect(ofRule(1)).toEqual([100_000, 6_553_500_000])
  })
})

describe('compiling', () => {
  const many = (count: number): Rule[] =>
    Array.from({ length: count }, (_, i) => ({
      ...anyRule(i + 1),
      source: to(`10.${i >> 8}.${i & 255}.0/24`),
      protocol: protocol(6),
      destinationPorts: ports(i + 1),
      inInterface: device('@lan'),
      target: verdict('ACCEPT'),
    }))

  it('takes 2000 rules, and the last of them is found', () => {
    const rules = rulesOf({ forward: many(2000) }, { forward: 'DENY' })
    const { evaluator } = evaluatorOf(rules)
    const input = packet({ source: 0x0a07cf05, destinationPort: 2000 })
    expect(evaluator.evaluate(HOOK.forward, input, LAN0, WAN0, STATE.NEW)).toBe(VERDICT.ACCEPT)
    expect(evaluator.ruleId).toBe(2000)
  })

  it('gives plain data that can be posted to another thread', () => {
    const { compiled } = evaluatorOf(rulesOf({ forward: [rule(1, { target: verdict('MASQ') })] }))
    const clone = new Evaluator(structuredClone(compiled), new Float64Array(20))
    expect(clone.evaluate(HOOK.forward, packet(), LAN0, WAN0, STATE.NEW)).toBe(VERDICT.MASQ)
  })

  it('refuses chains that would keep one packet busy for ever', () => {
    const lists: Record<string, Rule[]> = { forward: [rule(1, { target: { chain: 'c0' } })] }
    let id = 2
    for (let i = 0; i < 40; i++)
      lists[`c${i}`] = i === 39 ? [] : [1, 2].map(() => rule(id++, { target: { chain: `c${i + 1}` } }))
    const rules = rulesSchema.parse(rulesOf(lists))
    expect(() => evaluatorOf(rules)).toThrow(/jump to each chain less often/)
  })
})

describe('what a packet leaves behind for those that follow it', () => {
  const asked = (fields: Partial<Rule>, input: Partial<MatchInput> = {}) => {
    const { evaluator } = evaluatorOf(rulesOf({ forward: [rule(1, { ...fields, target: verdict('MASQ') })] }))
    evaluator.startTrail()
    evaluator.evaluate(HOOK.forward, packet({ tcpFlags: 0x10, ...input }), LAN0, WAN0, STATE.ESTABLISHED)
    return evaluator
  }
  const tcp = { protocol: protocol(6) }

  it('the counters of every rule and policy that it met, in their order', () => {
    const { evaluator } = evaluatorOf(
      rulesOf({
        input: [rule(1), rule(2, tcp)],
        forward: [rule(3, { target: { chain: 'mine' } }), rule(4, { source: to('10.0.0.1') })],
        mine: [rule(5)],
      }),
    )
    const input = packet({ tcpFlags: 0x10 })
    evaluator.startTrail()
    evaluator.evaluate(HOOK.input, input, LAN0, NO_INTERFACE, STATE.ESTABLISHED)
    evaluator.evaluate(HOOK.forward, input, LAN0, WAN0, STATE.ESTABLISHED)
    expect([...evaluator.trail.subarray(0, evaluator.trailLength)]).toEqual([4, 5, 0, 6, 8, 1])
    expect(evaluator.varies).toBe(false)
    evaluator.startTrail()
    expect(evaluator.trailLength).toBe(0)
  })

  it('nothing that could differ, where rules ask about what a connection has all along', () => {
    for (const fields of [
      { source: to('192.168.0.0/16') },
      { ...tcp, destinationPorts: ports(80) },
      { ...tcp, tcpFlags: { mask: 0x16, set: 0x02, invert: true } },
      { connection: 'known' as const },
      { fragment: { invert: true } },
    ])
      expect(asked(fields).varies).toBe(false)
  })

  it('that it could be another way for the next, where a rule asks or does more', () => {
    for (const fields of [
      { ...tcp, tcpFlags: { mask: 0x08, set: 0x08, invert: false } },
      { log: true },
      { setMark: { value: 1, add: false } },
      { setTos: { and: 1, xor: 16 } },
    ])
      expect(asked(fields).varies).toBe(true)
    for (const fields of [
      { length: { from: 0, to: 100, invert: false } },
      { limit: { rate: 1, per: 'second' as const, burst: 1 } },
    ]) {
      const { evaluator } = evaluatorOf(netfilterRules({ FORWARD: [rule(1, fields)] }))
      evaluator.startTrail()
      evaluator.evaluate(HOOK.forward, packet(), LAN0, WAN0, STATE.ESTABLISHED)
      expect(evaluator.varies).toBe(true)
    }
    // but not where the rule cannot be meant, whatever the packet
    expect(asked({ log: true, source: to('10.0.0.1') }).varies).toBe(false)
  })

  it('that it could be another way, where it met more counters than are noted', () => {
    const rules = rulesOf({ forward: Array.from({ length: 80 }, (_, i) => rule(i + 1)) })
    const { evaluator } = evaluatorOf(rules)
    evaluator.startTrail()
    evaluator.evaluate(HOOK.forward, packet(), LAN0, WAN0, STATE.ESTABLISHED)
    expect(evaluator.varies).toBe(true)
  })
})

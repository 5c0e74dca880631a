import { describe, expect, it } from 'vitest'
import { BUILT_INS, chainLabel, type Dialect } from './dialects.ts'
import type { RuleTarget } from './rule-targets.ts'
import { anyRule, emptyRules, type Rule, type Rules, rulesSchema } from './rules.ts'
import { defaultSnapshot, faultsOf } from './snapshot.ts'

/** What the schema says to one rule in a chain; user chains are made as `nat mine`. */
function faults(
  dialect: Dialect,
  chain: string,
  fields: Partial<Rule>,
  change?: (rules: Rules) => void,
): string[] {
  const rules = emptyRules(dialect)
  let found = rules.chains.find((one) => chainLabel(one) === chain)
  if (!found) {
    const [name = '', table = 'filter'] = chain.split(' ').reverse()
    found = { table: table as 'nat', name, policy: null, rules: [] }
    rules.chains.push(found)
  }
  found.rules.push({ ...anyRule(1), ...fields })
  change?.(rules)
  const result = rulesSchema.safeParse(rules)
  return result.success ? [] : faultsOf(result.error).map(({ message }) => message)
}

const tcp = { protocol: { number: 6, invert: false } }
const snat: RuleTarget = {
  verdict: 'SNAT',
  ranges: [{ from: '192.0.2.1', to: '192.0.2.1' }],
  ports: null,
  persistent: false,
  random: false,
}
const log: RuleTarget = {
  action: 'LOG',
  level: 4,
  prefix: 'in: ',
  tcpSequence: false,
  tcpOptions: false,
  ipOptions: false,
}

describe('DNAT to the line’s name servers', () => {
  const aimed = (...ranges: { from: string; to: string }[]) =>
    faults('netfilter', 'nat PREROUTING', {
      target: { verdict: 'DNAT', ranges, ports: null, persistent: false, random: false },
    })
  const at = (from: string, to = from) => ({ from, to })

  it.each(['@dns1', '@dns2', '@dns3'])('%s is a destination', (word) => {
    expect(aimed(at(word))).toEqual([])
  })
  it('has three words, each alone', () => {
    expect(aimed(at('@dns4')).join()).toContain('or @dns1, @dns2 or @dns3')
    expect(aimed(at('@wan')).join()).toContain('write an IPv4 address')
    const alone = '@dns1 stands alone: it is one server of the line, and no range'
    expect(aimed(at('@dns1', '@dns2'))).toEqual([alone])
    expect(aimed(at('@dns1', '192.0.2.1'))).toEqual([alone])
    expect(aimed(at('@dns1'), at('192.0.2.1'))).toEqual([alone])
    expect(aimed(at('192.0.2.9', '192.0.2.1'))).toEqual(['the range ends before it begins'])
  })
  it('is no source to be given', () => {
    const target: RuleTarget = { ...snat, ranges: [at('@dns1')] } as RuleTarget
    expect(faults('netfilter', 'nat POSTROUTING', { target }).join()).toContain('write an IPv4 address')
  })
})

describe('rules of netfilter', () => {
  it('have every built-in chain of the three tables, in order', () => {
    expect(rulesSchema.safeParse(emptyRules('netfilter')).success).toBe(true)
    const wrong = { ...emptyRules('classic'), dialect: 'netfilter' as const }
    expect(rulesSchema.safeParse(wrong).error?.issues[0]?.message).toMatch(/must be INPUT/)
    expect(BUILT_INS.netfilter.map(chainLabel)).toHaveLength(11)
  })

  it.each<[string, Partial<Rule>]>([
    ['INPUT', { states: { list: ['ESTABLISHED', 'RELATED'], invert: true }, target: { verdict: 'ACCEPT' } }],
    ['FORWARD', { ...tcp, multiport: [{ side: 'either', ranges: [{ from: 80, to: 81 }], invert: false }] }],
    ['FORWARD', { mac: { address: '02:00:00:00:00:01', invert: false }, target: { verdict: 'QUEUE' } }],
    ['OUTPUT', { ...tcp, target: { verdict: 'REJECT', with: 'tcp-reset' } }],
    ['INPUT', { limit: { rate: 3, per: 'minute', burst: 5 }, target: log }],
    ['nat POSTROUTING', { target: snat }],
    ['nat POSTROUTING', { ...tcp, target: { verdict: 'MASQ', ports: { from: 1024, to: 2000 } } }],
    ['nat PREROUTING', { ...tcp, target: { verdict: 'REDIRECT', ports: { from: 3128, to: 3128 } } }],
    ['nat OUTPUT', { target: { verdict: 'NETMAP', network: '10.1.0.0/16' } }],
    [
      'mangle FORWARD',
      { ...tcp, tcpFlags: { mask: 6, set: 2, invert: false }, target: { action: 'TCPMSS', mss: null } },
    ],
    ['mangle POSTROUTING', { target: { action: 'MARK', value: 0xffffffff, mask: 0xffffffff } }],
    ['mangle mine', { target: { action: 'TTL', operation: 'inc', value: 1 } }],
    ['a-name-of-28-characters-as-is', { target: { verdict: 'RETURN' } }],
  ])('may stand in %s: %j', (chain, fields) => {
    expect(faults('netfilter', chain.slice(0, 28), fields)).toEqual([])
  })

  it.each<[string, string, Partial<Rule>]>([
    ['FORWARD', 'MASQUERADE belongs in the nat table', { target: { verdict: 'MASQ' } }],
    ['nat PREROUTING', 'SNAT belongs in POSTROUTING of the nat table, not in PREROUTING', { target: snat }],
    ['nat POSTROUTING', 'REJECT belongs in the filter table', { target: { verdict: 'REJECT' } }],
    ['INPUT', 'MARK belongs in the mangle table', { target: { action: 'MARK', value: 1, mask: 1 } }],
    ['INPUT', 'the way out is not known', { outInterface: { name: 'wan0', invert: false } }],
    ['mangle POSTROUTING', 'sees only the way out', { inInterface: { name: 'wan0', invert: false } }],
    ['OUTPUT', 'comes from no card', { mac: { address: '02:00:00:00:00:01', invert: false } }],
    ['INPUT', 'a TCP reset needs the protocol TCP', { target: { verdict: 'REJECT', with: 'tcp-reset' } }],
    ['mangle FORWARD', 'TCPMSS needs', { ...tcp, target: { action: 'TCPMSS', mss: 1400 } }],
    ['nat PREROUTING', 'to a port needs', { target: { verdict: 'REDIRECT', ports: { from: 1, to: 1 } } }],
    [
      'FORWARD',
      'ports need the protocol',
      { multiport: [{ side: 'either', ranges: [{ from: 1, to: 1 }], invert: false }] },
    ],
  ])('in %s: %s', (chain, message, fields) => {
    expect(faults('netfilter', chain, fields)).toEqual([expect.stringContaining(message)])
  })

  it('know from where a user chain is reached', () => {
    const jump = (rules: Rules, from: string, id: number) =>
      rules.chains
        .find((chain) => chainLabel(chain) === from)!
        .rules.push({ ...anyRule(id), target: { chain: 'mine' } })
    expect(
      faults('netfilter', 'nat mine', { target: snat }, (rules) => jump(rules, 'nat POSTROUTING', 2)),
    ).toEqual([])
    expect(
      faults('netfilter', 'nat mine', { target: snat }, (rules) => jump(rules, 'nat PREROUTING', 2)),
    ).toEqual(['SNAT belongs in POSTROUTING, but mine is also reached from PREROUTING'])
    expect(faults('netfilter', 'nat mine', {}, (rules) => jump(rules, 'INPUT', 2))).toEqual([
      'chain mine is in the nat table, this one in filter',
    ])
  })

  it('may have chains of one name in two tables, and a policy of DROP in nat too', () => {
    const twice = (rules: Rules) => {
      rules.chains.push({ table: 'nat', name: 'mine', policy: null, rules: [] })
      rules.chains[4]!.policy = 'DENY'
    }
    expect(faults('netfilter', 'mine', {}, twice)).toEqual([])
    expect(
      faults('netfilter', 'INPUT', {}, (rules) => {
        rules.chains[0]!.policy = 'REJECT'
      }),
    ).toEqual(['the policy of INPUT is ACCEPT or DROP; REJECT is none of netfilter'])
  })
})

describe('rules of the classic dialect', () => {
  it.each<[string, Partial<Rule>]>([
    ['input', { log: true, setMark: { value: 0xffffffff, add: true }, target: { verdict: 'DENY' } }],
    ['input', { ...tcp, target: { verdict: 'REDIRECT', ports: { from: 3128, to: 3128 } } }],
    ['output', { setTos: { and: 0x01, xor: 0x10 } }],
  ])('may stand in %s: %j', (chain, fields) => {
    expect(faults('classic', chain, fields)).toEqual([])
  })

  it.each<[string, string, Partial<Rule>]>([
    [
      'forward',
      'REDIRECT belongs in the input chain',
      { ...tcp, target: { verdict: 'REDIRECT', ports: null } },
    ],
    ['input', 'REDIRECT needs the protocol', { target: { verdict: 'REDIRECT', ports: null } }],
    ['input', 'the lowest bit of the TOS', { setTos: { and: 0xfe, xor: 0 } }],
    ['input', 'to one port', { ...tcp, target: { verdict: 'REDIRECT', ports: { from: 1, to: 2 } } }],
  ])('in %s: %s', (chain, message, fields) => {
    expect(faults('classic', chain, fields)).toEqual([expect.stringContaining(message)])
  })
})

describe('a mixture of the dialects is refused, and says what is mixed', () => {
  it.each<[Dialect, string, string, Partial<Rule>]>([
    ['classic', 'forward', 'the state of a connection', { states: { list: ['NEW'], invert: false } }],
    ['classic', 'forward', 'a rate limit', { limit: { rate: 1, per: 'second', burst: 1 } }],
    ['classic', 'forward', 'the target SNAT', { target: snat }],
    ['classic', 'input', 'the target LOG', { target: log }],
    [
      'classic',
      'input',
      'choosing the message of REJECT',
      { target: { verdict: 'REJECT', with: 'icmp-net-unreachable' } },
    ],
    ['netfilter', 'INPUT', 'known or new connections', { connection: 'known' }],
    ['netfilter', 'INPUT', 'logging along any target', { log: true }],
    ['netfilter', 'INPUT', 'setting a mark along any target', { setMark: { value: 1, add: false } }],
  ])('%s %s: %s', (dialect, chain, what, fields) => {
    const other = dialect === 'classic' ? 'netfilter' : 'classic'
    const [message] = faults(dialect, chain, fields)
    expect(message).toContain(what)
    expect(message).toContain(`belongs to the ${other} dialect, and these rules are in the ${dialect} one`)
    expect(message).toMatch(/switch the dialect$/)
  })

  it('also chains with a table of netfilter in classic rules', () => {
    expect(faults('classic', 'nat mine', {})).toEqual([
      expect.stringMatching(/classic dialect has no tables/),
    ])
  })
})

it('rules stored before there were dialects are read as classic ones, and mean the same', () => {
  const { rules } = defaultSnapshot()
  const old = {
    chains: rules.chains.map(({ name, policy, rules: list }) => ({
      name,
      policy,
      rules: list.map(
        ({ id, enabled, comment, source, destination, protocol, sourcePorts, destinationPorts, ...rest }) => {
          const { icmp, inInterface, outInterface, fragment, tcpFlags, connection, target } = rest
          const before = {
            id,
            enabled,
            comment,
            source,
            destination,
            protocol,
            sourcePorts,
            destinationPorts,
          }
          return { ...before, icmp, inInterface, outInterface, fragment, tcpFlags, connection, target }
        },
      ),
    })),
  }
  expect(rulesSchema.parse(old)).toEqual(rules)
})

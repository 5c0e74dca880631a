import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { describeChange, describeRule } from './describe.ts'
import { anyRule, type Rule } from './rules.ts'
import { defaultSnapshot, type Snapshot } from './snapshot.ts'

const start = defaultSnapshot([
  { name: 'lan0', role: 'lan' },
  { name: 'wan0', role: 'wan' },
])
const change = (alter: (next: Snapshot) => void): string[] => {
  const next = structuredClone(start)
  alter(next)
  return describeChange(start, next)
}
const host = (network: string) => ({ network, invert: false })
const denial: Rule = {
  ...anyRule(7),
  source: host('192.168.77.12'),
  destination: host('93.184.216.34'),
  target: { verdict: 'DENY' },
}

describe('a change in words', () => {
  it('says nothing when nothing changed', () => {
    expect(describeChange(start, structuredClone(start))).toEqual([])
  })
  it('names the timeout, the old and the new value', () => {
    expect(change((next) => (next.timeouts.udp = 10))).toEqual(['UDP timeout 300 s → 10 s'])
  })
  it('tells an added, a removed and a switched rule', () => {
    expect(change((next) => next.rules.chains[1]!.rules.unshift(denial))).toEqual([
      'Rule 7 added to forward: deny 192.168.77.12 → 93.184.216.34',
    ])
    expect(change((next) => next.rules.chains[1]!.rules.pop())).toEqual([
      'Rule 3 removed from forward: masquerade anything from LAN to WAN',
    ])
    expect(change((next) => (next.rules.chains[1]!.rules[0]!.enabled = false))).toEqual([
      'Rule 3 switched off: masquerade anything from LAN to WAN',
    ])
  })
  it('tells a moved rule by its new place only', () => {
    expect(change((next) => next.rules.chains[0]!.rules.reverse())).toEqual([
      'Rule 2 moved to place 1 of input',
    ])
  })
  it('tells a changed policy, a new chain, and both sides of a changed rule', () => {
    expect(change((next) => (next.rules.chains[1]!.policy = 'MASQ'))).toEqual([
      'Policy of forward DENY → MASQ',
    ])
    expect(
      change((next) => next.rules.chains.push({ table: 'filter', name: 'kids', policy: null, rules: [] })),
    ).toEqual(['Chain kids added'])
    expect(change((next) => (next.rules.chains[1]!.rules[0]!.source = host('192.168.77.0/24')))).toEqual([
      'Rule 3 changed: masquerade anything from LAN to WAN is now masquerade 192.168.77.0/24 → anywhere from LAN to WAN',
    ])
  })
  it('tells constant DNS addresses, a rule’s way to the line’s servers, and when rules are read again', () => {
    expect(change((next) => (next.dns.constant = ['10.2.0.1', '10.2.0.2']))).toEqual([
      'Constant DNS addresses: none → 10.2.0.1, 10.2.0.2',
    ])
    expect(
      change((next) => {
        next.ports.rereadUp = true
        next.ports.rereadDown = true
      }),
    ).toEqual(['Rules are read again when the line comes up', 'Rules are read again when the line goes down'])
    const to = { ranges: [{ from: '@dns2', to: '@dns2' }], ports: { from: 53, to: 53 } }
    const target = { verdict: 'DNAT', ...to, persistent: false, random: false } as const
    expect(describeRule({ ...anyRule(9), destination: host('10.2.0.2'), target })).toBe(
      'change the destination to the line’s second DNS server (@dns2) port 53 of anywhere → 10.2.0.2',
    )
  })
  it('tells roles, ports and every part of DNS', () => {
    expect(change((next) => (next.interfaces.list[1]!.role = 'unused'))).toEqual([
      'Interface wan0: WAN → unused',
    ])
    expect(
      change((next) => Object.assign(next.ports, { from: 61000, to: 65095, counting: 'classic' })),
    ).toEqual(['Masquerade ports 1024–65535 → 61000–65095', 'Counting of free ports exact → classic'])
    expect(
      change((next) => {
        next.dns.enabled = false
        next.dns.upstreams = ['9.9.9.9']
        next.dns.domains = [{ domain: 'corp.example', servers: ['10.0.0.1'] }]
        next.dns.hosts = [{ name: 'nas', address: '192.168.77.9' }]
        next.dns.cacheSize = 0
      }),
    ).toEqual([
      'DNS forwarding switched off',
      'DNS servers those of the provider → 9.9.9.9',
      'DNS for corp.example asked of 10.0.0.1',
      'Host name nas added: 192.168.77.9',
      'DNS cache 10000 names → 0 names',
    ])
  })
})

describe('a rule in words', () => {
  it('names ports, protocol, inversion and flags', () => {
    const rule: Rule = {
      ...anyRule(1),
      protocol: { number: 6, invert: false },
      source: { network: '10.0.0.0/8', invert: true },
      destinationPorts: { from: 80, to: 443, invert: false },
      tcpFlags: { mask: 18, set: 2, invert: false },
      target: { chain: 'kids' },
    }
    expect(describeRule(rule)).toBe(
      'ask chain kids about TCP not 10.0.0.0/8 → anywhere ports 80–443 with SYN of SYN+ACK',
    )
    expect(describeRule(anyRule(1))).toBe('count anything')
  })
})

it('any order of rules is explained by moves, and by as few as are needed', () => {
  const ids = Array.from({ length: 12 }, (_, i) => i + 1)
  fc.assert(
    fc.property(fc.shuffledSubarray(ids, { minLength: 12 }), (order) => {
      const chains = (list: number[]) => ({
        ...start,
        rules: {
          ...start.rules,
          chains: start.rules.chains.map((chain, i) => ({
            ...chain,
            rules: i === 1 ? list.map(anyRule) : [],
          })),
        },
      })
      const told = describeChange(chains(ids), chains(order))
      const still = order.filter((id) => !told.some((line) => line.startsWith(`Rule ${id} moved`)))
      expect(still).toEqual([...still].sort((a, b) => a - b))
      expect(told.length === 0).toBe(order.every((id, i) => id === ids[i]))
    }),
  )
})

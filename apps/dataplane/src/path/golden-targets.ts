/** Settings for the golden cases of every target of the netfilter dialect: one small rule set for each. */
import {
  anyRule,
  type Chain,
  chainLabel,
  emptyRules,
  PORT_PRESETS,
  type Rule,
  type RuleTarget,
} from '@bauta/config'
import { type BenchOptions, benchSnapshot } from './bench.ts'

type Lists = Record<string, Partial<Rule>[]>

/** @param lists rules by chain label; chains that are not built in are made */
function ruled(lists: Lists, options: BenchOptions & { dropping?: string[] } = {}): BenchOptions {
  const { dropping = [], ...rest } = options
  const snapshot = rest.snapshot ?? benchSnapshot()
  const rules = emptyRules('netfilter')
  let id = 100
  const filled = (label: string) => (lists[label] ?? []).map((fields) => ({ ...anyRule(id++), ...fields }))
  for (const chain of rules.chains) {
    chain.policy = dropping.includes(chainLabel(chain)) ? 'DENY' : 'ACCEPT'
    chain.rules = filled(chainLabel(chain))
  }
  const builtIn = rules.chains.map(chainLabel)
  for (const label of Object.keys(lists).filter((one) => !builtIn.includes(one))) {
    const words = label.split(' ')
    const table = (words.length > 1 ? words[0] : 'filter') as Chain['table']
    rules.chains.push({ table, name: words.at(-1)!, policy: null, rules: filled(label) })
  }
  return { ...rest, snapshot: { ...snapshot, rules } }
}

const protocol = (number: number) => ({ protocol: { number, invert: false } })
const [icmp, tcp, udp] = [1, 6, 17].map(protocol) as [Partial<Rule>, Partial<Rule>, Partial<Rule>]
const port = (number: number) => ({ destinationPorts: { from: number, to: number, invert: false } })
const to = (network: string) => ({ destination: { network, invert: false } })
const from = (network: string) => ({ source: { network, invert: false } })
const inBy = (name: string) => ({ inInterface: { name, invert: false } })
const outBy = (name: string) => ({ outInterface: { name, invert: false } })
const target = (one: RuleTarget): Partial<Rule> => ({ target: one })
const accept = target({ verdict: 'ACCEPT' })
const drop = target({ verdict: 'DENY' })
const wanOnly = outBy('wan0')
const masquerade = { ...wanOnly, ...target({ verdict: 'MASQ' }) }

const range = (first: number, last = first) => ({ from: first, to: last })
const pool = (first: string, last = first) => ({ from: first, to: last })
const snat = (
  ranges: ReturnType<typeof pool>[],
  ports: ReturnType<typeof range> | null = null,
  persistent = false,
) => target({ verdict: 'SNAT', ranges, ports, persistent, random: false })
const dnat = (
  ranges: ReturnType<typeof pool>[],
  ports: ReturnType<typeof range> | null = null,
  persistent = false,
) => target({ verdict: 'DNAT', ranges, ports, persistent, random: false })

/** Nothing of filter in the way: what leaves by the WAN is translated by these rules. */
const leaving = (...rules: Partial<Rule>[]) =>
  ruled({ 'nat POSTROUTING': rules.map((rule) => ({ ...wanOnly, ...rule })) })
const mangled = (...rules: Partial<Rule>[]) =>
  ruled({ 'mangle FORWARD': rules, 'nat POSTROUTING': [masquerade] })

const REPLY_TO_RESET: Partial<Rule> = target({ verdict: 'REJECT', with: 'tcp-reset' })

export const TARGET_SETTINGS: Record<string, BenchOptions> = {
  'nf-snat': leaving(snat([pool('198.51.100.77')])),
  'nf-snat-pool': leaving(snat([pool('198.51.100.70', '198.51.100.73')])),
  'nf-snat-pool-persistent': leaving(snat([pool('198.51.100.70', '198.51.100.73')], null, true)),
  'nf-snat-ports': leaving({ ...udp, ...snat([pool('198.51.100.77')], range(5000, 5001)) }),
  'nf-masquerade-ports': leaving({ ...tcp, ...target({ verdict: 'MASQ', ports: range(61_000, 61_001) }) }),
  'nf-few-ports': {
    snapshot: {
      ...leaving(target({ verdict: 'MASQ' })).snapshot!,
      ports: { ...PORT_PRESETS.standard, from: 61_000, to: 61_001 },
    },
  },
  'nf-few-slots': { ...leaving(target({ verdict: 'MASQ' })), capacity: 16 },
  'nf-dnat-pool': ruled({
    'nat PREROUTING': [
      { ...inBy('wan0'), ...tcp, ...port(80), ...dnat([pool('192.168.77.20', '192.168.77.22')]) },
    ],
  }),
  'nf-dnat-ports': ruled({
    'nat PREROUTING': [
      { ...inBy('wan0'), ...tcp, ...port(80), ...dnat([pool('192.168.77.20')], range(8080, 8083)) },
      { ...inBy('wan0'), ...udp, ...port(53), ...dnat([], range(5353)) },
    ],
  }),
  'nf-redirect': ruled({
    'nat PREROUTING': [
      { ...inBy('lan0'), ...udp, ...port(53), ...target({ verdict: 'REDIRECT', ports: null }) },
      { ...inBy('lan0'), ...tcp, ...port(80), ...target({ verdict: 'REDIRECT', ports: range(3128, 3129) }) },
    ],
    INPUT: [
      { ...udp, ...port(53), ...accept },
      { ...tcp, destinationPorts: { from: 3128, to: 3129, invert: false }, ...accept },
      drop,
    ],
  }),
  'nf-netmap': ruled({
    'nat PREROUTING': [
      {
        ...inBy('wan0'),
        ...to('198.51.100.64/28'),
        ...target({ verdict: 'NETMAP', network: '192.168.77.64/28' }),
      },
    ],
    'nat POSTROUTING': [
      {
        ...wanOnly,
        ...from('192.168.77.64/28'),
        ...target({ verdict: 'NETMAP', network: '198.51.100.64/28' }),
      },
    ],
  }),
  'nf-mark': ruled({
    'mangle PREROUTING': [
      { ...tcp, ...target({ action: 'MARK', value: 0x10, mask: 0xffffffff }) },
      { ...tcp, ...port(25), ...target({ action: 'MARK', value: 3, mask: 3 }) },
    ],
    FORWARD: [
      { mark: { value: 0x13, mask: 0xff, invert: false }, ...drop },
      {
        mark: { value: 0x10, mask: 0x10, invert: true },
        ...target({ verdict: 'REJECT', with: 'icmp-net-prohibited' }),
      },
    ],
    'nat POSTROUTING': [{ ...masquerade, mark: { value: 0x10, mask: 0xffffffff, invert: false } }],
  }),
  'nf-tos': mangled(
    { ...tcp, ...target({ action: 'TOS', value: 0x10, mask: 0xff }) },
    { ...udp, ...target({ action: 'TOS', value: 0x08, mask: 0x1c }) },
    { ...icmp, ...target({ action: 'DSCP', value: 46 }) },
  ),
  'nf-ttl': ruled({
    'mangle PREROUTING': [
      { ...tcp, ...target({ action: 'TTL', operation: 'inc', value: 10 }) },
      { ...udp, ...target({ action: 'TTL', operation: 'dec', value: 5 }) },
      { ...icmp, ...target({ action: 'TTL', operation: 'set', value: 3 }) },
    ],
    'nat POSTROUTING': [masquerade],
  }),
  'nf-mss': mangled(
    {
      ...tcp,
      ...port(80),
      tcpFlags: { mask: 6, set: 2, invert: false },
      ...target({ action: 'TCPMSS', mss: 1000 }),
    },
    {
      ...tcp,
      ...port(443),
      tcpFlags: { mask: 6, set: 2, invert: false },
      ...target({ action: 'TCPMSS', mss: null }),
    },
  ),
  'nf-log-then-drop': ruled({
    FORWARD: [
      {
        ...tcp,
        ...target({
          action: 'LOG',
          level: 4,
          prefix: 'telnet ',
          tcpSequence: true,
          tcpOptions: true,
          ipOptions: true,
        }),
      },
      { ...tcp, ...port(23), ...drop },
    ],
    'nat POSTROUTING': [masquerade],
  }),
  'nf-reject-places': ruled({
    INPUT: [{ ...tcp, ...REPLY_TO_RESET }, target({ verdict: 'REJECT', with: 'icmp-port-unreachable' })],
    FORWARD: [
      { ...tcp, ...REPLY_TO_RESET },
      { ...udp, ...target({ verdict: 'REJECT', with: 'icmp-host-prohibited' }) },
      { ...icmp, ...target({ verdict: 'REJECT' }) },
    ],
    OUTPUT: [{ ...udp, ...to('9.9.9.9'), ...target({ verdict: 'REJECT', with: 'icmp-net-unreachable' }) }],
    'nat POSTROUTING': [masquerade],
  }),
  'nf-user-chains': ruled(
    {
      FORWARD: [
        { ...tcp, target: { chain: 'web' } },
        { ...udp, ...port(53), ...accept },
        { ...icmp, ...target({ verdict: 'RETURN' }) },
        { ...icmp, ...accept },
        { states: { list: ['ESTABLISHED'], invert: false }, ...accept },
      ],
      web: [
        { ...tcp, ...port(80), target: { chain: 'from-kids' } },
        { ...tcp, ...port(443), ...accept },
        { ...tcp, ...port(8080), ...target({ verdict: 'RETURN' }) },
        { ...tcp, ...port(8080), ...accept },
      ],
      'from-kids': [
        { ...from('192.168.77.66'), ...target({ verdict: 'REJECT', with: 'tcp-reset' }) },
        { ...from('192.168.77.67'), ...target({ verdict: 'RETURN' }) },
        accept,
      ],
      'nat POSTROUTING': [{ ...wanOnly, target: { chain: 'out' } }],
      'nat out': [{ ...from('192.168.77.9'), ...snat([pool('198.51.100.77')]) }, target({ verdict: 'MASQ' })],
    },
    { dropping: ['FORWARD'] },
  ),
  'nf-counting': ruled({
    FORWARD: [
      { ...tcp, target: null },
      { ...tcp, ...port(23), ...drop },
    ],
    'nat POSTROUTING': [masquerade],
  }),
}

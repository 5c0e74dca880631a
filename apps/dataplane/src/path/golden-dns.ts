/** Settings for the golden cases of constant DNS addresses, and of rules that send packets to the line's name servers. */
import { anyRule, emptyRules, type Rule, type Rules, type Snapshot } from '@bauta/config'
import { type BenchOptions, benchSnapshot } from './bench.ts'

const CONSTANT = ['10.2.0.1', '10.2.0.2']
const FIRST = '203.0.113.53'
const SECOND = '203.0.113.54'
const OTHER = '93.184.216.53'

const constant = (rules?: Rules): Snapshot => {
  const snapshot = benchSnapshot()
  return { ...snapshot, dns: { ...snapshot.dns, constant: CONSTANT }, ...(rules ? { rules } : {}) }
}

const udp: Partial<Rule> = { protocol: { number: 17, invert: false } }
const to = (network: string): Partial<Rule> => ({ destination: { network, invert: false } })
const inBy = (name: string): Partial<Rule> => ({ inInterface: { name, invert: false } })

/** Everything goes out by the WAN, masqueraded; what may not be asked is denied where `forward` sees it. */
function netfilter(prerouting: Partial<Rule>[]): Rules {
  const rules = emptyRules('netfilter')
  const chain = (table: string, name: string) =>
    rules.chains.find((one) => one.table === table && one.name === name)!
  chain('nat', 'PREROUTING').rules = prerouting.map((rule, i) => ({ ...anyRule(100 + i), ...rule }))
  chain('nat', 'POSTROUTING').rules = [
    { ...anyRule(200), outInterface: { name: '@wan', invert: false }, target: { verdict: 'MASQ' } },
  ]
  return rules
}

const aimedAt = (word: string): Partial<Rule> => ({
  target: {
    verdict: 'DNAT',
    ranges: [{ from: word, to: word }],
    ports: null,
    persistent: false,
    random: false,
  },
})

/** `forward` sees the server, `input` the constant address. */
function denying(chain: 0 | 1, network: string): Snapshot {
  const snapshot = constant()
  snapshot.rules.chains[chain]!.rules.unshift({
    ...anyRule(300),
    ...to(network),
    target: { verdict: 'DENY' },
  })
  return snapshot
}

function routing(): Snapshot {
  const snapshot = constant()
  snapshot.rules.chains[1]!.rules.unshift({ ...anyRule(300), target: { verdict: 'ACCEPT' } })
  return snapshot
}

const words = netfilter([
  { ...to('10.9.0.1'), ...inBy('@lan'), ...aimedAt('@dns1') },
  { ...to('10.9.0.2'), ...udp, ...aimedAt('@dns2') },
])

export const DNS_SETTINGS: Record<string, BenchOptions> = {
  'dns-constant': { snapshot: constant(), servers: [FIRST, SECOND] },
  'dns-constant-other': { snapshot: constant(), servers: [OTHER] },
  'dns-constant-down': { snapshot: constant(), servers: [], wanAddress: null },
  'dns-constant-moved': { snapshot: constant(), servers: [OTHER], wanAddress: '198.51.100.9' },
  'dns-forward-denies': { snapshot: denying(1, FIRST), servers: [FIRST] },
  'dns-input-denies': { snapshot: denying(0, '10.2.0.1'), servers: [FIRST] },
  'dns-routed': { snapshot: routing(), servers: [FIRST] },
  'nf-dns-constant': { snapshot: constant(netfilter([])), servers: [FIRST, SECOND] },
  'nf-dns-constant-other': { snapshot: constant(netfilter([])), servers: [OTHER] },
  'nf-dns-rule-first': {
    snapshot: constant(netfilter([{ ...to('10.2.0.1'), target: { verdict: 'ACCEPT' } }])),
    servers: [FIRST],
  },
  'nf-dns-words': { snapshot: { ...benchSnapshot(), rules: words }, servers: [FIRST] },
  'nf-dns-words-other': { snapshot: { ...benchSnapshot(), rules: words }, servers: [OTHER, SECOND] },
}

/** Two states of the settings side by side: only what differs, field by field, rule by rule. */
import { ruleToText } from '@bauta/chains'
import { type Dns, NOUNS, type Noun, type Rules, type Snapshot } from '@bauta/config'
import { durationWords } from '../../../forms/duration.ts'
import { same } from '../../../forms/merge.ts'

export interface Difference {
  what: string
  /** null: it was not there. */
  before: string | null
  after: string | null
}
export interface Section {
  noun: Noun
  title: string
  rows: Difference[]
}

export const NOUN_TITLES: Record<Noun, string> = {
  interfaces: 'Interfaces',
  rules: 'Rules',
  timeouts: 'Timeouts',
  ports: 'Ports',
  dns: 'DNS',
}

/** What a noun is made of: names and texts, in their order. */
type Facts = Map<string, string>
const factsOf: { [N in Noun]: (value: Snapshot[N]) => Facts } = {
  interfaces: ({ list }) => new Map(list.map(({ name, role }) => [name, role])),
  rules: ruleFacts,
  timeouts: (value) =>
    new Map(
      (
        [
          ['TCP, idle', value.tcp],
          ['TCP, closing', value.tcpfin],
          ['UDP', value.udp],
          ['ICMP', value.icmp],
        ] as const
      ).map(([name, seconds]) => [name, secondsText(seconds)]),
    ),
  ports: ({ from, to, counting }) =>
    new Map([
      ['Range', `${from} to ${to}`],
      ['Counting', counting],
    ]),
  dns: dnsFacts,
}

export function beforeAfter(before: Snapshot, after: Snapshot): Section[] {
  return NOUNS.flatMap((noun) => {
    if (same(before[noun], after[noun])) return []
    const read = factsOf[noun] as (value: Snapshot[Noun]) => Facts
    const rows = compare(read(before[noun]), read(after[noun]))
    return rows.length > 0 ? [{ noun, title: NOUN_TITLES[noun], rows }] : []
  })
}

const secondsText = (seconds: number) =>
  seconds < 60 ? `${seconds} s` : `${seconds} s (${durationWords(seconds)})`

function compare(before: Facts, after: Facts): Difference[] {
  const names = new Set([...before.keys(), ...after.keys()])
  return [...names]
    .map((what) => ({ what, before: before.get(what) ?? null, after: after.get(what) ?? null }))
    .filter((row) => row.before !== row.after)
}

function ruleFacts({ chains }: Rules): Facts {
  const facts: Facts = new Map()
  for (const chain of chains) {
    facts.set(`Chain ${chain.name}`, chain.policy === null ? 'own chain' : `policy ${chain.policy}`)
    if (chain.rules.length > 0)
      facts.set(`Order in ${chain.name}`, chain.rules.map(({ id }) => `#${id}`).join(' '))
    for (const rule of chain.rules) {
      const text = ruleToText(rule, chain.name)
      const off = rule.enabled ? '' : ' (off)'
      facts.set(`Rule ${rule.id}`, `${text}${off}${rule.comment ? `  — ${rule.comment}` : ''}`)
    }
  }
  return facts
}

function dnsFacts(dns: Dns): Facts {
  const onOff = (on: boolean) => (on ? 'on' : 'off')
  return new Map([
    ['Forwarding', onOff(dns.enabled)],
    ['Servers', dns.upstreams.join(', ') || 'those of the provider'],
    ...dns.domains.map(({ domain, servers }) => [`Domain ${domain}`, servers.join(', ')] as const),
    ...dns.hosts.map(({ name, address }) => [`Name ${name}`, address] as const),
    ['Local domain', dns.localDomain],
    ['Cache', `${dns.cacheSize} names`],
    ['Rebind protection', onOff(dns.rebindProtection)],
    ['Private addresses allowed', dns.rebindAllow.join(', ') || 'for no domain'],
  ])
}

/** Two states of the settings side by side: only what differs, field by field, rule by rule. */
import { ruleToText } from '@bauta/chains'
import {
  type Dhcp,
  type Dns,
  type Forwards,
  forwardWords,
  HELPER_TITLES,
  helperPortWords,
  type Internet,
  LINK_WORDS,
  lineWords,
  markWords,
  NOUNS,
  type Noun,
  OFFLOAD_WORDS,
  type Rules,
  type Snapshot,
  triggerWords,
} from '@bauta/config'
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
  forwards: 'Port forwarding',
  helpers: 'Protocol helpers',
  timeouts: 'Timeouts',
  ports: 'Ports',
  dns: 'DNS',
  internet: 'Internet',
  shaping: 'Traffic shaping',
  lan: 'Home network',
  dhcp: 'DHCP',
  dialin: 'Dialling in',
  offload: 'Carried by the kernel',
  time: 'Time',
  access: 'Access',
}

/** What a noun is made of: names and texts, in their order. */
type Facts = Map<string, string>
const factsOf: { [N in Noun]: (value: Snapshot[N]) => Facts } = {
  interfaces: ({ list }) => new Map(list.map(({ name, role }) => [name, role])),
  rules: ruleFacts,
  forwards: forwardFacts,
  helpers: ({ list }) =>
    new Map(
      list.map((helper) => [
        HELPER_TITLES[helper.name],
        `${onOff(helper.enabled)}, ${helperPortWords(helper)}`,
      ]),
    ),
  timeouts: (value) =>
    new Map(
      (
        [
          ['TCP, idle', value.tcp],
          ['TCP, closing', value.tcpfin],
          ['UDP', value.udp],
          ['ICMP', value.icmp],
        ] as const
      )
        .map(([name, seconds]): [string, string] => [name, secondsText(seconds)])
        .concat([['Kept alive by what comes in', onOff(value.refreshInbound)]]),
    ),
  ports: ({ from, to, counting, looseUdp, perMachine, perSecond, linkDown, dynaddr, rereadUp, rereadDown }) =>
    new Map([
      ['Range', `${from} to ${to}`],
      ['Counting', counting],
      ['Loose UDP', onOff(looseUdp)],
      ['Connections of one machine', perMachine === 0 ? 'no limit' : String(perMachine)],
      ['Opened by one machine in a second', perSecond === 0 ? 'no limit' : String(perSecond)],
      ['When the line goes down', linkDown],
      ['Follow a new address', onOff(dynaddr)],
      ['Rules read again when the line comes up', onOff(rereadUp)],
      ['Rules read again when the line goes down', onOff(rereadDown)],
    ]),
  dns: dnsFacts,
  internet: internetFacts,
  lan: ({ addressing, address, bits, name }) =>
    new Map([
      ['Made by', addressing === 'box' ? 'the box' : 'the operating system'],
      ['Address of the box', `${address}/${bits}`],
      ['Name of the box', name],
    ]),
  dhcp: dhcpFacts,
  dialin: ({ enabled, pap, lines, accounts }) =>
    new Map([
      ['Answering', onOff(enabled)],
      ['Proof', pap ? 'CHAP or PAP' : 'CHAP'],
      ...lines.map((line) => [`Line ${line.device}`, lineWords(line)] as const),
      ...accounts.map(({ name }) => [`Account ${name}`, 'may dial in'] as const),
    ]),
  offload: ({ mode }) => new Map([['Connections', `${mode}: ${OFFLOAD_WORDS[mode]}`]]),
  shaping: ({ enabled, perMachine, lines }) =>
    new Map([
      ['Shaping', onOff(enabled)],
      ['A full line is shared', perMachine ? 'by machine' : 'by connection'],
      ...lines.flatMap(({ connection, download, upload, link }) => [
        [`${connection}: download`, kbitText(download)] as const,
        [`${connection}: upload`, kbitText(upload)] as const,
        [`${connection}: line`, LINK_WORDS[link]] as const,
      ]),
    ]),
  time: ({ enabled, servers, serve, zone }) =>
    new Map([
      ['Kept by', enabled ? 'the box' : 'the operating system'],
      ['Servers', servers.join(', ') || 'none'],
      ['For the home network', onOff(serve)],
      ['Zone', zone],
    ]),
  access: ({ ssh, keys }) =>
    new Map([['SSH', onOff(ssh)], ...keys.map((key, i) => [`Key ${i + 1}`, key] as const)]),
}

export function beforeAfter(before: Snapshot, after: Snapshot): Section[] {
  return NOUNS.flatMap((noun) => {
    if (same(before[noun], after[noun])) return []
    const read = factsOf[noun] as (value: Snapshot[Noun]) => Facts
    const rows = compare(read(before[noun]), read(after[noun]))
    return rows.length > 0 ? [{ noun, title: NOUN_TITLES[noun], rows }] : []
  })
}

const kbitText = (kbit: number | null) => (kbit === null ? 'not shaped' : `${kbit} kbit/s`)

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

function forwardFacts({ list, triggers, consoles, marks }: Forwards): Facts {
  return new Map([
    ...list.map((forward) => {
      const note = `${forward.enabled ? '' : ' (off)'}${forward.comment ? `  — ${forward.comment}` : ''}`
      return [`Forward ${forward.id}`, `${forwardWords(forward)}${note}`] as const
    }),
    ...triggers.map(
      (trigger) =>
        [`Trigger ${trigger.id}`, triggerWords(trigger) + (trigger.enabled ? '' : ' (off)')] as const,
    ),
    ...marks.map(
      (marked) => [`Mark ${marked.id}`, markWords(marked) + (marked.enabled ? '' : ' (off)')] as const,
    ),
    ['Open consoles', consoles.join(', ') || 'none'],
  ])
}

const onOff = (on: boolean) => (on ? 'on' : 'off')

function internetFacts({ use, connections, dialers }: Internet): Facts {
  const facts: Facts = new Map([['In use', use]])
  for (const { name, method, when, idleSeconds } of connections) {
    facts.set(name, when === 'demand' ? `on demand, ${idleSeconds} s` : when)
    for (const [field, value] of Object.entries(method))
      facts.set(`${name}: ${field}`, field === 'password' ? 'kept' : textOf(value))
  }
  for (const { name, connections: mayDial } of dialers)
    facts.set(`May dial: ${name}`, mayDial.join(', ') || 'nothing, only look')
  return facts
}

const textOf = (value: unknown): string =>
  value === null || value === '' ? 'none' : typeof value === 'object' ? JSON.stringify(value) : String(value)

function dhcpFacts(dhcp: Dhcp): Facts {
  return new Map([
    ['Server', onOff(dhcp.enabled)],
    ['Range', `${dhcp.from} to ${dhcp.to}`],
    ['Leases', secondsText(dhcp.leaseSeconds)],
    ['DNS servers told', dhcp.dnsServers.join(', ') || 'the box'],
    ['Time servers told', dhcp.ntpServers.join(', ') || 'the box'],
    ...dhcp.reservations.map(
      ({ mac, address, name }) => [mac, [name, address].filter(Boolean).join(' at ') || 'no name'] as const,
    ),
  ])
}

function dnsFacts(dns: Dns): Facts {
  return new Map([
    ['Forwarding', onOff(dns.enabled)],
    ['Servers', dns.upstreams.join(', ') || 'those of the provider'],
    ...dns.domains.map(({ domain, servers }) => [`Domain ${domain}`, servers.join(', ')] as const),
    ...dns.hosts.map(({ name, address }) => [`Name ${name}`, address] as const),
    ['Local domain', dns.localDomain],
    ['Cache', `${dns.cacheSize} names`],
    ['Rebind protection', onOff(dns.rebindProtection)],
    ['Private addresses allowed', dns.rebindAllow.join(', ') || 'for no domain'],
    ['Asked', dns.transport === 'tls' ? 'over TLS' : 'in the open'],
    ...dns.tlsServers.map(({ address, name }) => [`Server ${name}`, address] as const),
    ...dns.blocklists.map(
      ({ name, url, enabled }) => [`List ${name}`, `${url} (${onOff(enabled)})`] as const,
    ),
    ['Never blocked', dns.blockAllow.join(', ') || 'no name'],
    ['Constant addresses', dns.constant.join(', ') || 'none'],
  ])
}

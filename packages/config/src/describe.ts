/**
 * Changes in words: what is different between two states of the settings, as short sentences for the history, for
 * conflicts and for the question before a save.
 */

import { describeForwards } from './describe-forwards.ts'
import { describeHelpers } from './describe-helpers.ts'
import {
  describeAccess,
  describeDhcp,
  describeInternet,
  describeLan,
  describeTime,
} from './describe-network.ts'
import { describeRule } from './describe-rule.ts'
import { compareLists, listWords, same } from './describe-words.ts'
import { chainLabel, shownName } from './dialects.ts'
import { describeDialin } from './dialin.ts'
import type { Dns } from './dns.ts'
import type { Interfaces } from './interfaces.ts'
import { OFFLOAD_WORDS, type Offload } from './offload.ts'
import type { Ports } from './ports.ts'
import type { Rule, Rules } from './rules.ts'
import { describeShaping } from './shaping.ts'
import { NOUNS, type Noun, type Snapshot } from './snapshot.ts'
import type { Timeouts } from './timeouts.ts'

/** @returns one sentence per difference, in the order of the nouns; empty when nothing differs */
export function describeChange(old: Snapshot, next: Snapshot): string[] {
  return NOUNS.flatMap((noun) => describeNoun(noun, old[noun], next[noun]))
}

/** The same for one noun. */
export function describeNoun<N extends Noun>(noun: N, old: Snapshot[N], next: Snapshot[N]): string[] {
  return (describers[noun] as (old: Snapshot[N], next: Snapshot[N]) => string[])(old, next)
}

const describers: { [N in Noun]: (old: Snapshot[N], next: Snapshot[N]) => string[] } = {
  interfaces: describeInterfaces,
  rules: describeRules,
  forwards: describeForwards,
  helpers: describeHelpers,
  timeouts: describeTimeouts,
  ports: describePorts,
  offload: describeOffload,
  shaping: describeShaping,
  dns: describeDns,
  internet: describeInternet,
  lan: describeLan,
  dhcp: describeDhcp,
  dialin: describeDialin,
  time: describeTime,
  access: describeAccess,
}

function describeInterfaces(old: Interfaces, next: Interfaces): string[] {
  return compareLists(old.list, next.list, (entry) => entry.name, {
    added: (entry) => `Interface ${entry.name} added as ${roleWords(entry.role)}`,
    removed: (entry) => `Interface ${entry.name} removed`,
    changed: (before, after) => [
      `Interface ${after.name}: ${roleWords(before.role)} → ${roleWords(after.role)}`,
    ],
    order: 'Order of the interfaces changed',
  })
}

const roleWords = (role: string) => (role === 'unused' ? 'unused' : role.toUpperCase())

function describeOffload(old: Offload, next: Offload): string[] {
  return old.mode === next.mode
    ? []
    : [`Carried by the kernel: ${old.mode} → ${next.mode} (${OFFLOAD_WORDS[next.mode]})`]
}

function describeTimeouts(old: Timeouts, next: Timeouts): string[] {
  const names = { tcp: 'TCP', tcpfin: 'TCP closing', udp: 'UDP', icmp: 'ICMP' }
  const found = (Object.keys(names) as (keyof typeof names)[])
    .filter((key) => old[key] !== next[key])
    .map((key) => `${names[key]} timeout ${old[key]} s → ${next[key]} s`)
  if (old.refreshInbound !== next.refreshInbound)
    found.push(
      next.refreshInbound
        ? 'What comes in keeps UDP connections alive'
        : 'What comes in keeps UDP connections alive no more',
    )
  return found
}

const mostWords = (most: number) => (most === 0 ? 'without limit' : `at most ${most}`)
const LINK_DOWN_WORDS = {
  wait: 'wait for the address to come back',
  forget: 'end at once',
  keep: 'stay until they time out',
} as const

function describePorts(old: Ports, next: Ports): string[] {
  const found: string[] = []
  if (old.from !== next.from || old.to !== next.to)
    found.push(`Masquerade ports ${old.from}–${old.to} → ${next.from}–${next.to}`)
  if (old.counting !== next.counting) found.push(`Counting of free ports ${old.counting} → ${next.counting}`)
  if (old.looseUdp !== next.looseUdp) found.push(`Loose UDP switched ${next.looseUdp ? 'on' : 'off'}`)
  if (old.perMachine !== next.perMachine)
    found.push(`Connections of one machine ${mostWords(old.perMachine)} → ${mostWords(next.perMachine)}`)
  if (old.perSecond !== next.perSecond)
    found.push(
      `Connections that one machine opens in a second ${mostWords(old.perSecond)} → ${mostWords(next.perSecond)}`,
    )
  if (old.linkDown !== next.linkDown)
    found.push(`When the line goes down, connections ${LINK_DOWN_WORDS[next.linkDown]}`)
  if (old.dynaddr !== next.dynaddr)
    found.push(
      next.dynaddr
        ? 'Unanswered connections follow a new address'
        : 'Unanswered connections do not follow a new address',
    )
  for (const [key, when] of [
    ['rereadUp', 'comes up'],
    ['rereadDown', 'goes down'],
  ] as const)
    if (old[key] !== next[key])
      found.push(`Rules are ${next[key] ? '' : 'no longer '}read again when the line ${when}`)
  return found
}

function describeDns(old: Dns, next: Dns): string[] {
  const found: string[] = []
  if (old.enabled !== next.enabled) found.push(`DNS forwarding switched ${next.enabled ? 'on' : 'off'}`)
  if (!same(old.upstreams, next.upstreams))
    found.push(`DNS servers ${listWords(old.upstreams)} → ${listWords(next.upstreams)}`)
  found.push(
    ...compareLists(old.domains, next.domains, (entry) => entry.domain, {
      added: (entry) => `DNS for ${entry.domain} asked of ${entry.servers.join(', ')}`,
      removed: (entry) => `DNS for ${entry.domain} no longer asked of ${entry.servers.join(', ')}`,
      changed: (before, after) => [
        `DNS for ${after.domain}: ${before.servers.join(', ')} → ${after.servers.join(', ')}`,
      ],
      order: 'Order of the DNS domains changed',
    }),
    ...compareLists(old.hosts, next.hosts, (entry) => entry.name, {
      added: (entry) => `Host name ${entry.name} added: ${entry.address}`,
      removed: (entry) => `Host name ${entry.name} removed`,
      changed: (before, after) => [`Host name ${after.name}: ${before.address} → ${after.address}`],
      order: 'Order of the host names changed',
    }),
  )
  if (old.localDomain !== next.localDomain)
    found.push(`Local domain ${old.localDomain} → ${next.localDomain}`)
  if (old.cacheSize !== next.cacheSize)
    found.push(`DNS cache ${old.cacheSize} names → ${next.cacheSize} names`)
  if (old.rebindProtection !== next.rebindProtection)
    found.push(`Protection against rebinding switched ${next.rebindProtection ? 'on' : 'off'}`)
  if (!same(old.rebindAllow, next.rebindAllow))
    found.push(
      `Domains allowed to answer with private addresses: ${listWords(old.rebindAllow, 'none')} → ${listWords(next.rebindAllow, 'none')}`,
    )
  if (old.transport !== next.transport)
    found.push(next.transport === 'tls' ? 'DNS asked over TLS from now on' : 'DNS no longer asked over TLS')
  const tlsWords = (servers: Dns['tlsServers']) => servers.map(({ address, name }) => `${address} (${name})`)
  if (!same(old.tlsServers, next.tlsServers))
    found.push(
      `DNS servers over TLS: ${listWords(tlsWords(old.tlsServers), 'none')} → ${listWords(tlsWords(next.tlsServers), 'none')}`,
    )
  found.push(
    ...compareLists(old.blocklists, next.blocklists, (entry) => entry.url, {
      added: (entry) => `Blocklist ${entry.name} added`,
      removed: (entry) => `Blocklist ${entry.name} removed`,
      changed: (before, after) => [
        before.name === after.name
          ? `Blocklist ${after.name} switched ${after.enabled ? 'on' : 'off'}`
          : `Blocklist ${before.name} renamed ${after.name}`,
      ],
      order: 'Order of the blocklists changed',
    }),
  )
  if (!same(old.blockAllow, next.blockAllow))
    found.push(
      `Names never blocked: ${listWords(old.blockAllow, 'none')} → ${listWords(next.blockAllow, 'none')}`,
    )
  if (!same(old.constant, next.constant))
    found.push(
      `Constant DNS addresses: ${listWords(old.constant, 'none')} → ${listWords(next.constant, 'none')}`,
    )
  return found
}

function describeRules(old: Rules, next: Rules): string[] {
  const dialect =
    old.dialect === next.dialect ? [] : [`Rules switched from the ${old.dialect} dialect to ${next.dialect}`]
  const chains = compareLists(
    old.chains.map((chain) => ({ name: chainLabel(chain), policy: chain.policy })),
    next.chains.map((chain) => ({ name: chainLabel(chain), policy: chain.policy })),
    (chain) => chain.name,
    {
      added: (chain) => `Chain ${chain.name} added`,
      removed: (chain) => `Chain ${chain.name} removed`,
      changed: (before, after) => [
        `Policy of ${after.name} ${shown(before.policy, old)} → ${shown(after.policy, next)}`,
      ],
      order: 'Order of the chains changed',
    },
  )
  const before = placesOf(old)
  const after = placesOf(next)
  const gone = [...before.values()]
    .filter(({ rule }) => !after.has(rule.id))
    .map(({ rule, chain }) => `Rule ${rule.id} removed from ${chain}: ${describeRule(rule)}`)
  const moved = movedRules(old, next)
  const rest = [...after.values()].flatMap((place) => {
    const was = before.get(place.rule.id)
    if (!was) return [`Rule ${place.rule.id} added to ${place.chain}: ${describeRule(place.rule)}`]
    return describeRuleChange(was, place, moved.has(place.rule.id))
  })
  return [...dialect, ...chains, ...gone, ...rest]
}

const shown = (policy: string | null, { dialect }: Rules) => policy && shownName(policy, dialect)

interface Place {
  chain: string
  /** counted from 1 */
  at: number
  rule: Rule
}

function placesOf(rules: Rules): Map<number, Place> {
  const places = new Map<number, Place>()
  for (const chain of rules.chains)
    chain.rules.forEach((rule, i) => {
      places.set(rule.id, { chain: chainLabel(chain), at: i + 1, rule })
    })
  return places
}

function describeRuleChange(was: Place, is: Place, moved: boolean): string[] {
  const found: string[] = []
  const id = is.rule.id
  if (was.chain !== is.chain) found.push(`Rule ${id} moved from ${was.chain} to ${is.chain}`)
  else if (moved) found.push(`Rule ${id} moved to place ${is.at} of ${is.chain}`)
  if (was.rule.enabled !== is.rule.enabled)
    found.push(`Rule ${id} switched ${is.rule.enabled ? 'on' : 'off'}: ${describeRule(is.rule)}`)
  if (was.rule.comment !== is.rule.comment)
    found.push(is.rule.comment ? `Rule ${id} renamed “${is.rule.comment}”` : `Rule ${id} lost its comment`)
  const core = (rule: Rule) => ({ ...rule, enabled: true, comment: '' })
  if (!same(core(was.rule), core(is.rule)))
    found.push(`Rule ${id} changed: ${describeRule(was.rule)} is now ${describeRule(is.rule)}`)
  return found
}

/** @returns ids of rules that changed places within their chain, as few as explain the new order */
function movedRules(old: Rules, next: Rules): Set<number> {
  const moved = new Set<number>()
  for (const chain of next.chains) {
    const before =
      old.chains.find((other) => chainLabel(other) === chainLabel(chain))?.rules.map((rule) => rule.id) ?? []
    const place = new Map(before.map((id, i) => [id, i]))
    const common = chain.rules.map((rule) => rule.id).filter((id) => place.has(id))
    const still = longestRising(common.map((id) => place.get(id)!))
    common.forEach((id, i) => {
      if (!still.has(i)) moved.add(id)
    })
  }
  return moved
}

/** Patience sorting. @returns the indices of one longest rising subsequence */
function longestRising(values: readonly number[]): Set<number> {
  const tails: number[] = []
  const previous: number[] = []
  values.forEach((value, i) => {
    let low = 0
    let high = tails.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (values[tails[middle]!]! < value) low = middle + 1
      else high = middle
    }
    previous[i] = tails[low - 1] ?? -1
    tails[low] = i
  })
  const found = new Set<number>()
  for (let i = tails.at(-1) ?? -1; i >= 0; i = previous[i]!) found.add(i)
  return found
}

export { describeRule }
